"""Judgements: records like any other, of a source of their own."""

from typing import Any

import pytest

from cure.enrichers.reliability.admiralty import admiralty, confidence
from cure.enrichers.reliability.judgements import subject
from cure.enrichers.reliability.judging import Bench, Judgement, JudgementForm
from cure.errors import MalformedError
from cure.hub.intake import Intake
from cure.model import Audience, Kind, Tlp, Topic
from cure.publishers.findings import PUBLISHER
from enrichers.weighing import NOW, judged

BANK = Audience("bank", Tlp.RED)


def test_a_judgement_is_an_assessment_that_stays_within_its_organisation():
    record = judged("192.0.2[.]7", "b2", note="in our own logs")

    assert (record.source, record.finding.kind) == ("analysts@soc", Kind.ASSESSMENT)
    assert [(one.value, one.role) for one in record.finding.observables] == [
        ("192.0.2.7", "rated-2")
    ]
    assert record.finding.attributes == {"admiralty": "B2", "note": "in our own logs"}
    assert not BANK.may_read(record.source, record.label, NOW)
    assert Audience("soc").may_read(record.source, record.label, NOW)


def test_who_judged_is_told_within_the_organisation_only():
    form = JudgementForm(about="192.0.2.7", false_positive=True, tlp="TLP:GREEN")
    whole, cut = Bench(PUBLISHER, "soc", "rin@soc", NOW, Intake).judged(form)

    shown = Judgement.of(whole, Audience("soc"))
    assert (shown.analyst, shown.false_positive, shown.confidence) == ("rin@soc", True, 50)
    assert Judgement.of(cut, BANK).analyst == ""
    assert BANK.may_read(cut.source, cut.label, NOW)
    assert not BANK.may_read(whole.source, whole.label, NOW)


@pytest.mark.parametrize(
    ("text", "topic", "value"),
    [
        ("cowrie", Topic.TAG, "source:cowrie"),
        ("exist@urlhaus", Topic.TAG, "source:exist@urlhaus"),
        ("source:exist@example.com", Topic.TAG, "source:exist@example.com"),
        ("user@example.com", Topic.EMAIL, "user@example.com"),
        ("example[.]com", Topic.DOMAIN, "example.com"),
        ("malware:emotet", Topic.TAG, "malware:emotet"),
    ],
)
def test_what_is_no_value_is_the_name_of_a_source(text: str, topic: Topic, value: str):
    assert (subject(text).topic, subject(text).value) == (topic, value)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"about": "192.0.2.7", "admiralty": "H2"}, "want a letter A to G"),
        ({"about": "192.0.2.7", "admiralty": "2B"}, "want a letter A to G"),
        ({"about": "192.0.2.7", "tlp": "GREEN"}, "want one of TLP:CLEAR"),
        ({"about": "no value at all"}, "not a domain"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_reason(form: dict[str, Any], why: str):
    with pytest.raises(MalformedError, match=why):
        Bench(PUBLISHER, "soc", "", NOW, Intake).judged(JudgementForm(**form))


def test_a_code_has_the_numbers_of_the_misp_taxonomy():
    codes = ["A1", "B1", "B2", "C3", "D4", "E5", "G5", "F1", "F2", "B6", "E6", "F6"]

    found = [confidence(admiralty(code)) for code in codes]

    assert found == [100, 88, 75, 50, 25, 0, 0, 100, 75, 75, 0, 50]
