"""Records as STIX."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st
from stix2patterns.validator import run_validator

from cure.errors import MalformedError
from cure.hub.view import First
from cure.model import (
    Audience,
    Caveat,
    Finding,
    Kind,
    Label,
    Mention,
    Record,
    Tlp,
    Topic,
    mention,
    recognise,
    url,
)
from cure.model.finding import digest_of
from cure.subscribers.stix.records import MAX_RELATIONSHIPS, Heard, objects_of
from cure.subscribers.stix.values import observable_object, pattern_of, tag_object
from proof import examples
from strategies import T0, audiences, records
from subscribers.stix.judged import wrong_with

SECRET = bytes(32)
ADDED = T0 + timedelta(days=3)
BANK = Audience("bank", Tlp.RED)
GREEN = Label(Tlp.GREEN, "soc")


def written(record: Record, to: Audience = BANK, secret: bytes = SECRET) -> list[dict[str, Any]]:
    """Return all objects of a record, as if it were the first to say anything."""
    every = [True] * len(record.finding.observables)
    first = First(every, every, source=True, marking=True)
    said = objects_of(Heard(record, ADDED, first), to, secret)
    return list({one["id"]: one for one in said if one is not None}.values())


def record(
    *mentions: Mention,
    kind: Kind = Kind.SIGHTING,
    label: Label = GREEN,
    count: int = 1,
    attributes: Mapping[str, object] | None = None,
) -> Record:
    said = Finding(kind, mentions, T0, T0 + timedelta(hours=1), count, attributes or {})
    return Record("cowrie", label, digest_of("cowrie", said), said)


def value(text: str, role: str = "attacker") -> Mention:
    return mention(recognise(text), role)


def of_type(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in objects if one["type"] == kind]


@given(records(), audiences)
@settings(max_examples=examples(25, 1000))
def test_the_strict_validator_finds_nothing_wrong_with_any_record(one: Record, to: Audience):
    objects = written(one, to)

    assert not objects or wrong_with(objects) == []


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("192.0.2.7", stix2.v21.IPv4Address),
        ("2001:db8::7", stix2.v21.IPv6Address),
        ("xn--wgv71a119e.jp", stix2.v21.DomainName),
        ("http://example.com/a?b='c'", stix2.v21.URL),
        ("user@example.com", stix2.v21.EmailAddress),
    ],
)
def test_a_value_has_the_id_that_every_program_gives_it(text: str, theirs: Callable[..., Any]):
    one = recognise(text)

    assert observable_object(one.topic, one.value)["id"] == theirs(value=one.value).id


@pytest.mark.parametrize("digits", [32, 40, 64, 128])
def test_a_file_has_the_id_that_every_program_gives_it(digits: int):
    ours = observable_object(Topic.HASH, "a" * digits)

    assert ours["id"] == stix2.v21.File(hashes=ours["hashes"]).id


@given(st.text(max_size=40))
def test_a_pattern_is_one_comparison_whatever_is_in_the_value(path: str):
    try:
        one = url(f"http://example.com/{path}")
    except MalformedError:
        return
    pattern = pattern_of(one.topic, one.value)

    assert run_validator(pattern, stix_version="2.1") == []


def test_an_attacker_is_observed_indicated_and_sighted():
    objects = written(record(value("192.0.2.7"), value("malware:emotet", "tag"), count=12))
    [observed] = of_type(objects, "observed-data")
    [indicator] = of_type(objects, "indicator")
    [sighting] = of_type(objects, "sighting")
    [relationship] = of_type(objects, "relationship")
    [malware] = of_type(objects, "malware")

    assert observed["number_observed"] == sighting["count"] == 12
    assert indicator["pattern"] == "[ipv4-addr:value = '192.0.2.7']"
    assert sighting["sighting_of_ref"] == relationship["source_ref"] == indicator["id"]
    assert relationship["target_ref"] == malware["id"]
    assert relationship["relationship_type"] == "indicates"
    assert {one["object_marking_refs"][0] for one in (observed, indicator, sighting, malware)} == {
        "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
    }


def test_who_was_only_seen_is_no_indicator():
    kinds = {one["type"] for one in written(record(value("192.0.2.7", "visitor")))}

    assert kinds == {"marking-definition", "identity", "ipv4-addr", "observed-data"}


def test_what_belongs_together_is_a_grouping_and_too_many_pairs_are_nothing_more():
    tags = [value(f"malware:family-{n}", "tag") for n in range(MAX_RELATIONSHIPS)]
    listed = [value("192.0.2.7", "listed"), value("example.com", "listed")]
    few = written(record(*listed, *tags[:2], kind=Kind.ANNOTATION, attributes={"title": "A tale"}))
    many = written(record(*listed, *tags, kind=Kind.ANNOTATION))

    [grouping] = of_type(few, "grouping")
    assert grouping["name"] == "A tale"
    assert len(grouping["object_refs"]) == 4
    assert len(of_type(few, "relationship")) == 4
    assert of_type(many, "relationship") == []


def test_how_one_tag_stands_to_another_is_a_relationship():
    said = [value("actor:mummy-spider", "subject"), value("malware:emotet", "uses")]
    [one] = of_type(written(record(*said, kind=Kind.ANNOTATION)), "relationship")

    assert one["relationship_type"] == "uses"


def test_scores_are_opinions_and_likeness_is_a_relationship():
    score = record(value("192.0.2.7", "subject"), kind=Kind.ASSESSMENT, attributes={"score": 0.93})
    alike = record(
        *(value("192.0.2.7"), value("192.0.2.8")), kind=Kind.SIMILARITY, attributes={"score": 0.5}
    )

    assert of_type(written(score), "opinion")[0]["opinion"] == "strongly-agree"
    assert of_type(written(alike), "relationship")[0]["confidence"] == 50


def test_what_an_analyst_judges_is_an_opinion_with_its_confidence():
    said = {"admiralty": "B2"}
    sure = record(value("192.0.2.7", "rated-2"), kind=Kind.ASSESSMENT, attributes=said)
    wrong = record(
        *(value("192.0.2.7", "rated-2"), value("192.0.2.7", "false-positive")),
        kind=Kind.ASSESSMENT,
        attributes=said,
    )
    [opinion] = of_type(written(sure), "opinion")

    assert (opinion["opinion"], opinion["confidence"]) == ("agree", 75)
    assert of_type(written(wrong), "opinion")[0]["opinion"] == "strongly-disagree"
    assert wrong_with(written(wrong)) == []


def test_a_source_that_stays_unnamed_is_in_nothing_that_is_written():
    label = Label(Tlp.GREEN, "soc", caveats=(Caveat.NO_ATTRIB,))
    hidden = record(value("192.0.2.7"), label=label)
    text = msgspec.json.encode(written(hidden)).decode()

    assert "undisclosed" in text
    assert "cowrie" not in text
    assert "soc" not in text
    assert "cowrie (soc)" in msgspec.json.encode(written(hidden, Audience("soc"))).decode()


def test_who_guesses_what_a_record_says_cannot_check_it_by_its_name():
    one = record(value("192.0.2.7"))
    [ours] = of_type(written(one), "observed-data")
    [theirs] = of_type(written(one, secret=b"another" * 4), "observed-data")

    assert ours["id"] != theirs["id"]


def test_tags_that_stix_has_no_thing_for_are_labels():
    [observed] = of_type(
        written(record(value("192.0.2.7"), value("sector:energy", "tag"))), "observed-data"
    )

    assert observed["labels"] == ["sector:energy"]
    assert tag_object("attack:TA0001") is None
    assert tag_object("attack:T1059.001")["type"] == "attack-pattern"  # pyright: ignore[reportOptionalSubscript]
