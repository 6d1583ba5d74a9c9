"""The disk refuses whatever is asked of it: nothing is acknowledged, and later the log goes on."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing, suppress

import pytest

from cure.errors import LogError
from cure.log.sqlite import SqliteLog
from cure.model import Record
from faults.disks import emptied
from faults.histories import Lived, chance, said, told_by
from faults.judging import wrongs
from faults.recorded_disk import (
    CANTOPEN,
    FULL,
    IOERR_FSYNC,
    IOERR_TRUNCATE,
    IOERR_WRITE,
    OK,
    RecordedDisk,
)
from faults.sizes import sized

_REFUSALS = {
    "full": ("write", FULL, 350),
    "broken": ("write", IOERR_WRITE, 350),
    "sync": ("sync", IOERR_FSYNC, 45),
    "cut": ("truncate", IOERR_TRUNCATE, 15),
    "files": ("open", CANTOPEN, 7),
}
"""What is refused, with which error, and about how often it is asked for."""


@pytest.mark.parametrize("kind", _REFUSALS)
@pytest.mark.parametrize("seed", range(sized(40, 400)))
def test_nothing_is_acknowledged_that_the_disk_refused_and_later_the_log_goes_on(
    kind: str, seed: int
) -> None:
    what, answer, often = _REFUSALS[kind]
    rng, disk, asked = chance(seed), RecordedDisk(), 0
    nth = rng.randint(1, often)
    kept: list[Sequence[Record]] = []
    refused: list[tuple[int, Sequence[Record]]] = []

    def refuses(asked_for: str, _name: str) -> int:
        nonlocal asked
        asked += asked_for == what
        return answer if asked_for == what and nth <= asked < nth + 3 else OK

    with emptied() as directory, disk.in_use():  # noqa: SIM117 - the log is on the disk
        with closing(SqliteLog(directory / "log.sqlite")) as log:
            log._writer.execute("PRAGMA wal_autocheckpoint = 12")  # noqa: SLF001 - often
            known = [told_by(log)]
            disk.acknowledge(0)
            disk.refuses = refuses
            for number in range(20):
                batch = [said(rng, number * 100 + i) for i in range(5)]
                if number == 19:
                    disk.refuses = lambda _what, _name: OK
                try:
                    log.append(batch)
                except LogError:
                    assert told_by(log) == known[-1]
                    refused.append((len(kept), batch))
                else:
                    kept.append(batch)
                    known.append(told_by(log))
                    disk.acknowledge(len(kept))
                if number % 4 == 0:
                    with suppress(LogError):
                        log.flush()
            assert log.check() == []
            assert not refused or refused[-1][0] < len(kept)

    # Nobody was told that a refused batch is kept; after a crash right then it may be.
    also: dict[int, list[str]] = defaultdict(list)
    for count, batch in refused:
        also[count].append(_told_after([*kept[:count], batch]))
    wrong = wrongs(Lived(disk.steps, known), sized(8, 40), rng, also)
    assert not wrong, wrong[:9]


def _told_after(batches: Sequence[Sequence[Record]]) -> str:
    with emptied() as directory, closing(SqliteLog(directory / "log.sqlite")) as log:
        for batch in batches:
            log.append(batch)
        return told_by(log)
