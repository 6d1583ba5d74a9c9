"""The power goes at any moment: what was acknowledged is there, once, and the log goes on."""

from contextlib import closing

import pytest

from cure.installation import Installation
from cure.log.sqlite import SqliteLog
from faults.disks import emptied
from faults.histories import Lived, chance, live, said, told_by
from faults.judging import wrongs
from faults.recorded_disk import RecordedDisk
from faults.sizes import sized
from log.older import bring_down

POINTS = 500


@pytest.mark.parametrize("seed", range(sized(20, 200)))
def test_nothing_acknowledged_is_lost_when_the_power_goes(seed: int) -> None:
    rng = chance(seed)
    with emptied() as directory:
        lived = live(directory, rng)

    assert wrongs(lived, POINTS, rng) == []


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_log_that_does_not_wait_for_the_disk_is_found_out(synchronous: str) -> None:
    rng = chance(1)
    with emptied() as directory:
        lived = live(directory, rng, synchronous=synchronous)

    assert wrongs(lived, POINTS, rng) != []


@pytest.mark.parametrize("layout", [1, 2, 3])
def test_a_log_of_an_older_format_is_whole_whenever_the_power_goes(layout: int) -> None:
    rng = chance(layout)
    disk = RecordedDisk()
    with emptied() as directory:
        with Installation(directory, write=True) as before:
            for number in range(30):
                before.append([said(rng, number * 100 + i) for i in range(20)])
        path = directory / "log.sqlite"
        bring_down(path, layout)
        disk.place(path)
        disk.acknowledge(0)
        with disk.in_use(), closing(SqliteLog(path)) as log:
            known = [told_by(log)]

    assert wrongs(Lived(disk.steps, known), sized(300, 3000), rng) == []
