"""Tags of feeds: equal things get equal tags, and what is unknown stays as it is."""

import pytest

from cure.extract.feed_tags import canonically_tagged
from cure.interfaces import Reading
from cure.model import Finding, Kind, ip, mention, tag

ADDRESS = mention(ip("192.0.2.7"), "c2")


def tagged(finding: Finding) -> Finding:
    (reading,) = canonically_tagged([Reading(1, b"", (finding,))])
    return reading.findings[0]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("malware:heodo", "malware:emotet"),
        ("malware:agenttesla", "malware:agent-tesla"),
        ("malware:never heard of", "malware:never-heard-of"),
        ("attack:T1566", "attack:T1566"),
    ],
)
def test_a_tag_has_the_name_that_the_vocabulary_gives_it(said, expected):
    finding = tagged(Finding(Kind.SIGHTING, (ADDRESS, mention(tag(said), "tag"))))

    assert [one.value for one in finding.observables] == ["192.0.2.7", expected]


def test_a_name_said_twice_is_one_tag():
    both = (mention(tag("malware:heodo"), "tag"), mention(tag("malware:emotet"), "tag"))

    assert len(tagged(Finding(Kind.SIGHTING, (ADDRESS, *both))).observables) == 2


def test_an_alias_keeps_its_name():
    alias = mention(tag("malware:heodo"), "alias")

    assert tagged(Finding(Kind.ANNOTATION, (alias,))).observables == (alias,)


def test_free_tags_become_tags_where_they_name_malware_and_stay_where_not():
    finding = tagged(Finding(Kind.SIGHTING, (ADDRESS,), attributes={"tags": ["elf", "Heodo"]}))

    assert [one.value for one in finding.observables] == ["192.0.2.7", "malware:emotet"]
    assert finding.attributes == {"tags": ["elf"]}
    assert (
        tagged(Finding(Kind.SIGHTING, (ADDRESS,), attributes={"tags": ["Heodo"]})).attributes == {}
    )


def test_a_finding_without_tags_is_left_alone():
    reading = Reading(1, b"", (Finding(Kind.SIGHTING, (ADDRESS,)),))

    assert next(iter(canonically_tagged([reading]))) is reading
