"""The disk forgets what is no longer kept, whenever a crash comes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.interfaces import Cards, Retention
from cure.log.sqlite import SqliteLog
from cure.model import Finding, Kind, Label, Record, Tlp, domain, mention
from cure.model.finding import digest_of

NOW = datetime(2025, 1, 1, tzinfo=UTC)
COUNT = 30


def record(number: int, source: str = "cowrie") -> Record:
    said = (mention(domain(f"host-{number}.example.com"), "attacker"),)
    attributes = {"password": f"secret-{number}-of-{source}"}
    finding = Finding(Kind.SIGHTING, said, NOW, NOW, 1, attributes, f"key-{number}-of-{source}")
    return Record(source, Label(Tlp.GREEN, "soc"), digest_of(source, finding), finding)


def on_disk(directory: Path) -> bytes:
    return b"".join(one.read_bytes() for one in directory.iterdir())


@pytest.mark.parametrize("crash_after", [0, 1, 3, None])
def test_the_disk_forgets_although_the_process_was_killed_meanwhile(
    tmp_path: Path, crash_after: int | None
) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append(
        [record(number, source) for number in range(COUNT) for source in ("cowrie", "nicter")]
    )
    log.retain(Retention("cowrie", Cards.DROP, COUNT))
    log.retain(Retention("nicter", Cards.KEEP, COUNT))
    steps = 0
    while log.forget(4) is not None:
        steps += 1
        if steps - 1 == crash_after:  # what follows is another process
            log = SqliteLog(tmp_path / "log.sqlite")
    log.flush()
    disk = on_disk(tmp_path)

    for number in range(COUNT):
        is_kept = number >= COUNT // 2
        assert (b"secret-%d-of-cowrie" % number in disk) is is_kept
        assert (b"secret-%d-of-nicter" % number in disk) is is_kept
        assert (b"key-%d-of-nicter" % number in disk) is is_kept
        assert b"host-%d.example.com" % number in disk  # nicter's cards
    assert log.check() == []
    log.close()


def test_no_value_of_what_was_dropped_is_left_on_the_disk(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.sqlite")
    log.append([record(number) for number in range(COUNT)])
    log.retain(Retention("cowrie", Cards.DROP, COUNT))
    while log.forget(7) is not None:
        pass
    log.flush()

    assert b"example.com" not in on_disk(tmp_path)
    log.close()
