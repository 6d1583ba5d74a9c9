"""Reputation: what becomes of a source whose values are judged."""

import pytest

from cure.enrichers.reliability.reputation import LEFT_A_DAY, Tally
from cure.enrichers.reliability.reputation import judged as all_judged
from cure.enrichers.reliability.sources import reliability
from cure.enrichers.reliability.trust import trust_in
from cure.model import Record
from enrichers.weighing import NOW, judged, said, seen_by


def sightings(source: str, count: int) -> list[Record]:
    return [said(source, f"attacker 203.0.113.{n}", days_ago=2) for n in range(count)]


def rho(source: str, *records: Record) -> float:
    return trust_in(seen_by(*records), NOW).rho(source)


def test_of_whom_nothing_was_judged_half_is_believed():
    assert rho("cowrie", *sightings("cowrie", 1)) == 0.5
    assert Tally().letter() == "f"


def test_what_was_confirmed_counts_for_a_source_and_what_was_refuted_against_it():
    records = sightings("cowrie", 4)
    codes = ["F1", "F2", "F3", "F6"]
    told = [judged(f"203.0.113.{n}", code) for n, code in enumerate(codes)]

    assert rho("cowrie", *records, *told) == pytest.approx(4 / 6)
    refuted = [judged("203.0.113.2", "F4"), judged("203.0.113.3", false_positive=True)]
    assert rho("cowrie", *records, *told[:1], *refuted) == pytest.approx(3 / 7)


def test_older_judgements_weigh_less():
    records = [*sightings("cowrie", 1), said("cowrie", "attacker 203.0.113.9", days_ago=200)]
    told = judged("203.0.113.9", "F1", days_ago=100)

    weight = LEFT_A_DAY**100
    assert rho("cowrie", *records, told) == pytest.approx((2 + weight) / (4 + weight))


def test_only_the_latest_word_of_an_organisation_counts():
    records = sightings("cowrie", 1)
    told = [judged("203.0.113.0", "F1", days_ago=1), judged("203.0.113.0", "F5")]
    other = judged("203.0.113.0", "F5", by="bank", tlp="TLP:GREEN")

    assert rho("cowrie", *records, *told) == pytest.approx(2 / 5)
    assert rho("cowrie", *records, *told, other) == pytest.approx(2 / 6)


def test_who_spoke_only_after_the_judgement_has_no_part_in_it():
    told = judged("203.0.113.0", "F1", days_ago=30)

    assert rho("cowrie", *sightings("cowrie", 1), told) == 0.5


def test_analysts_do_not_confirm_themselves():
    told = [judged("203.0.113.0", "F1"), judged("203.0.113.0", "F1", days_ago=1)]

    assert rho("analysts@soc", *told) == 0.5


def test_a_letter_goes_before_the_reputation_and_the_latest_before_older_ones():
    records = [*sightings("cowrie", 1), judged("203.0.113.0", "F5")]

    assert rho("cowrie", *records, judged("cowrie", "A6")) == 1
    told = [judged("cowrie", "A6", days_ago=1), judged("cowrie", "D6")]
    assert rho("cowrie", *records, *told) == 0.25
    assert rho("cowrie", *records, judged("cowrie", "F6")) == pytest.approx(2 / 5)


def test_a_source_with_capitals_is_found_by_its_letter():
    record = said("exist@URL_haus", "listed 203.0.113.1")

    assert rho("exist@URL_haus", record, judged("exist@URL_haus", "B6")) == 0.75


def test_a_letter_is_suggested_once_enough_was_judged():
    records = sightings("cowrie", 12)
    told = [judged(f"203.0.113.{n}", "F1") for n in range(12)]

    [nine] = reliability(seen_by(*records, *told[:9]), NOW)
    [twelve] = reliability(seen_by(*records, *told), NOW)

    assert (nine.letter, nine.suggested, nine.confirmed) == ("F", "F", 9)
    assert (twelve.suggested, twelve.reputation) == ("B", 0.875)
    assert twelve.interval[0] < 0.875 < twelve.interval[1]


def test_the_interval_is_that_of_the_beta_distribution():
    # Beta(2, 2): its distribution function is 3 x² - 2 x³.
    low, high = Tally().interval()

    assert 3 * low**2 - 2 * low**3 == pytest.approx(0.05, abs=1e-3)
    assert 3 * high**2 - 2 * high**3 == pytest.approx(0.95, abs=1e-3)


def test_another_source_cannot_speak_as_analysts_do():
    records = [*sightings("cowrie", 1), said("exist", "rated-5 203.0.113.0")]

    assert all_judged(seen_by(*records), NOW).tallies == {}
