"""Lanes: the picture of a topic, by publisher and in time, and what is left out of it."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.lanes import Lane
from cure.hub.view import Lanes, View
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, Topic, ip, mention
from cure.model.finding import digest_of
from cure.model.networks import RESERVED
from hub.kinds import new_hub
from strategies import T0

HOUR = timedelta(hours=1)
ALL = (None, None)
TOLD = [
    ("cowrie@tokyo-1", 0, "9.9.9.9"),
    ("cowrie@osaka-1", 1, "9.9.9.9"),
    ("nicter", 2, "9.9.9.9"),
    ("nicter", 3, "8.8.8.8"),
    ("nicter", 4, "1.1.1.1"),
    ("reports", 5, "1.1.1.1"),
    ("nicter", 6, "10.0.0.7"),
    ("exist", 7, "10.0.0.7"),
]


def view_of(told: list[tuple[str, int, str]], audience: str = "soc") -> View:
    """Return a hub's view; source `reports` is for its owner alone."""
    hub = new_hub(HashKey.of(bytes(24)), RESERVED)
    logged = []
    for number, (source, hour, value) in enumerate(told, 1):
        at = T0 + hour * HOUR
        finding = Finding(Kind.SIGHTING, (mention(ip(value), "attacker"),), at, at)
        label = Label(Tlp.RED if source == "reports" else Tlp.CLEAR, "soc")
        logged.append(Logged(number, Record(source, label, digest_of(source, finding), finding), 0))
    hub.accept(batch_of(logged))
    return Gate(hub).view(Audience(audience))


def dots(lanes: Lanes) -> list[tuple[str, str, float]]:
    """Say the dots in words: value, source, hours after the start."""
    return [
        (lanes.values[value], lanes.sources[source], at / 3_600_000)
        for value, source, at in zip(*astuple(lanes.dots), strict=True)
    ]


def test_values_of_most_publishers_come_first_then_the_latest():
    lanes = view_of(TOLD).lanes(Topic.IP, ALL, 10, 100)

    assert lanes.values == ["1.1.1.1", "9.9.9.9", "10.0.0.7", "8.8.8.8"]
    assert lanes.publishers == [2, 2, 1, 1]
    assert lanes.mentions == [2, 3, 2, 1]
    assert lanes.by_publishers == [2, 2]
    assert lanes.lanes == [
        Lane("cowrie", 1, 2),
        Lane("exist", 1, 1),
        Lane("nicter", 4, 4),
        Lane("reports", 1, 1),
    ]
    assert dots(lanes)[:2] == [("1.1.1.1", "nicter", 4), ("1.1.1.1", "reports", 5)]
    assert lanes.start == T0


def test_a_private_address_is_in_lanes_but_links_none():
    lanes = view_of(TOLD).lanes(Topic.IP, ALL, 10, 100)

    assert {source for value, source, _ in dots(lanes) if value == "10.0.0.7"} == {
        "nicter",
        "exist",
    }
    assert lanes.publishers[lanes.values.index("10.0.0.7")] == 1


def test_what_is_left_out_is_counted():
    lanes = view_of(TOLD).lanes(Topic.IP, ALL, 1, 100)

    assert (lanes.values, lanes.total, lanes.dots_total) == (["1.1.1.1"], 4, 8)
    assert sum(lanes.by_publishers) == lanes.total
    assert sum(lane.dots for lane in lanes.lanes) == lanes.dots_total


def test_of_many_dots_the_first_and_the_last_are_kept_longest():
    told = [("nicter", hour, "9.9.9.9") for hour in range(9)]
    kept = [
        [at for _, _, at in dots(view_of(told).lanes(Topic.IP, ALL, 1, most))]
        for most in (1, 2, 3, 100)
    ]

    assert kept == [[0], [0, 8], [0, 1, 8], list(range(9))]


def test_no_more_values_are_drawn_than_have_room_for_their_first_and_last():
    told = [(source, hour, f"9.9.9.{n}") for n in range(4) for source, hour in (("a", 0), ("b", 9))]

    assert len(view_of(told).lanes(Topic.IP, ALL, 4, 8).values) == 4
    assert len(view_of(told).lanes(Topic.IP, ALL, 4, 7).values) == 3


def test_a_window_takes_what_begins_in_it():
    lanes = view_of(TOLD).lanes(Topic.IP, (T0 + 2 * HOUR, T0 + 4 * HOUR), 10, 100)

    assert dots(lanes) == [("8.8.8.8", "nicter", 1), ("9.9.9.9", "nicter", 0)]
    assert lanes.start == T0 + 2 * HOUR


def test_without_anything_there_is_an_empty_picture():
    lanes = view_of(TOLD).lanes(Topic.EMAIL, ALL, 10, 100)

    assert (lanes.start, lanes.lanes, lanes.values, dots(lanes)) == (None, [], [], [])
    assert view_of([]).lanes(Topic.IP, ALL, 10, 100).total == 0


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["cowrie", "nicter", "reports"]),
            st.integers(0, 3),
            st.sampled_from(["9.9.9.9", "8.8.8.8", "1.1.1.1"]),
        )
    ),
    st.integers(1, 3),
    st.integers(1, 5),
)
def test_hidden_records_change_nothing(told: list[tuple[str, int, str]], limit: int, most: int):
    seen = [one for one in told if one[0] != "reports"]

    told_bank = view_of(told, "bank").lanes(Topic.IP, ALL, limit, most)
    assert told_bank == view_of(seen, "bank").lanes(Topic.IP, ALL, limit, most)
