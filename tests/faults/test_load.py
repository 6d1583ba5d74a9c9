"""Under load nothing acknowledged is lost, nobody is told twice, and the slow slow nobody down.

How long it takes is judged by nobody here: the figures go to bench/load.json, and as a table to
whoever runs this with `-s`.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from faults.load.driving import Outcome, Plan, drive
from faults.load.figures import (
    Figure,
    acknowledging,
    answering,
    counting,
    refused,
    slope,
    taking,
    telling,
    write,
)
from faults.load.freezing import freeze
from faults.load.pages import write_pages
from faults.load.publishing import Phase
from faults.sizes import ASKED, sized

_MB = 1 << 20
_BASE_BYTES = 600 * _MB
_RECORD_BYTES = 1600
"""So much memory a record may take, with all that is made of it."""
_END = 1e9


@pytest.fixture(autouse=True, scope="module")
def _in_words() -> Iterator[None]:
    """What took hours is written down for people, too."""
    yield
    if ASKED == "soak":
        write_pages()


def _is_whole(out: Outcome) -> None:
    """Nothing is lost, kept twice, or told otherwise than once to each who may see it."""
    assert (out.code, out.said) == (0, "")
    assert not len(out.lost())
    assert out.twice == 0
    assert not out.posted.wrong
    assert set(out.posted.statuses.tolist()) <= {200, 429, 503}
    assert not out.posted.without_retry
    assert [(one.pace, one.want, one.got, want) for one, want in out.misinformed()] == []
    assert {one.status for one in out.asked} <= {200, 404}
    assert max(one.rss for one in out.readings) < _BASE_BYTES + _RECORD_BYTES * len(out.stored)


def test_under_load_nothing_is_lost_and_everybody_is_told_once(tmp_path: Path):
    rate, seconds = sized(5_000, 10_000), sized(180, 3_600)
    plan = Plan(
        phases=[Phase(seconds, rate)],
        queries=sized(50, 200),
        subscribers=sized(50, 200),
        slow=sized(5, 20),
    )

    out = drive(tmp_path / "data", plan)

    print(  # noqa: T201 - for whoever runs it
        write(
            "load",
            f"{rate:,} records/s of 8 publishers for {seconds:,} s, {plan.queries:g} questions/s of"
            f" 25 organisations, {plan.subscribers} subscribers: one frozen, {plan.slow} slow",
            [
                refused(out, 0, _END, "posts refused"),
                *acknowledging(out, 0, _END, "acknowledged"),
                *answering(out, 0, _END, "answered"),
                *telling(out, 0, _END, "told"),
                *taking(out.readings),
                *counting(out),
            ],
        )
    )
    _is_whole(out)


def test_a_burst_is_refused_before_it_is_acknowledged_or_it_is_kept(tmp_path: Path):
    calm, burst, after = sized(30, 60), 30, sized(40, 120)
    rate = sized(5_000, 10_000)
    plan = Plan(
        phases=[Phase(calm, rate), Phase(burst, 10 * rate), Phase(after, rate)],
        queries=50,
        subscribers=50,
        slow=5,
    )

    out = drive(tmp_path / "data", plan)

    over = calm + burst
    print(  # noqa: T201 - for whoever runs it
        write(
            "burst",
            f"{rate:,} records/s, ten times as many for {burst} s, then {rate:,} again",
            [
                *acknowledging(out, 0, calm, "acknowledged before"),
                *acknowledging(out, calm, over, "acknowledged in the burst", most=None),
                *acknowledging(out, over + 10, _END, "acknowledged from 10 s after it on"),
                refused(out, over + 10, _END, "posts refused from 10 s after it on"),
                *answering(out, 0, calm, "answered before"),
                *answering(out, over + 10, _END, "answered from 10 s after it on"),
                *telling(out, over + 10, _END, "told from 10 s after it on"),
                *taking(out.readings),
                *counting(out),
            ],
        )
    )
    _is_whole(out)


@pytest.mark.skipif(ASKED != "soak", reason="an hour: make soak")
def test_for_an_hour_memory_files_and_threads_stay_as_they_are(tmp_path: Path):
    seconds, rate, fill_s = 3_600, 2_500, 300
    plan = Plan(
        phases=[Phase(seconds, rate)],
        queries=25,
        subscribers=50,
        slow=5,
        known=fill_s * rate // 500,
        look_every_s=5,
    )

    out = drive(tmp_path / "data", plan)

    settled = [one for one in out.readings if one.at - out.begin >= 2 * fill_s]
    per_10_min = slope(settled)
    print(  # noqa: T201 - for whoever runs it
        write(
            "endurance",
            f"{rate:,} records/s for {seconds:,} s; after {fill_s} s 199 in 200 were sent before",
            [
                Figure("memory, growth in 10 min", per_10_min, "%", 1),
                refused(out, 0, _END, "posts refused"),
                *acknowledging(out, 0, _END, "acknowledged"),
                *answering(out, 0, _END, "answered"),
                *telling(out, 0, _END, "told"),
                *taking(settled),
                *counting(out),
            ],
        )
    )
    _is_whole(out)
    half = len(settled) // 2
    for what in ("fds", "threads"):
        early, late = (
            float(np.median([getattr(one, what) for one in part]))
            for part in (settled[:half], settled[half:])
        )
        assert late <= early + 3, what
    assert per_10_min < 1


def test_a_subscriber_that_never_reads_costs_little_and_gets_all_when_it_reads(tmp_path: Path):
    cost = freeze(tmp_path / "data", frozen=40, records=sized(40_000, 400_000))

    print(  # noqa: T201 - for whoever runs it
        write(
            "frozen",
            "40 streams that are opened behind all records, and not read",
            [
                Figure("a frozen subscriber: memory of the server", cost.process / _MB, "MB", 64),
                Figure("a frozen subscriber: memory of the kernel", cost.kernel / _MB, "MB", 64),
            ],
        )
    )
    assert cost.misinformed == []
    assert max(cost.process, cost.kernel) < 64 * _MB
