"""The commands that look after an installation: publishers, quarantine, doctor, verify."""

import fcntl
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.installation import Installation
from cure.log import snapshots
from program import Ran

Call = Callable[..., Ran]
NOW = datetime(2025, 1, 3, tzinfo=UTC)


@pytest.fixture
def filled(call: Call, cowrie_log: Callable[..., Path]) -> Path:
    """Return a data directory with two records and a line in quarantine."""
    call("ingest", "cowrie", cowrie_log("192.0.2.1", "192.0.2.2", b"{\x1b"), "--data", "d")
    return Path.cwd() / "d"


def states(ran: Ran) -> dict[str, str]:
    return {check["name"]: check["state"] for check in ran.json()["checks"]}


def test_publishers_are_listed(call: Call):
    found = {one["name"]: one for one in call("publishers", "--json").json()}

    assert {"cowrie", "exist", "attack", "findings"} <= set(found)
    assert list(found["cowrie"]) == ["name", "title", "title_ja", "layer", "topics", "tlp"]
    assert (found["cowrie"]["layer"], found["cowrie"]["tlp"]) == ("artifact", "TLP:GREEN")
    assert found["cowrie"]["topics"] == ["domain", "hash", "ip", "url"]
    assert "Cowrie: SSH and Telnet honeypot" in call("publishers").out


def test_quarantined_lines_are_listed_with_their_reasons(call: Call, filled: Path):
    (line,) = call("quarantine", "--data", filled, "--json").lines()

    assert list(line) == ["at", "source", "input", "line", "why", "raw"]
    assert (line["source"], line["line"], line["raw"]) == ("cowrie", 3, "{\x1b")
    assert line["input"] == str(Path.cwd() / "cowrie.json")
    first, head, row = call("quarantine", "--data", filled).out.splitlines()
    assert first == "1 line in quarantine"
    assert head.split()[:4] == ["at", "source", "line", "why"]
    assert row.endswith("{\\x1b")


def test_what_can_be_read_by_now_leaves_the_quarantine(call: Call, filled: Path):
    with Installation(filled, write=True) as installation:
        held = installation.log.held.page("cowrie", 1)[0].line
        said = b'{"eventid": "cowrie.session.connect", "session": "a1", "src_ip": "192.0.2.77",'
        said += b' "timestamp": "2025-01-02T03:04:05.000000Z"}'
        better = [held._replace(raw=said, number=8, why="not read by yesterday's publisher")]
        installation.quarantine(better, NOW)

    again = call("quarantine", "replay", "cowrie", "--data", filled, "--json")

    told = again.json()
    assert (told["lines"], told["spoke"], told["silent"], told["quarantined"]) == (2, 1, 0, 1)
    assert told["new_records"] == 1
    assert call("ask", "192.0.2.77", "--data", filled).code == 0
    assert "1 line in quarantine" in call("quarantine", "--data", filled).out
    assert "0 records" in call("quarantine", "replay", "cowrie", "--data", filled).out


def test_a_sound_installation_passes_every_check(call: Call, filled: Path):
    ran = call("doctor", "--data", filled, "--json")

    assert ran.code == 0
    assert ran.json()["ok"]
    stores = {"accounts", "audit log", "deliveries", "taxii", "watches"}  # a node has them always
    assert set(states(ran)) - stores == {
        *("python", "packages", "publishers", "clock", "data directory", "disk", "sync", "lock"),
        *("user", "open files", "memory", "swap", "settings", "access", "port", "sources"),
        *("secrets", "owner", "inodes", "file system"),
        *("log", "quarantine", "snapshot"),
    }
    assert "fail" not in states(ran).values()


def test_the_doctor_says_what_to_do_where_there_is_no_data(call: Call):
    ran = call("doctor", "--data", "nowhere")

    assert ran.code == 1
    assert "nowhere holds no data of cure" in ran.out
    assert "cure ingest PUBLISHER FILE... --data nowhere" in ran.out


def test_the_doctor_finds_what_is_wrong(call: Call, filled: Path):
    filled.chmod(0o755)
    (filled / "hub.snapshot").write_bytes(b"cure snapshot 1\n" + b"\xff" * 100)
    with (filled / "lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = call("doctor", "--data", filled, "--json")

    found = {check["name"]: check for check in ran.json()["checks"]}
    assert ran.code == 0  # warnings only
    assert found["data directory"]["state"] == "warn"
    assert found["data directory"]["todo"] == f"chmod 700 {filled}"
    assert found["snapshot"]["state"] == "warn"
    assert "rm " in found["snapshot"]["todo"]
    assert found["lock"]["says"].startswith("in use by process")


def test_the_doctor_finds_a_damaged_log(call: Call, filled: Path):
    log = filled / "log.sqlite"
    log.write_bytes(log.read_bytes()[:4096] + b"\xff" * 8192)

    ran = call("doctor", "--data", filled, "--json")

    assert ran.code == 1
    assert states(ran)["log"] == "fail"


def test_a_record_that_was_changed_on_the_disk_is_named(call: Call, filled: Path):
    with sqlite3.connect(filled / "log.sqlite") as log:
        log.execute(
            "UPDATE record SET body = CAST(replace(body, '192.0.2.2', '192.0.2.3') AS BLOB)"
            " WHERE seq = 2"
        )

    ran = call("verify", "--data", filled, "--json")

    assert (ran.code, ran.json()["error"]["code"]) == (1, "log")
    assert "record 2 is damaged" in ran.json()["error"]["message"]


def test_what_a_start_loads_is_what_the_log_gives(call: Call, filled: Path):
    ran = call("verify", "--data", filled, "--json")

    told = ran.json()
    assert ran.code == 0
    assert list(told) == ["same", "loaded", "replayed", "records", "seconds", "damages"]
    assert told["damages"] == []
    assert (told["same"], told["records"]) == (True, 2)
    assert told["loaded"] == told["replayed"]


def test_a_snapshot_of_another_story_is_found_out(
    call: Call, filled: Path, cowrie_log: Callable[..., Path]
):
    call("ingest", "cowrie", cowrie_log("192.0.2.8", "192.0.2.9"), "--data", "other")
    with Installation(Path.cwd() / "other", write=True) as other:
        other.snapshot()
        other_state = snapshots.load(other.directory / "hub.snapshot", other.log.log_id)
    with Installation(filled, write=False) as installation:
        log_id = installation.log.log_id
    assert other_state is not None
    snapshots.save(filled / "hub.snapshot", log_id, other_state)

    ran = call("verify", "--data", filled)

    assert ran.code == 1
    assert "they differ" in ran.out
