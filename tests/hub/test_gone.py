"""What is gone, taken back or dropped for its age, is as if it had never been said."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.interfaces import Cards, Logged
from cure.log.retention import left_of
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, mention
from cure.model.finding import digest_of
from cure.model.retraction import is_retraction, retractions_of
from laws import AT, KEY, UNLINKED
from proof import examples
from strategies import SOURCES, VALUES, audiences, histories, numbered
from surfaces import everything

drops = st.lists(st.tuples(st.sampled_from(SOURCES), st.integers(0, 12)), max_size=3)


def hub_after(logged: list[Logged], cut: int = 1000) -> Hub:
    hub = Hub(KEY, UNLINKED)
    for at in range(0, len(logged), cut):
        hub.accept(batch_of(logged[at : at + cut]))
    return hub


def told(hub: Hub, logged: list[Logged], to: Audience) -> bytes:
    return everything(Gate(hub).view(to, AT), logged)


def dropped(logged: list[Logged], some: list[tuple[str, int]]) -> set[int]:
    return {
        one.seq
        for one in logged
        for source, upto in some
        if one.record.source == source and one.seq <= upto
    }


def forgotten(logged: list[Logged], some: list[tuple[str, int]]) -> list[Logged]:
    """Return what the log yields once it has forgotten."""
    gone = dropped(logged, some)
    return [
        msgspec.structs.replace(
            one,
            record=msgspec.structs.replace(
                one.record, finding=left_of(one.record.finding, Cards.DROP)
            ),
        )
        if one.seq in gone
        else one
        for one in logged
    ]


def still_said(logged: list[Logged], gone: set[int]) -> list[Logged]:
    """Return what is live, as if nothing else had ever been said."""
    gone = gone | {one.replaces for one in logged}
    left = [one for one in logged if one.seq not in gone and not is_retraction(one.record)]
    return [Logged(number, one.record, 0) for number, one in enumerate(left, 1)]


@given(histories(), st.integers(1, 4), audiences)
@settings(max_examples=examples(20, 2000), deadline=None)
def test_what_was_taken_back_is_as_if_it_had_never_been_said(
    said: list[Record], cut: int, to: Audience
) -> None:
    logged = numbered(said)
    left = still_said(logged, set())

    assert told(hub_after(logged, cut), logged, to) == told(hub_after(left), left, to)


@given(histories(), drops, st.integers(0, 12), audiences)
@settings(max_examples=examples(20, 2000), deadline=None)
def test_what_was_dropped_for_its_age_is_as_if_it_had_never_been_said(
    said: list[Record], some: list[tuple[str, int]], at: int, to: Audience
) -> None:
    logged = numbered(said)
    hub = hub_after(logged[:at])
    some = [(source, min(upto, at, len(logged))) for source, upto in some]
    for source, upto in some:
        hub.drop(source, upto)
    if logged[at:]:
        hub.accept(batch_of(logged[at:]))
    left = still_said(logged, dropped(logged, some))

    assert told(hub, logged, to) == told(hub_after(left), left, to)


@given(histories(), drops, st.integers(0, 12), st.booleans())
@settings(max_examples=examples(20, 2000), deadline=None)
def test_a_hub_that_lived_was_restored_or_replayed_tells_the_same(
    said: list[Record],
    some: list[tuple[str, int]],
    at: int,
    first: bool,  # noqa: FBT001 - drawn
) -> None:
    logged = numbered(said)
    some = [(source, min(upto, at, len(logged))) for source, upto in some]
    lived = hub_after(logged[:at])
    for source, upto in some:
        lived.drop(source, upto)
    restored = Hub.restore(lived.state(), HashKey.of(bytes(24)), UNLINKED)
    for hub in (lived, restored):
        if logged[at:]:
            hub.accept(batch_of(logged[at:]))
    replayed = Hub(KEY, UNLINKED)
    for source, upto in some if first else ():
        replayed.drop(source, upto)
    replayed.accept(batch_of(forgotten(logged, some)))
    for source, upto in some:
        replayed.drop(source, upto)

    hashes = {hub.state_hash() for hub in (lived, restored, replayed)}
    assert len(hashes) == 1
    to = Audience("soc")
    assert told(restored, logged, to) == told(lived, logged, to) == told(replayed, logged, to)


def test_what_was_taken_back_and_then_dropped_lets_others_be_dropped_after_a_start():
    one, other = (record_of(source) for source in ("cowrie", "exist"))
    lived = hub_after(numbered([one, *retractions_of(one)[:1], other]))
    hub = Hub.restore(lived.state(), HashKey.of(bytes(24)), UNLINKED)
    hub.drop("cowrie", 2)
    hub.drop("exist", 3)

    assert Gate(hub).view(Audience("soc", Tlp.RED), AT).sources() == []


def record_of(source: str) -> Record:
    said = Finding(Kind.SIGHTING, (mention(VALUES[0]),), AT, AT)
    return Record(source, Label(Tlp.CLEAR, "soc"), digest_of(source, said), said)
