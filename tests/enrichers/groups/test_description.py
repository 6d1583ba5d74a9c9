"""What sets groups apart, worked out by hand."""

from datetime import UTC, datetime

import numpy as np
import pytest

from cure.enrichers.behaviour.events import Events
from cure.enrichers.groups.description import (
    Membership,
    cohesion,
    distinct,
    network,
    spans,
    typical_tokens,
)
from cure.enrichers.groups.group import TypicalToken

NOON = 1_735_732_800  # 2025-01-01 12:00 UTC
TWO_OF_FIVE = Membership(
    np.array([0, 0, -1, -1, -1]), np.array([True, True, True, True, False]), np.array([2])
)


def events(*said: tuple[int, int, str], payload: tuple[tuple[int, str], ...] = ()) -> Events:
    """Return events of (number of an address, seconds after noon, token)."""
    tokens = sorted({token for _, _, token in said} | {token for _, token in payload})
    return Events(
        [f"192.0.2.{number}" for number in range(5)],
        tokens,
        np.array([ip for ip, _, _ in said], np.uint32),
        np.array([(NOON + at) * 1_000_000 for _, at, _ in said], np.int64),
        np.array([tokens.index(token) for _, _, token in said], np.uint32),
        np.ones(len(said), np.uint32),
        np.array([ip for ip, _ in payload], np.uint32),
        np.array([tokens.index(token) for _, token in payload], np.uint32),
        np.ones(len(payload), np.uint32),
    )


def test_cohesion_is_the_mean_cosine_to_the_centroid():
    rows = np.array([(1, 0), (0.5, 0.75**0.5), (0, 1), (0, 1), (0, 1)], np.float32)
    assert cohesion(TWO_OF_FIVE, rows) == pytest.approx([np.cos(np.radians(30))])


def test_a_token_is_told_with_its_share_and_its_lift_among_the_compared():
    told = events(
        *((ip, 0, "tcp/80") for ip in range(5)),
        (0, 1, "tcp/23"),
        (1, 2, "tcp/23"),
        (4, 3, "tcp/23"),
    )
    assert typical_tokens(TWO_OF_FIVE, told) == [(TypicalToken("tcp/23", 1.0, 2.0),)]


def test_what_most_have_stands_before_what_is_rare():
    told = events(
        *((ip, 0, "tcp/80") for ip in range(4)),
        payload=((0, "path:/a"), (1, "path:/a"), (0, "user:root")),
    )
    assert [token.token for token in typical_tokens(TWO_OF_FIVE, told)[0]] == [
        "path:/a",
        "user:root",
    ]


def test_a_span_goes_from_the_first_to_the_last_event_of_a_member():
    told = events((0, 60, "tcp/23"), (1, 0, "tcp/23"), (2, -60, "tcp/23"), (0, 90, "tcp/80"))
    noon = datetime(2025, 1, 1, 12, tzinfo=UTC)
    assert spans(TWO_OF_FIVE, told) == [(noon, noon.replace(minute=1, second=30))]


def test_networks_are_counted_once_and_what_is_unknown_is_not_counted():
    ips = ("192.0.2.1", "192.0.2.9", "198.51.100.1", "2001:db8::1", "2001:db8:0:1::1")
    assert distinct(ips, network) == 3
    assert distinct(ips, {"192.0.2.1": 64496, "192.0.2.9": 64496}.get) == 1
