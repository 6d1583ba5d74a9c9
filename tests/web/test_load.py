"""A small load: what is acknowledged is kept once and told once, and the frozen harm nobody.

The large ones: tests/faults/test_load.py.
"""

from pathlib import Path

from faults.load.driving import Plan, drive
from faults.load.publishing import Phase


def test_while_many_publish_ask_and_follow_nothing_is_lost_or_told_twice(tmp_path: Path):
    plan = Plan(phases=[Phase(3, 1000)], queries=20, subscribers=6, slow=1)

    out = drive(tmp_path / "data", plan)

    assert (out.code, out.said) == (0, "")
    assert set(out.posted.statuses.tolist()) <= {200, 503}
    assert not len(out.lost())
    assert len(out.stored)
    assert out.twice == 0
    assert out.misinformed() == []
    assert {one.status for one in out.asked} <= {200, 404}
    assert max(one.rss for one in out.readings) < 600 << 20
