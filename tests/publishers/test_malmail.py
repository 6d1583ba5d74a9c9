"""Malmail: what attack mails say, and what never leaves them."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.interfaces import Reading
from cure.model import Finding
from cure.model.finding import complete
from cure.origins.files import inputs, paths_of
from cure.publishers.malmail import PUBLISHER, parse_file

SHARED = Path(__file__).parents[3] / "shared" / "data"
REAL = SHARED / "malmail"
NOW = datetime(2026, 12, 31, tzinfo=UTC)

needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real attack mails are not beside this checkout"
)


def real(*names: str) -> list[Reading]:
    return [
        reading
        for path in paths_of([REAL / name for name in names])
        for data in inputs(path, NOW)
        for reading in PUBLISHER.read(data)
    ]


def findings(readings: list[Reading]) -> Iterator[Finding]:
    for reading in readings:
        for finding in reading.findings:
            yield complete(finding, NOW, NOW)


def roles(readings: list[Reading]) -> Counter[str]:
    return Counter(
        f"{one.role} {one.topic.value}"
        for finding in findings(readings)
        for one in finding.observables
    )


@pytest.mark.parametrize("blank", [b"", b"  "])
def test_a_blank_line_in_a_list_of_files_is_silent(blank):
    assert parse_file(blank) == ()


@needs_real_data
def test_of_real_mails_each_says_something_and_all_have_an_address():
    readings = real("phishing_pot")
    assert len(readings) == 618
    assert Counter(reading.why for reading in readings) == {"": 618}
    assert [len(reading.findings) for reading in readings] == [1] * 618
    assert roles(readings)["sender ip"] == 618
    assert {role for role in roles(readings) if "domain" in role} == {"host domain"}
    assert sum(1 for one in findings(readings) if one.attributes.get("spf") == "pass") == 330


@needs_real_data
def test_of_real_mails_no_recipient_is_published():
    assert "phishing@pot" not in str([one.observables for one in findings(real("phishing_pot"))])


@needs_real_data
def test_real_mails_without_a_date_that_can_be_true_have_that_of_their_server():
    (reading,) = real("phishing_pot/sample-1849.eml")
    assert reading.findings[0].first_seen == datetime(2023, 11, 9, 21, 55, 17, tzinfo=UTC)


@needs_real_data
def test_of_real_lists_of_files_all_but_the_empty_ones_are_published():
    readings = real("phishing_pot_attachments.jsonl.gz", "unit42_attachments.jsonl")
    assert len(readings) == 78
    assert [reading.why for reading in readings if reading.why] == []
    silent = [reading.raw for reading in readings if not reading.findings]
    assert ['"size": 0' in raw.decode() for raw in silent] == [True] * 10


@needs_real_data
def test_of_real_notes_no_line_is_quarantined():
    readings = real("executemalware")
    assert [reading.why for reading in readings if reading.why] == []
    assert sum(reading.lines for reading in readings) == 5571
    assert sum(1 for reading in readings if reading.findings) == 56
    found = roles(readings)
    assert found["sample hash"] > 400
    assert found["sender email"] > 1000
    assert found["c2 ip"] == 56
    assert found["sender domain"] == 0


@needs_real_data
def test_the_real_mail_of_an_incident_names_the_file_that_others_name():
    (reading,) = real("unit42")
    (finding,) = reading.findings
    named = {one.value for one in finding.observables}
    told = (SHARED / "social_media/unit42/2021-03-15-IOCs-from-IcedID-infection.txt").read_text()
    digest = "0b31911de524410fef3725f6fe5b565c6cb3e3b2ea5b7267bebc097f9fb57eb3"
    assert digest in named
    assert digest in told
    assert finding.attributes["attachments"] == ["CompensationClaim_605614143_03152021.zip"]
    assert finding.first_seen == datetime(2021, 3, 15, 16, 28, 29, tzinfo=UTC)
