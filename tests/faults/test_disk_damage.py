"""Bits flip and files are cut: what is told is the truth, or it is refused with the place."""

from contextlib import closing

import pytest

from cure.log.sqlite import SqliteLog
from faults.damaging import damaged, filled, what_is_wrong_after_a_cut
from faults.disks import emptied
from faults.histories import chance, said, told_by
from faults.sizes import sized


@pytest.mark.parametrize("name", ["log.sqlite", "log.sqlite-wal", "hub.snapshot", "log.digests"])
def test_a_flipped_bit_never_makes_the_log_tell_what_is_not_true(name: str) -> None:
    rng = chance(3)
    with emptied() as directory:
        copy, true, state_hash = filled(directory)
        size = (copy / name).stat().st_size
        found = [
            (bit, damaged(copy, name, bit, true, state_hash))
            for bit in (rng.randrange(size * 8) for _ in range(sized(500, 5000)))
        ]
        wrongs = [f"bit {bit}: {wrong}" for bit, wrong in found if wrong]

    assert not wrongs, wrongs[:9]


@pytest.mark.parametrize("name", ["log.sqlite", "log.sqlite-wal"])
def test_a_file_cut_within_its_last_records_tells_the_truth_or_is_refused(name: str) -> None:
    with emptied() as directory:
        path = directory / "log.sqlite"
        (directory / "d").mkdir()
        with closing(SqliteLog(path)) as log:
            log.append([said(chance(1), n) for n in range(40)])
            log.flush()
            true = [told_by(log)]
            begin = path.with_name("log.sqlite-wal").stat().st_size
            for number in range(3):
                log.append([said(chance(2), 100 + number)])
                true.append(told_by(log))
            if name == "log.sqlite":
                log.flush()
                begin = path.stat().st_size - 2 * 4096
            content = {
                one.name: one.read_bytes() for one in (path, path.with_name("log.sqlite-wal"))
            }
        wrongs: list[str] = []
        for cut in range(begin, len(content[name]) + 1):
            for one, whole in content.items():
                (directory / "d" / one).write_bytes(whole[:cut] if one == name else whole)
            (directory / "d" / "log.sqlite-shm").unlink(missing_ok=True)
            wrong = what_is_wrong_after_a_cut(directory / "d" / "log.sqlite", true)
            if wrong:
                wrongs.append(f"cut at {cut}: {wrong}")

    assert not wrongs, wrongs[:9]
