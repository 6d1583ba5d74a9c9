"""A hub in partitions answers as one hub does, whatever happens to both; to every audience."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cure.errors import BehindError, MalformedError
from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.index import Changes, Hub
from cure.hub.partitions.hub import PartedHub
from cure.hub.partitions.partition import Partition
from cure.hub.partitions.view import Part, PartedView
from cure.hub.view import Followed, Span, View
from cure.interfaces import Logged
from cure.model import Audience, Label, Record
from cure.model.finding import digest_of
from drawing import a_record
from hub.nodes import Nodes
from laws import AT, EVERYBODY, KEY, UNLINKED
from proof import examples
from strategies import SOURCES, VALUES, audiences, histories, labels, numbered
from surfaces import FOLLOWED, everything, news, told


class Exchange(NamedTuple):
    """A source's records under one label come under another."""

    source: str
    which: int
    new: Label


class Drop(NamedTuple):
    """What a source said up to a record is no longer kept."""

    source: str
    upto: int


happenings = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.builds(Exchange, st.sampled_from(SOURCES), st.integers(0, 12), labels)
        | st.builds(Drop, st.sampled_from(SOURCES), st.integers(0, 12)),
    ),
    max_size=3,
)


def live(
    hubs: Sequence[Hub | PartedHub],
    logged: list[Logged],
    cut: int,
    others: list[tuple[int, Exchange | Drop]],
) -> list[list[Changes]]:
    """Let the same happen to hubs; return what the batches changed in each."""
    changes: list[list[Changes]] = [[] for _ in hubs]
    for at in range(0, len(logged) + 1, cut):
        for when, one in others:
            if at <= when < at + cut:
                happen(hubs, logged, one)
        for hub, told_of in zip(hubs, changes, strict=True):
            if logged[at : at + cut]:
                told_of.append(hub.accept(batch_of(logged[at : at + cut])))
    return changes


def happen(hubs: Sequence[Hub | PartedHub], logged: list[Logged], one: Exchange | Drop) -> None:
    for hub in hubs:
        if isinstance(one, Drop):
            hub.drop(one.source, min(one.upto, len(logged)))
        else:
            said = [each.record for each in logged if each.record.source == one.source]
            if said:
                hub.relabel(one.source, said[one.which % len(said)].label, one.new)


def all_told(view: View, logged: list[Logged], changes: list[Changes]) -> list[object]:
    """Return all that a view answers, and the numbers, which stay inside."""
    numbers = np.array([one.seq for one in logged], np.uint32)
    seen = numbers[view.sees(numbers)]
    arrived = [view.arrived(after, 2, one) for one in FOLLOWED for after in (0, 3)]
    gone = view.news(0, 9, Followed()).gone
    ranked, after = arrived[0][0], [0] * len(arrived[0][0])
    spans = [Span(one, 1, 6) for one in VALUES]
    said = view.no_longer_said(2)
    return [
        everything(view, logged),
        told(view, logged),
        news(view, changes),
        arrived,
        view.news(1, 4, Followed()),
        view.let_through(numbers.tolist()),
        view.label_of(seen) if len(seen) else None,
        (view.upto(), view.rights(), view.latest(5), view.position_of(1, 9, 2)),
        view.ranks(ranked, after) if ranked else [],
        view.withdrawn(spans),
        view.said_in(spans),
        [(one, records.tolist()) for one, records in said],
        view.no_longer_named(gone, frozenset({"attacker", "listed"})) if gone else [],
        view.narrowed(lambda label: not label.but_owner).links(),
    ]


@given(histories(), st.integers(1, 5), happenings, st.lists(audiences, min_size=2, max_size=2))
@settings(max_examples=examples(8, 2000), deadline=None)
def test_partitions_answer_as_one_hub_does(
    said: list[Record],
    cut: int,
    others: list[tuple[int, Exchange | Drop]],
    audiences: list[Audience],
) -> None:
    logged = numbered(said)
    parted = [PartedHub(KEY, UNLINKED, 1), PartedHub(KEY, UNLINKED, 2), Nodes(KEY, UNLINKED, 8)]
    hubs = [Hub(KEY, UNLINKED), *parted]
    changes = live(hubs, logged, cut, others)

    for to in audiences:
        one, *parted = (
            all_told(Gate(hub).view(to, AT), logged, told_of[-1:])
            for hub, told_of in zip(hubs, changes, strict=True)
        )
        for some in parted:
            assert some == one


@given(histories(), st.integers(1, 5), happenings, st.integers(0, 12), audiences)
@settings(max_examples=examples(8, 2000), deadline=None)
def test_a_partition_that_moves_is_its_snapshot_and_what_came_since(
    said: list[Record],
    cut: int,
    others: list[tuple[int, Exchange | Drop]],
    at: int,
    to: Audience,
) -> None:
    logged = numbered(said)
    stayed, moved = PartedHub(KEY, UNLINKED, 2), PartedHub(KEY, UNLINKED, 2)
    before = [one for one in others if one[0] < at]
    live([stayed, moved], logged[:at], cut, before)
    state = moved.partitions[1].state()
    moved.release(1)
    moved.hold(Partition.restore(state, KEY, UNLINKED))
    started_again = PartedHub.restore(stayed.states(), KEY, UNLINKED)
    later = [one for _, one in others if one not in [each for _, each in before]]
    for hub in (stayed, moved, started_again):
        if logged[at:]:
            hub.accept(batch_of(logged[at:]))
        for one in later:
            happen([hub], logged, one)

    one, *others_told = (
        all_told(Gate(hub).view(to, AT), logged, []) for hub in (stayed, moved, started_again)
    )
    assert all(some == one for some in others_told)


def test_a_version_that_only_replaces_another_counts_where_its_own_values_belong():
    random = Random(10)  # noqa: S311 - again the same
    said: list[Record] = []
    for number in range(40):
        one = a_record(random, number)
        finding = msgspec.structs.replace(one.finding, key=random.choice("ab"))
        said.append(Record("cowrie", one.label, digest_of("cowrie", finding), finding))
    logged = numbered(said)
    whole, parted = Hub(KEY, UNLINKED), PartedHub(KEY, UNLINKED, 8)
    live([whole, parted], logged, 7, [])

    for to in EVERYBODY:
        views = [Gate(hub).view(to, AT) for hub in (whole, parted)]
        assert all_told(views[0], logged, []) == all_told(views[1], logged, [])


def test_a_node_that_is_ahead_answers_as_of_the_moment_of_whoever_asks():
    random = Random(11)  # noqa: S311 - again the same
    logged = numbered([a_record(random, number) for number in range(40)])
    nodes = Nodes(KEY, UNLINKED, 8)
    nodes.accept(batch_of(logged[:20]))
    views = [Gate(nodes).view(to, AT) for to in EVERYBODY]
    before = [all_told(view, logged[:20], []) for view in views]
    nodes.others_accept(batch_of(logged[20:]))

    assert [all_told(view, logged[:20], []) for view in views] == before


def test_a_partition_is_not_held_before_it_knows_what_its_node_knows():
    hub, other = PartedHub(KEY, UNLINKED, 2), PartedHub(KEY, UNLINKED, 2)
    state = other.partitions[0].state()
    logged = numbered([a_record(Random(13), 0)])  # noqa: S311 - again the same
    hub.accept(batch_of(logged))

    with pytest.raises(ValueError, match="another moment"):
        hub.hold(Partition.restore(state, KEY, UNLINKED))


def test_a_node_that_is_behind_says_so():
    nodes = Nodes(KEY, UNLINKED, 8)
    logged = numbered([a_record(Random(12), 0)])  # noqa: S311 - again the same
    PartedHub.accept(nodes, batch_of(logged))

    with pytest.raises(BehindError):
        Gate(nodes).view(EVERYBODY[0], AT).links()


def test_what_is_malformed_is_said_whoever_finds_it():
    view = Gate(Nodes(KEY, UNLINKED, 8)).view(EVERYBODY[0], AT)

    with pytest.raises(MalformedError, match="no pattern"):
        view.search("no pattern")


def test_every_question_to_a_view_is_answered_by_partitions():
    questions = {
        name for one in View.__mro__[:-1] for name in vars(one) if not name.startswith("_")
    }
    answered = {
        name for one in PartedView.__mro__ if ".partitions." in one.__module__ for name in vars(one)
    }

    assert questions <= answered


def test_no_two_answers_of_a_partition_bear_the_same_name():
    for whole in (Part, PartedView):
        own = [one for one in whole.__mro__ if ".partitions." in one.__module__]
        names = [name for one in own for name in vars(one) if not name.startswith("__")]
        assert len(names) == len(set(names))
