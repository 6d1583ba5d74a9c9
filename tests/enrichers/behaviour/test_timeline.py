import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaving import HOUR, START, events_of
from cure.enrichers.behaviour import timeline as module
from cure.enrichers.behaviour.hashes import token_keys
from cure.enrichers.behaviour.timeline import ordered

SERVICES = ("22/ssh", "80/http", "443/https")
rows = st.lists(
    st.tuples(
        st.sampled_from(["192.0.2.1", "192.0.2.2"]),
        st.integers(0, 5).map(lambda step: START + step / 4),
        st.sampled_from(SERVICES),
        st.just(1),
    ),
    min_size=1,
)


def timeline(told):
    events = events_of(told)
    return ordered(events, token_keys(events.tokens, 0))


def columns(found, rows):
    return [column[:rows].tolist() for column in (found.ip, found.second, found.service)]


@given(rows)
def test_all_ways_of_sorting_agree(told):
    packed, rows = timeline(told), len(told)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WORD_BITS", 0)
        long = timeline(told)
    weighed = timeline([*told, ("192.0.2.9", START, SERVICES[0], 2)])

    assert columns(packed, rows) == columns(long, rows) == columns(weighed, rows)
    assert weighed.times.tolist() == [1] * rows + [2]


@given(rows)
def test_events_stand_by_address_then_second(told):
    found = timeline(told)
    places = list(zip(found.ip, found.second, found.service, strict=True))

    assert places == sorted(places)


def test_a_long_pause_or_another_address_begins_a_session():
    told = [
        ("192.0.2.1", START, "22/ssh", 1),
        ("192.0.2.1", START + 600, "22/ssh", 1),
        ("192.0.2.1", START + 1201, "22/ssh", 1),
        ("192.0.2.2", START + 1202, "22/ssh", 1),
    ]

    assert timeline(told).sessions().tolist() == [0, 2, 3]


def test_parts_hold_every_event_once():
    told = [(f"192.0.2.{last}", START + HOUR, "22/ssh", 1) for last in range(9)]
    found = timeline(told)

    assert [(first, end, len(part.ip)) for first, end, part in found.parts(9)] == [(0, 9, 9)]
