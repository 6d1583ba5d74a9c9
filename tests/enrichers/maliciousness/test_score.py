"""Scores: what they are made of, and the laws that they obey."""

import random
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cure.enrichers.maliciousness.decay import ATTACKER as CURVE
from cure.enrichers.maliciousness.score import Verdict, score, scores
from cure.enrichers.reliability.trust import trust_in
from cure.model import Audience, Caveat, Label, Record, Tlp, recognise
from enrichers.weighing import ATTACKER, NOW, OPEN, judged, said, seen_by

ONE = recognise(ATTACKER)
BANK = Audience("bank", Tlp.GREEN)


def maliciousness(*records: Record, value: str = ATTACKER, days_later: float = 0) -> float:
    at = NOW + timedelta(days=days_later)
    return float(scores(seen_by(*records), [recognise(value)], at)[0])


@pytest.mark.parametrize(
    ("source", "mentions", "weight"),
    [
        ("nicter", ["attacker 192.0.2.7"], 0.2),
        ("glastopf@web", ["visitor 192.0.2.7"], 0.2),
        ("exist", ["listed 192.0.2.7"], 0.4),
        ("reports", ["subject 192.0.2.7"], 0.4),
        ("cowrie@tokyo", ["attacker 192.0.2.7"], 0.5),
        ("my-sensor", ["attacker 192.0.2.7"], 0.5),
        ("cowrie", ["attacker 192.0.2.7", f"sample {'a' * 64}"], 0.7),
        ("glastopf", ["attacker 192.0.2.7"], 0.7),
        ("exist", ["c2 192.0.2.7"], 0.9),
        ("cowrie", ["payload http://192.0.2.7/x"], 0.9),
        ("exist", ["listed http://192.0.2.7/x"], 0.4),
        ("my-sensor", ["subject 192.0.2.7"], 0),
        ("nirvana", ["target 192.0.2.7"], 0),
        ("warpdrive", ["reference http://192.0.2.7/x"], 0),
        ("my-sensor", ["rated-1 192.0.2.7", "false-positive 192.0.2.7"], 0),
    ],
)
def test_evidence_weighs_as_its_class_says(source: str, mentions: list[str], weight: float):
    assert maliciousness(said(source, *mentions)) == pytest.approx(100 * weight * 0.5)


def test_evidence_of_several_days_and_sources_adds_up_as_noisy_or():
    records = [said("cowrie", "attacker 192.0.2.7", days_ago=days) for days in (0, 0.2, 3)]
    records.append(said("exist", "listed 192.0.2.7", days_ago=7))

    doubt = (1 - 0.25) * (1 - 0.25 * CURVE.left(3)) * (1 - 0.2 * CURVE.left(7))
    assert maliciousness(*records) == pytest.approx(100 * (1 - doubt))


def test_a_score_tells_what_it_is_made_of():
    view = seen_by(
        said("cowrie", "attacker 192.0.2.7", count=3),
        said("cowrie", "attacker 192.0.2.7", days_ago=0.1),
        said("nicter", "attacker 192.0.2.7", days_ago=10),
    )

    found = score(view, ONE, NOW)

    first, second = found.factors
    assert (first.source, first.kind, first.count) == ("cowrie", "brute-force", 4)
    assert (first.p, first.left) == (0.25, 1.0)
    assert (second.source, second.kind, second.age_days) == ("nicter", "scan", 10)
    without = 100 * 0.1 * CURVE.left(10)
    assert first.adds == pytest.approx(found.maliciousness - without, abs=0.06)
    assert found.verdict is Verdict.SUSPICIOUS
    assert found.ahead[-1].maliciousness == 0
    assert msgspec.json.decode(msgspec.json.encode(found))["verdict"] == "suspicious"


def test_as_of_then_what_came_later_does_not_count():
    before = said("cowrie", "attacker 192.0.2.7", days_ago=20)
    later = [said("exist", "c2 192.0.2.7", days_ago=3), judged(ATTACKER, "A5", days_ago=1)]
    then = NOW - timedelta(days=10)

    assert scores(seen_by(before, *later), [ONE], then) == scores(seen_by(before), [ONE], then)


def test_what_goes_on_past_then_counts_as_of_its_beginning():
    record = said("cowrie", "attacker 192.0.2.7", lasting=timedelta(days=5))
    then = NOW - timedelta(days=2)

    assert scores(seen_by(record), [ONE], then)[0] == pytest.approx(25 * CURVE.left(3))


def test_of_what_is_not_known_the_score_is_nothing():
    found = score(seen_by(said("cowrie", "attacker 192.0.2.8")), ONE, NOW)

    assert (found.maliciousness, found.verdict, found.factors) == (0, Verdict.UNKNOWN, [])


def test_a_false_positive_takes_away_as_much_as_its_analyst_is_believed():
    records = [said("cowrie", "attacker 192.0.2.7"), judged(ATTACKER, false_positive=True)]
    trusted = [*records, judged("analysts@soc", "B6")]

    # Of four guesses about Cowrie two were right; now of five.
    assert maliciousness(*records) == pytest.approx(100 * 0.5 * (2 / 5) * (1 - 0.5))
    assert maliciousness(*trusted) == pytest.approx(100 * 0.5 * (2 / 5) * (1 - 0.75))
    assert score(seen_by(*trusted), ONE, NOW).benign == 75


def test_who_takes_a_false_positive_back_is_believed():
    records = [
        said("cowrie", "attacker 192.0.2.7"),
        judged(ATTACKER, false_positive=True, days_ago=1),
        judged(ATTACKER, "F3"),
    ]

    assert score(seen_by(*records), ONE, NOW).speaking_for == []
    assert maliciousness(*records) == pytest.approx(25 * (1 + 0.5 * 0.5) / 1.5)


def test_what_expired_counts_no_more_and_what_follows_does():
    before = [
        said("cowrie", "attacker 192.0.2.7", days_ago=5),
        judged(ATTACKER, expired=True, days_ago=2),
    ]
    after = said("nicter", "attacker 192.0.2.7", days_ago=1)

    assert maliciousness(*before) == 0
    assert maliciousness(*before, after) == pytest.approx(10 * CURVE.left(1))


def test_analysts_who_are_not_believed_let_nothing_expire():
    records = [
        said("cowrie", "attacker 192.0.2.7", days_ago=5),
        judged(ATTACKER, expired=True, by="bank", tlp="TLP:GREEN"),
    ]

    assert maliciousness(*records) == 0
    assert maliciousness(*records, judged("analysts@bank", "D6")) > 0


def test_a_confirmation_is_evidence_and_credibility():
    assert maliciousness(judged(ATTACKER, "F1")) == pytest.approx(45)
    doubted = maliciousness(said("cowrie", "attacker 192.0.2.7"), judged(ATTACKER, "F5"))
    assert doubted == pytest.approx(100 * 0.5 * (2 / 5) / 1.5)


def test_what_was_confirmed_and_then_doubted_is_not_confirmed():
    assert maliciousness(judged(ATTACKER, "F1", days_ago=1), judged(ATTACKER, "F5")) == 0


def test_a_source_counts_as_far_as_it_is_believed():
    record = said("cowrie", "attacker 192.0.2.7")

    assert maliciousness(record, judged("cowrie", "A6")) == pytest.approx(50)
    assert maliciousness(record, judged("cowrie", "E6")) == 0


def test_beside_whom_it_copies_a_source_adds_nothing():
    listed = [said("exist@a", f"listed 203.0.113.{n}", days_ago=1) for n in range(30)]
    copied = [said("exist@b", f"listed 203.0.113.{n}", days_ago=0.5) for n in range(30)]
    seen = [said("cowrie", f"attacker 203.0.113.{n}", days_ago=0.5) for n in range(30)]

    alone = maliciousness(*listed, value="203.0.113.1")
    assert maliciousness(*listed, *copied, value="203.0.113.1") == alone
    assert maliciousness(*listed, *seen, value="203.0.113.1") > alone
    assert maliciousness(*listed[5:], *copied, value="203.0.113.1") > 0


def test_what_well_known_lists_name_is_contested_or_benign():
    site = "payload http://www.google.com/x"
    view = seen_by(said("cowrie", site), said("cowrie", "queried www.google.com"))

    assert score(view, recognise("http://www.google.com/x"), NOW).verdict is Verdict.CONTESTED
    asked = seen_by(said("stardust", "queried www.google.com"))
    assert score(asked, recognise("www.google.com"), NOW).verdict is Verdict.KNOWN_BENIGN


def test_what_stands_beside_is_shown_apart():
    hash_ = "a" * 64
    view = seen_by(
        said("stardust", "target 192.0.2.9", f"process {hash_}", "tag malware:emotet"),
        said("chorus", f"sample {hash_}"),
    )

    found = score(view, recognise("192.0.2.9"), NOW)

    assert found.maliciousness == 0
    assert found.association.maliciousness == pytest.approx(45)
    assert [one.value for one in found.association.neighbours] == [hash_]


def test_records_that_forbid_deriving_take_no_part():
    closed = msgspec.structs.replace(OPEN, caveats=(Caveat.NO_DERIVE,))
    view = seen_by(said("cowrie", "attacker 192.0.2.7", label=closed), to=Audience("soc", Tlp.RED))

    assert score(view, ONE, NOW).maliciousness == scores(view, [ONE], NOW)[0] == 0


# Laws -----------------------------------------------------------------------------------

SIGHTINGS = st.builds(
    said,
    st.sampled_from(["cowrie", "exist@a", "exist@b", "nicter", "reports"]),
    st.sampled_from(["attacker", "listed", "c2", "subject", "visitor"]).map("{} 192.0.2.7".format),
    days_ago=st.floats(0, 60),
    count=st.integers(1, 1000),
)
JUDGEMENTS = st.builds(
    judged,
    st.sampled_from([ATTACKER, "cowrie", "exist@a", "analysts@soc"]),
    st.sampled_from(["A1", "B2", "C3", "D4", "E5", "F6", "G1"]),
    days_ago=st.floats(0, 60),
    by=st.just("soc"),
    false_positive=st.booleans(),
    expired=st.booleans(),
)
WORLDS = st.lists(SIGHTINGS | JUDGEMENTS, max_size=10)


@given(WORLDS, st.floats(0, 400))
def test_a_score_lies_between_0_and_100_and_in_the_end_nothing_is_left(
    records: list[Record], days: float
):
    assert 0 <= maliciousness(*records, days_later=days) <= 100
    assert maliciousness(*records, days_later=471) == 0


@given(WORLDS, SIGHTINGS)
def test_a_further_sighting_never_lowers_a_score(records: list[Record], more: Record):
    before, after = seen_by(*records), seen_by(*records, more)
    trust = trust_in(before, NOW)

    assert scores(after, [ONE], NOW, trust) >= scores(before, [ONE], NOW, trust) - 1e-9


@given(WORLDS, st.floats(0, 100), st.floats(0, 100))
def test_if_nothing_more_is_seen_a_score_falls(records: list[Record], one: float, other: float):
    view, trust = seen_by(*records), trust_in(seen_by(*records), NOW)
    sooner, later = (
        scores(view, [ONE], NOW + timedelta(days=days), trust) for days in sorted((one, other))
    )

    assert later <= sooner


@given(WORLDS, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_said_does_not_matter(
    records: list[Record], chance: random.Random
):
    shuffled = records.copy()
    chance.shuffle(shuffled)

    assert maliciousness(*shuffled) == pytest.approx(maliciousness(*records))


@given(st.lists(WORLDS, min_size=1, max_size=3))
def test_many_at_once_are_scored_as_each_alone(worlds: list[list[Record]]):
    records = [record for world in worlds for record in world]
    view = seen_by(*records, said("exist", "c2 198.51.100.9", "listed example.com"))
    values = [recognise(text) for text in (ATTACKER, "198.51.100.9", "example.com", "192.0.2.99")]

    together = scores(view, values, NOW)
    alone = [scores(view, [one], NOW)[0] for one in values]
    shown = [score(view, one, NOW).maliciousness for one in values]

    assert np.allclose(together, alone)
    assert np.allclose(together, shown, atol=0.051)


@given(WORLDS, WORLDS)
@settings(max_examples=30)
def test_what_others_keep_to_themselves_moves_no_score(ours: list[Record], theirs: list[Record]):
    closed = Label(Tlp.AMBER, "press")
    secret = [msgspec.structs.replace(one, label=closed, digest=one.digest[::-1]) for one in theirs]
    opened = [msgspec.structs.replace(one, label=OPEN) for one in ours]
    there = seen_by(*secret, *opened, to=BANK)
    never = seen_by(*opened, to=BANK)

    assert score(there, ONE, NOW) == score(never, ONE, NOW)
