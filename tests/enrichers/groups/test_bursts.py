"""Synchronised bursts."""

from datetime import UTC, datetime

import numpy as np

from cure.enrichers.behaviour.events import Events
from cure.enrichers.groups.bursts import bursts

NONE = np.empty(0, np.uint32)
START = 1_735_689_600  # 2025-01-01 00:00 UTC


def events(*asked: tuple[int, str, int]) -> Events:
    """Return events of (minute, token, number of an address)."""
    ips = tuple(f"2001:db8::{number:x}" for number in range(1000))
    tokens = sorted({token for _, token, _ in asked})
    return Events(
        ips,
        tokens,
        np.array([ip for _, _, ip in asked], np.uint32),
        np.array([(START + 60 * minute) * 1_000_000 for minute, _, _ in asked], np.int64),
        np.array([tokens.index(token) for _, token, _ in asked], np.uint32),
        np.ones(len(asked), np.uint32),
        NONE,
        NONE,
        NONE,
    )


def steady(minutes: range, count: int) -> list[tuple[int, str, int]]:
    """Return `count` addresses, others each time, that ask for tcp/23 at these minutes."""
    return [(at, "tcp/23", (at + ip) % 1000) for at in minutes for ip in range(count)]


def test_many_at_once_where_few_come_is_a_burst():
    calm = steady(range(0, 1440, 10), 4)
    crowd = [(605, "tcp/23", 500 + number) for number in range(40)]
    [burst] = bursts(events(*calm, *crowd))
    assert {burst.token} == {"tcp/23"}
    assert burst.starts_at == datetime(2025, 1, 1, 10, tzinfo=UTC)
    assert burst.usual == 4
    assert burst.score == (len(burst.addresses) - 4) / 2  # MAD 0; the noise of a count of 4 is 2
    assert {f"2001:db8::{number:x}" for number in range(500, 540)} <= {*burst.addresses}


def test_an_address_counts_once_in_a_bin_however_often_it_comes():
    calm = steady(range(0, 1440, 10), 4)
    assert bursts(events(*calm, *[(605, "tcp/23", 500)] * 200)) == []


def test_a_calm_token_that_suddenly_comes_is_a_burst():
    calm = steady(range(0, 1440, 10), 4)
    crowd = [(607, "tcp/7547", number) for number in range(12)]
    [burst] = bursts(events(*calm, *crowd))
    assert (burst.token, burst.usual, burst.score) == ("tcp/7547", 0, 12)


def test_a_calm_token_with_few_addresses_is_none():
    calm = steady(range(0, 1440, 10), 4)
    assert bursts(events(*calm, *[(607, "tcp/7547", number) for number in range(9)])) == []


def test_a_job_of_many_that_runs_every_hour_is_none():
    calm = steady(range(0, 1440, 10), 4)
    job = [(at, "tcp/443", number) for at in range(0, 1440, 60) for number in range(50)]
    assert bursts(events(*calm, *job)) == []


def test_the_loudest_comes_first_and_the_order_of_events_changes_nothing():
    calm = steady(range(0, 1440, 10), 4)
    crowd = [(605, "tcp/23", 500 + number) for number in range(40)]
    louder = [(905, "tcp/23", 500 + number) for number in range(60)]
    asked = [*calm, *crowd, *louder]
    found = bursts(events(*asked))
    assert [burst.starts_at.hour for burst in found] == [15, 10]
    assert bursts(events(*asked[::-1])) == found


def test_no_events_make_no_burst():
    assert bursts(events()) == []
