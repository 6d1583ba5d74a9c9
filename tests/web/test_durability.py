"""What was acknowledged is there, once, whatever happens: a little of what tests/faults tries."""

from pathlib import Path

from faults.broken_network import published
from faults.clocks import shifted
from faults.exhausting import exhausted
from faults.killing import killed

WHOLE = (set(), [], True)
"""Nothing lost, nothing twice, and a start finds what a replay does."""


def test_what_was_acknowledged_is_there_after_kills(tmp_path: Path):
    found = killed(tmp_path, 3, seed=1)

    assert found.acknowledged > 0
    assert found.stored[:2] + found.stored[3:] == WHOLE
    assert (found.undelivered, found.left) == (set(), [])


def test_what_cannot_be_written_is_refused_until_it_can(tmp_path: Path):
    found = exhausted(tmp_path, tmp_path, ("length", "files"), 4, seed=1)

    assert found.refused.keys() == {"length: 503"}
    assert found.sentences == {("the log failed; nothing was acknowledged", "1")}
    assert found.stored[:2] + found.stored[3:] == WHOLE


def test_over_a_network_that_breaks_each_key_is_kept_once(tmp_path: Path):
    _, found = published(tmp_path, 16, seed=1)

    assert found[:2] + found[3:] == WHOLE


def test_a_clock_that_jumps_changes_neither_order_nor_what_is_told(tmp_path: Path):
    told = shifted(tmp_path, 4, seed=1)

    assert told.streamed == told.resumed == told.posted
    assert told.added == sorted(told.added)
