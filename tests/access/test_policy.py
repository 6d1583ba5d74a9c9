"""Who may read what: decided as the published policy says, and never wider for more caution."""

from datetime import datetime
from random import Random, SystemRandom

import cedarpy
import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from access.cedar import POLICY, SCHEMA, Question, may_read_as_published
from access.questions import BANK, MOMENTS, edges
from cure.model import Audience, Caveat, Confidentiality, Label, Tlp
from cure.model.label import join
from drawing import a_label, an_audience
from proof import examples
from strategies import SOURCES, audiences, labels

PAIRS = examples(20_000, 1_000_000)
"""How many random questions are put to both."""
AT_ONCE = 20_000
moments = st.sampled_from(MOMENTS)


def decided(questions: list[Question]) -> list[bool]:
    return [to.may_read(source, label, at) for to, source, label, at in questions]


def different(questions: list[Question]) -> list[tuple[Question, bool]]:
    pairs = zip(questions, decided(questions), may_read_as_published(questions), strict=True)
    return [(question, here) for question, here, there in pairs if here != there]


def test_the_published_policy_is_sound_by_its_schema():
    assert cedarpy.validate_policies(POLICY, SCHEMA).errors == []


def test_every_edge_is_decided_as_published():
    assert different(list(edges())) == []


def test_random_questions_are_decided_as_published():
    for done in range(0, PAIRS, AT_ONCE):
        seed = SystemRandom().getrandbits(64)
        random = Random(seed)  # noqa: S311 - it draws questions, no secrets
        people = [an_audience(random) for _ in range(AT_ONCE // 4)]
        stamps = [(random.choice(SOURCES), a_label(random)) for _ in range(AT_ONCE // 4)]
        questions: list[Question] = [
            (random.choice(people), *random.choice(stamps), random.choice(MOMENTS))
            for _ in range(min(AT_ONCE, PAIRS - done))
        ]
        assert different(questions) == [], f"seed {seed}"
        assert 0.02 < sum(decided(questions)) / len(questions) < 0.98


@given(audiences, labels, st.sampled_from(Caveat), moments)
def test_a_caveat_more_never_widens_the_audience(
    to: Audience, label: Label, caveat: Caveat, at: datetime | None
):
    careful = msgspec.structs.replace(label, caveats=tuple(sorted({*label.caveats, caveat})))

    assert to.may_read("cowrie", label, at) >= to.may_read("cowrie", careful, at)


@given(audiences, labels, st.sampled_from(Tlp), moments)
def test_a_higher_marking_never_widens_the_audience(
    to: Audience, label: Label, tlp: Tlp, at: datetime | None
):
    low, high = (msgspec.structs.replace(label, tlp=one) for one in sorted((label.tlp, tlp)))

    assert to.may_read("cowrie", low, at) >= to.may_read("cowrie", high, at)


@given(audiences, labels, st.sampled_from(Confidentiality), moments)
def test_a_higher_confidentiality_never_widens_the_audience(
    to: Audience, label: Label, level: Confidentiality, at: datetime | None
):
    low, high = (
        msgspec.structs.replace(label, confidentiality=one)
        for one in sorted((label.confidentiality, level))
    )

    assert to.may_read("cowrie", low, at) >= to.may_read("cowrie", high, at)


@given(labels, labels)
def test_join_is_commutative(a: Label, b: Label):
    assert join([a, b]) == join([b, a])


@given(labels, labels, labels)
def test_join_is_associative(a: Label, b: Label, c: Label):
    assert join([join([a, b]), c]) == join([a, join([b, c])]) == join([a, b, c])


@given(labels, labels)
def test_join_is_idempotent(a: Label, b: Label):
    both = join([a, b])

    assert join([a, a]) == a
    assert join([both, a]) == join([both, b]) == join([both, both]) == both


@given(st.lists(labels, min_size=1, max_size=3), audiences, moments)
@settings(max_examples=1000)
@example([Label(Tlp.GREEN, "soc", ("bank",)), Label(Tlp.AMBER, "soc")], BANK, None)
@example([Label(Tlp.CLEAR, "bank", but_owner=True), Label(Tlp.CLEAR, "soc")], BANK, None)
def test_who_may_read_a_join_may_read_all_that_was_joined(
    some: list[Label], to: Audience, at: datetime | None
):
    if to.may_read("cowrie", join(some), at):
        assert all(to.may_read("cowrie", one, at) for one in some)


@pytest.mark.parametrize("tlp", [Tlp.CLEAR, Tlp.AMBER])
def test_what_is_joined_of_two_owners_is_read_by_those_whom_both_let(tlp: Tlp):
    both = join([Label(tlp, "soc", ("bank", "press")), Label(tlp, "bank", ("soc", "press"))])

    for name in ("soc", "bank", "press"):
        assert Audience(name, Tlp.AMBER).may_read("cowrie", both)
    assert not Audience("other", Tlp.RED).may_read("cowrie", both)
