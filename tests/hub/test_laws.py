"""The laws of the hub, for any records whatever."""

from datetime import timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Changes, Hub
from cure.hub.partitions.hub import PartedHub
from cure.hub.view import View
from cure.interfaces import Logged
from cure.model import Audience, Caveat, Finding, Kind, Label, Record, Tlp, Topic, ip, mention, tag
from cure.model.finding import digest_of
from cure.model.networks import Networks
from hub.comparing import assert_same_cards_and_links
from hub.dict_hub import DictHub
from hub.kinds import AnyHub
from proof import examples
from strategies import SOURCES, T0, VALUES, audiences, labels, numbered, records
from surfaces import everything

UNLINKED = Networks(("192.0.2.2/32",))
"""One of the addresses that strategies draw links nothing."""
AT = T0 + timedelta(hours=12)
"""When questions are asked: some labels have opened by then, some have closed."""
KEY = HashKey.of(bytes(range(24)))
COLLIDING = HashKey.of(bytes(range(24)), bits=2)
said = st.lists(records(), max_size=12)
partitions = st.sampled_from([0, 0, 0, 2])
"""In how many partitions a hub is that is tried; 0: undivided."""


def hub_after(
    logged: list[Logged], *, cut: int = 1000, key: HashKey = KEY, parts: int = 0
) -> AnyHub:
    hub = PartedHub(key, UNLINKED, parts) if parts else Hub(key, UNLINKED)
    for at in range(0, len(logged), cut):
        hub.accept(batch_of(logged[at : at + cut]))
    return hub


def known(logged: list[Logged], to: Audience, *, cut: int = 1000, parts: int = 0) -> bytes:
    return everything(Gate(hub_after(logged, cut=cut, parts=parts)).view(to, AT), logged)


@given(said, audiences, partitions)
@settings(max_examples=examples(75, 2000), deadline=None)
def test_an_audience_learns_nothing_from_what_it_may_not_see(
    batch: list[Record], to: Audience, parts: int
) -> None:
    # A hidden new version of a visible record takes it away, which is the owner's will and is
    # told; so keys are left out here: each record stands for itself.
    plain = [
        msgspec.structs.replace(
            r, digest=bytes([i] * 16), finding=msgspec.structs.replace(r.finding, key=None)
        )
        for i, r in enumerate(batch)
    ]
    visible = [record for record in plain if to.may_read(record.source, record.label, AT)]

    assert known(numbered(plain), to, parts=parts) == known(numbered(visible), to)


@given(said, st.integers(1, 4), audiences)
@settings(max_examples=examples(50, 2000), deadline=None)
def test_batching_does_not_matter(batch: list[Record], cut: int, to: Audience) -> None:
    logged = numbered(batch)

    assert known(logged, to) == known(logged, to, cut=cut)
    assert hub_after(logged).state_hash() == hub_after(logged, cut=cut).state_hash()


@given(said, st.randoms(use_true_random=False), audiences)
@settings(max_examples=examples(50, 2000), deadline=None)
def test_order_does_not_matter_but_within_a_key(
    batch: list[Record], random: Random, to: Audience
) -> None:
    plain = [
        msgspec.structs.replace(r, finding=msgspec.structs.replace(r.finding, key=None))
        for r in batch
    ]
    once = list({r.digest: r for r in plain}.values())
    one, other = numbered(once), numbered(random.sample(once, len(once)))

    # Records of one moment come in the order in which they arrived; all else is the same.
    assert without_records(one, to) == without_records(other, to)


def without_records(logged: list[Logged], to: Audience) -> object:
    return msgspec.json.decode(known(logged, to))[:13]


@given(said, audiences)
@settings(max_examples=examples(50, 2000), deadline=None)
def test_saying_it_twice_changes_nothing(batch: list[Record], to: Audience) -> None:
    unversioned = [
        msgspec.structs.replace(r, finding=msgspec.structs.replace(r.finding, key=None))
        for r in batch
    ]

    assert known(numbered(unversioned + unversioned), to) == known(numbered(unversioned), to)


@given(said, audiences, partitions)
@settings(max_examples=examples(75, 2000), deadline=None)
def test_the_index_answers_as_the_plain_model_does(
    batch: list[Record], to: Audience, parts: int
) -> None:
    logged = numbered(batch)
    hub = hub_after(logged, cut=3, parts=parts)
    model, view = DictHub(logged, to, AT, UNLINKED), Gate(hub).view(to, AT)

    assert_same_cards_and_links(view, model)
    for one in VALUES:
        assert len(view.records(one)[0]) == len(model.about(one))


@given(said)
@settings(max_examples=examples(50, 2000), deadline=None)
def test_values_whose_hashes_collide_stay_apart(batch: list[Record]) -> None:
    logged = numbered(batch)
    to = Audience("soc")
    plain = everything(Gate(hub_after(logged)).view(to, AT), logged)

    assert everything(Gate(hub_after(logged, cut=2, key=COLLIDING)).view(to, AT), logged) == plain


@given(said, audiences, st.binary(min_size=24, max_size=24))
@settings(max_examples=examples(50, 2000), deadline=None)
def test_a_snapshot_is_the_hub_again_and_goes_on_like_it(
    batch: list[Record], to: Audience, secret: bytes
) -> None:
    logged = numbered(batch)
    half = len(logged) // 2
    restored = Hub.restore(hub_after(logged[:half]).state(), HashKey.of(secret), UNLINKED)
    restored.accept(batch_of(logged[half:]))

    assert restored.state_hash() == hub_after(logged).state_hash()
    assert everything(Gate(restored).view(to, AT), logged) == known(logged, to)


@given(said, said, audiences, partitions)
@settings(max_examples=examples(50, 2000), deadline=None)
def test_new_links_are_the_difference_of_the_matrices(
    one: list[Record], two: list[Record], to: Audience, parts: int
) -> None:
    unversioned = [
        msgspec.structs.replace(r, finding=msgspec.structs.replace(r.finding, key=None))
        for r in one + two
    ]
    logged = numbered(unversioned)
    hub = hub_after(logged[: len(one)], parts=parts)
    before = pairs(Gate(hub).view(to, AT))
    changes: list[Changes] = [hub.accept(batch_of([r])) for r in logged[len(one) :]]
    view = Gate(hub).view(to, AT)
    after = pairs(view)

    told = {(one.a, one.b, one.topic): one.count for one in view.new_links(changes)}
    grown = {key: n - before.get(key, 0) for key, n in after.items() if n > before.get(key, 0)}
    assert told == grown


def pairs(view: View) -> dict[tuple[str, str, Topic], int]:
    found: dict[tuple[str, str, Topic], int] = {}
    for topic in Topic:
        matrix = view.links(topic)
        for i, a in enumerate(matrix.sources):
            for j, b in enumerate(matrix.sources[:i]):
                found[b, a, topic] = matrix.matrix[i][j]
    return {key: count for key, count in found.items() if count}


@pytest.mark.parametrize("parts", [0, 2])
@pytest.mark.parametrize("many", [70, 3000])
def test_a_value_of_many_records_is_summed_up_like_one_of_few(many: int, parts: int) -> None:
    logged: list[Logged] = []
    for i in range(many):
        moment = T0 + timedelta(seconds=i)
        about = (mention(ip("192.0.2.1"), "attacker"), mention(tag(f"malware:m{i % 3}"), "tag"))
        finding = Finding(Kind.SIGHTING, about, moment, moment, 2)
        source = ("cowrie", "exist")[i % 2]
        label = Label(Tlp.GREEN, "soc")
        logged.append(Logged(i + 1, Record(source, label, digest_of(source, finding), finding), 0))
    to = Audience("soc")
    hub = hub_after(logged, cut=100, parts=parts)
    model, view = DictHub(logged, to, AT, UNLINKED), Gate(hub).view(to, AT)
    card = view.card(ip("192.0.2.1"))

    sums = {name: (s.count, s.first_seen, s.last_seen) for name, s in card.sources.items()}
    assert sums == model.sums(ip("192.0.2.1"))
    assert card.roles == model.roles(ip("192.0.2.1"))
    assert {tag: use.count for tag, use in card.tags.items()} == model.tags(ip("192.0.2.1"))
    assert view.pivot(ip("192.0.2.1"), 1, 10).sampled == (many > 2000)


def test_a_label_opens_and_closes_at_its_moments() -> None:
    finding = Finding(Kind.SIGHTING, (mention(ip("192.0.2.1")),), T0, T0)
    label = Label(Tlp.CLEAR, "soc", not_before=T0, expires=T0 + timedelta(days=1))
    record = Record("cowrie", label, digest_of("cowrie", finding), finding)
    gate = Gate(hub_after([Logged(1, record, 0)]))

    def sees(organisation: str, hours: int) -> bool:
        at = T0 + timedelta(hours=hours)
        return gate.view(Audience(organisation), at).card(ip("192.0.2.1")).status == "known"

    assert [sees("bank", hours) for hours in (-1, 0, 23, 24, 5)] == [False, True, True, False, True]
    assert all(sees("soc", hours) for hours in (-1, 0, 24))


def test_a_source_that_stays_unnamed_is_called_undisclosed_but_by_its_owner() -> None:
    finding = Finding(Kind.SIGHTING, (mention(ip("192.0.2.1")),), T0, T0)
    label = Label(Tlp.CLEAR, "soc", caveats=(Caveat.NO_ATTRIB,))
    record = Record("cowrie", label, digest_of("cowrie", finding), finding)
    gate = Gate(hub_after([Logged(1, record, 0)]))

    assert list(gate.view(Audience("bank")).card(ip("192.0.2.1")).sources) == ["undisclosed"]
    assert list(gate.view(Audience("soc")).card(ip("192.0.2.1")).sources) == ["cowrie"]


@given(said, st.lists(st.tuples(st.sampled_from(SOURCES), labels, labels), max_size=3), audiences)
@settings(max_examples=examples(50, 2000), deadline=None)
def test_a_relabelled_record_is_seen_as_if_it_had_always_had_its_new_label(
    batch: list[Record], exchanges: list[tuple[str, Label, Label]], to: Audience
) -> None:
    logged = numbered(batch)
    half = len(logged) // 2
    hub = hub_after(logged[:half])
    labels_now = {one.seq: one.record.label for one in logged}
    for source, unused, new in exchanges:
        used = [one for one in logged[:half] if one.record.source == source]
        old = labels_now[used[0].seq] if used else unused
        hub.relabel(source, old, new)
        labels_now |= {one.seq: new for one in used if labels_now[one.seq] == old}
    hub = Hub.restore(hub.state(), KEY, UNLINKED) if half % 2 else hub
    if logged[half:]:
        hub.accept(batch_of(logged[half:]))
    relabelled = [
        msgspec.structs.replace(
            one, record=msgspec.structs.replace(one.record, label=labels_now[one.seq])
        )
        for one in logged
    ]

    assert everything(Gate(hub).view(to, AT), logged) == known(relabelled, to)
