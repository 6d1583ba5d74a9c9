"""Vectors: what they are equal for, what they tell apart, and how they are brought up to date."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaving import HOUR, MINUTE, START, events_of
from cure.enrichers.behaviour.vectors import MIN_EVENTS, build

rows = st.lists(
    st.tuples(
        st.sampled_from([f"192.0.2.{last}" for last in range(8)]),
        st.integers(0, 40).map(lambda step: START + step * 7 * MINUTE),
        st.sampled_from(["22/ssh", "80/http", "443/https"]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=60,
)
payloads = st.lists(
    st.tuples(
        st.sampled_from([f"192.0.2.{last}" for last in range(8)]),
        st.sampled_from(["path:/a", "path:/b", "user:root"]),
        st.integers(1, 3),
    ),
    max_size=20,
)


def by_ip(vectors):
    return {ip: row.tobytes() for ip, row in zip(vectors.ips, vectors.rows, strict=True)}


@settings(max_examples=30)
@given(rows, payloads, st.randoms(use_true_random=False))
def test_same_events_give_the_same_bits_in_any_order_and_numbering(told, brought, chance):
    again, brought_again = list(told), list(brought)
    chance.shuffle(again)
    chance.shuffle(brought_again)

    assert by_ip(build(events_of(told, brought))) == by_ip(build(events_of(again, brought_again)))


@settings(max_examples=30)
@given(rows, payloads)
def test_rows_are_of_length_one_and_scores_of_a_range(told, brought):
    vectors = build(events_of(told, brought))

    assert np.allclose(np.linalg.norm(vectors.rows, axis=1), 1, atol=1e-5)
    for number in range(len(vectors.ips)):
        near = vectors.similar(number, 20, 0.0)
        assert all(0 <= one.score <= 1 for one in near)
        assert [one.score for one in near] == sorted((one.score for one in near), reverse=True)
        assert number not in [one.number for one in near]
        for one in near:
            assert vectors.compare(one.number, number).score == pytest.approx(one.score, abs=1e-5)


@settings(max_examples=30)
@given(rows, payloads)
def test_an_update_with_the_same_events_changes_no_profile(told, brought):
    events = events_of(told, brought)
    vectors = build(events)
    again = vectors.updated(events)

    assert again.ips == vectors.ips
    assert again.seen.tolist() == vectors.seen.tolist()
    assert (again.what == vectors.what).all()
    assert (again.how == vectors.how).all()
    assert np.allclose(again.when, vectors.when, atol=1e-4)


def campaign(*ips: str, start=START, service="23/telnet"):
    """Each asks for a service and then another, every hour."""
    return [
        (ip, start + hour * HOUR + step, name, 1)
        for ip in ips
        for hour in range(12)
        for step, name in ((0, service), (4, "80/http"))
    ]


def crawlers(*ips: str):
    return [(ip, START + day * 24 * HOUR, "443/https", 1) for ip in ips for day in range(9)]


def test_those_who_do_the_same_are_found_together():
    told = campaign("192.0.2.1", "198.51.100.1") + crawlers("192.0.2.9", "203.0.113.9")
    vectors = build(events_of(told))
    numbers = vectors.numbers
    first, *rest = vectors.similar(numbers["192.0.2.1"], 5, 0.0)

    assert vectors.ips[first.number] == "198.51.100.1"
    assert (first.score, first.what, first.how, first.when) == (1, 1, 1, 1)
    assert all(one.score < 0.7 for one in rest)


def test_what_they_bring_tells_apart_who_knocks_alike():
    told = campaign("192.0.2.1", "192.0.2.2", "192.0.2.3")
    brought = [
        ("192.0.2.1", "path:/a", 1),
        ("192.0.2.2", "path:/a", 3),
        ("192.0.2.3", "path:/b", 1),
    ]
    vectors = build(events_of(told, brought))
    one, two, three = (vectors.numbers[f"192.0.2.{last}"] for last in (1, 2, 3))

    assert vectors.compare(one, two).what == 1
    assert (vectors.compare(one, three).what or 0) < 0.8
    assert vectors.compare(one, three).how == 1


def test_equals_stand_in_order_of_their_text():
    vectors = build(events_of(campaign("192.0.2.3", "192.0.2.1", "192.0.2.2", "192.0.2.4")))
    near = vectors.similar(vectors.numbers["192.0.2.2"], 2, 0.5)

    assert [vectors.ips[one.number] for one in near] == ["192.0.2.1", "192.0.2.3"]


def test_who_is_left_out_is_not_named():
    vectors = build(events_of(campaign("192.0.2.1", "192.0.2.2", "192.0.2.3")))
    left_out = np.array([ip == "192.0.2.2" for ip in vectors.ips])
    near = vectors.similar(vectors.numbers["192.0.2.1"], 5, 0.5, leave_out=left_out)

    assert [vectors.ips[one.number] for one in near] == ["192.0.2.3"]


def test_too_little_is_not_compared():
    few = [("192.0.2.7", START, "23/telnet", MIN_EVENTS - 1)]
    vectors = build(events_of(campaign("192.0.2.1", "192.0.2.2") + few))
    seven, one = vectors.numbers["192.0.2.7"], vectors.numbers["192.0.2.1"]

    assert vectors.known.tolist() == [True, True, False]
    assert vectors.similar(seven, 5, 0.0) == []
    assert [near.number for near in vectors.similar(one, 5, 0.0)] == [vectors.numbers["192.0.2.2"]]
    assert vectors.compare(one, seven)[1:] == (0.0, None, None, None)


def test_a_row_counts_for_as_many_events_as_it_says():
    vectors = build(events_of([("192.0.2.7", START, "23/telnet", 40)]))

    assert vectors.seen.tolist() == [40]
    assert vectors.known.all()


def test_alone_in_all_bins_means_no_view_of_when():
    apart = campaign("192.0.2.1") + campaign("192.0.2.2", start=START + 90 * 24 * HOUR)
    vectors = build(events_of(apart))

    assert not vectors.when.any()
    assert vectors.compare(0, 1).when is None
    assert vectors.compare(0, 1).what == 1


def test_a_new_address_is_placed_beside_those_it_resembles():
    known = campaign(*(f"192.0.2.{last}" for last in range(1, 6))) + crawlers("203.0.113.9")
    vectors = build(events_of(known))
    updated = vectors.updated(events_of(campaign("198.51.100.8")))
    new = updated.numbers["198.51.100.8"]
    near = updated.similar(new, 5, 0.7)

    assert new == len(vectors.ips)
    assert [updated.ips[one.number] for one in near] == [f"192.0.2.{last}" for last in range(1, 6)]
    assert all((one.what, one.how) == (1, 1) for one in near)
    assert all(one.when is not None and one.when > 0.9 for one in near)
    assert "198.51.100.8" not in vectors.numbers


def test_another_seed_draws_other_signs_and_tells_the_same():
    events = events_of(campaign("192.0.2.1", "198.51.100.1") + crawlers("192.0.2.9"))
    one, other = build(events), build(events, seed=1)

    assert (one.rows != other.rows).any()
    assert one.compare(0, 1).score == other.compare(0, 1).score == 1


def test_no_events_are_no_vectors():
    vectors = build(events_of([]))

    assert vectors.joined().shape == (0, 128)
    assert vectors.number("192.0.2.1") is None
