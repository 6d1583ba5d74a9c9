"""F5: wrong clocks change no order, and what was added later is told later."""

from pathlib import Path

from faults.clocks import shifted
from faults.figures import note
from faults.sizes import sized


def test_clocks_that_jump_change_neither_order_nor_what_is_told(tmp_path: Path):
    times = sized(100, 1000)
    told = shifted(tmp_path, times, seed=5)
    note("F5", steps=times, kept=len(told.posted), refused=told.refused, objects=len(told.added))

    assert told.streamed == told.resumed == told.posted
    assert told.added == sorted(told.added)
    assert len(told.added) >= len(told.posted)
    assert min(told.scores) >= 0
    assert max(told.scores) <= 100
