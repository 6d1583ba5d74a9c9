"""Feeds compared: what each has, has alone, has first, and has from another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.enrichers.reliability.feeds import Feed, copied_by, copies, feeds
from cure.model import Record
from enrichers.weighing import said, seen_by


def listed(source: str, *numbers: int, days_ago: float = 1) -> list[Record]:
    return [said(source, f"listed 203.0.114.{n}", days_ago=days_ago) for n in numbers]


def compared(*records: list[Record]) -> dict[str, Feed]:
    return feeds(seen_by(*(one for some in records for one in some)))


def test_each_feed_is_told_what_it_has_alone_and_first():
    found = compared(
        listed("exist@a", 1, 2, 3, 4, days_ago=10),
        listed("exist@b", 3, 4, 5, days_ago=8),
    )
    a, b = found["exist@a"], found["exist@b"]

    assert (a.values, a.coverage, a.exclusive) == (4, 0.8, 0.5)
    assert (b.values, b.coverage, b.exclusive) == (3, 0.6, pytest.approx(1 / 3))
    assert (a.first, a.latency_s, b.first, b.latency_s) == (1, 0, 0, 2 * 86_400)
    assert a.shared == {"exist@b": 2}
    assert (a.differential["exist@b"], b.differential["exist@a"]) == (0.5, pytest.approx(1 / 3))


def test_what_well_known_lists_name_or_nobody_routes_is_not_accurate():
    records = [
        said("exist@a", "listed 203.0.114.1"),
        said("exist@a", "listed 192.0.2.1"),
        said("exist@a", "listed www.google.com"),
        said("exist@a", "listed http://www.google.com/x", "host www.google.com"),
    ]

    assert feeds(seen_by(*records))["exist@a"].accuracy == 0.25


def test_what_only_stands_beside_is_not_spoken_of():
    record = said("reports", "listed 203.0.114.1", "reference http://example.com/", "tag a:b")

    assert feeds(seen_by(record))["reports"].values == 1


def test_who_has_most_from_another_within_a_day_copies_it():
    numbers = range(20)
    first = listed("exist@a", *numbers, days_ago=3)
    copy = listed("exist@b", *numbers, days_ago=2.5)
    late = listed("exist@c", *numbers, days_ago=1.9)
    few = listed("exist@d", *numbers[:19], days_ago=2.5)
    view = seen_by(*first, *copy, *late, *few)

    assert copies(view) == {
        "exist@b": frozenset({"exist@a"}),
        "exist@c": frozenset({"exist@b", "exist@d"}),
    }
    assert copied_by(feeds(view)) == copies(view)


def test_where_there_is_nothing_there_is_nothing_to_compare():
    assert feeds(seen_by()) == copies(seen_by()) == {}


SPOKEN = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 5), st.integers(0, 40)), max_size=30
)


@given(SPOKEN)
def test_the_figures_are_those_that_sets_and_minima_give(spoken: list[tuple[str, int, int]]):
    first: dict[tuple[str, int], float] = {}
    for source, number, hours in spoken:
        first[source, number] = max(hours, first.get((source, number), 0))
    found = compared(*(listed(s, n, days_ago=h / 24) for s, n, h in spoken))

    has = {source: {n for s, n in first if s == source} for source, _ in first}
    assert found.keys() == has.keys()
    for source, feed in found.items():
        others = {other: has[source] & has[other] for other in has if other != source}
        assert feed.values == len(has[source])
        assert feed.shared == {other: len(both) for other, both in others.items() if both}
        alone = has[source].difference(*others.values())
        assert feed.exclusive == pytest.approx(len(alone) / len(has[source]))
        later = {
            other: sum(0 < first[other, n] - first[source, n] <= 24 for n in both)
            for other, both in others.items()
        }
        share = {other: count / len(has[source]) for other, count in later.items() if count}
        assert feed.copies == pytest.approx(share)
