"""Notes on waves of mails: what stands below which heading."""

from datetime import UTC, datetime

import pytest

from cure.formats.mail_notes import is_notes, read_notes
from cure.interfaces import Input, Reading, Unreadable
from cure.model import Finding

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def read(text: str, name: str = "notes.txt") -> list[Reading]:
    lines = (line.encode() for line in text.split("\n"))
    return list(read_notes(Input(name=name, as_of=AS_OF, lines=lines)))


def said(text: str, name: str = "notes.txt") -> Finding:
    (finding,) = [finding for one in read(text, name) for finding in one.findings]
    return finding


def words(text: str) -> list[str]:
    return [f"{one.role} {one.value}" for one in said(text).observables]


@pytest.mark.parametrize(
    ("heading", "line", "word"),
    [
        ("SENDERS OBSERVED", "A B <a@example.com>", "sender a@example.com"),
        ("SENDER EMAILS", "a[@]example[.]com", "sender a@example.com"),
        ("ZIP FILE DOWNLOAD URLS", "hxxps://example[.]com/a", "payload https://example.com/a"),
        ("MALDOC REDIRECT URLS", "http://example.com/a (dead)", "payload http://example.com/a"),
        ("PAYLOAD DOWNLOAD DOMAINS", "example.com", "payload example.com"),
        ("CREDENTIAL PHISHING URLS OBSERVED", "http://example.com/", "link http://example.com/"),
        ("QAKBOT C2s", "203.0.113.1:443", "c2 203.0.113.1"),
        ("ICEDID C2", "http://example.com:8080", "c2 http://example.com:8080/"),
        ("X C2 (POST DATA TO)", "[2001:db8::1]:80", "c2 2001:db8::1"),
        ("EXFILTRATION INFORMATION - SMTP", "mail.example.com:587", "c2 mail.example.com"),
        ("MALDOC FILE HASHES", "0" * 32, f"sample {'0' * 32}"),
        ("PAYLOAD FILE HASHES", "http://192.0.2.1/a.jpg", "payload http://192.0.2.1/a.jpg"),
        ("MALDOC FROM DISTRIBUTION URL", "A" * 64, f"sample {'a' * 64}"),
        ("SUPPORTING EVIDENCE", "https://example.com/x", "reference https://example.com/x"),
    ],
)
def test_a_heading_gives_values_their_role(heading, line, word):
    assert words(f"{heading}\n{line}") == [word]


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("IMPERSONATED SENDERS", "bank@example.com"),
        ("CLAIMED EMAIL ADDRESS FROM FORM SUBMISSION", "a@example.com"),
        ("EXFILTRATION CREDENTIALS", "stolen@example.com"),
        ("EMAIL BODY", "https://example.com/"),
        ("POWERSHELL OBSERVED", "https://example.com/"),
        ("SENDERS OBSERVED", "Sent from a web form."),
        ("MALDOC FILE HASHES", "invoice.zip"),
        ("PAYLOAD DOWNLOAD URLS", "invoice.zip"),
        ("PAYLOAD DOWNLOAD URLS", "payload.dll"),
        ("SMTP EXFILTRATION", "250-mx.example.com"),
        ("POST TRAFFIC TO C2", "Host: example.com:80"),
        ("ICEDID C2", "No C2 traffic was observed"),
    ],
)
def test_other_lines_are_silent(heading, line):
    assert not any(one.findings or one.why for one in read(f"{heading}\n{line}"))


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("SENDERS OBSERVED", "nobody@"),
        ("FILE HASHES", "a" * 31),
        ("ICEDID C2", "http://nowhere/"),
    ],
)
def test_what_should_be_a_value_and_is_none_is_quarantined(heading, line):
    assert [bool(one.why) for one in read(f"{heading}\n{line}")] == [False, True]


def test_subjects_may_be_in_capitals_and_end_at_the_next_heading():
    text = "SUBJECTS OBSERVED\nPAYMENT DUE\nHello\n\nSENDERS OBSERVED\na@example.com"
    assert said(text).attributes == {"subjects": ["PAYMENT DUE", "Hello"]}


@pytest.mark.parametrize(
    ("title", "families"),
    [
        ("HANCITOR / COBALT STRIKE", ["malware:hancitor", "malware:cobalt-strike"]),
        ("QAKBOT (TR)", ["malware:qakbot"]),
        ("REMCOS RAT", ["malware:remcos"]),
        ("QAKBOT / LIKELY OTHER LOADER", ["malware:qakbot"]),
        ("CREDENTIAL PHISHING / AGENT TESLA", ["malware:agent-tesla"]),
        ("UNKNOWN MALWARE", []),
    ],
)
def test_the_title_names_families(title, families):
    found = words(f"THREAT ATTRIBUTION:  {title}\n\nC2 TRAFFIC\n203.0.113.1")
    assert found == ["c2 203.0.113.1", *(f"tag {one}" for one in families)]


def test_the_day_is_that_of_the_file_name():
    text = "C2 TRAFFIC\n203.0.113.1"
    assert said(text, "a/2021-09-13_X.txt").first_seen == datetime(2021, 9, 13, tzinfo=UTC)
    assert said(text, "2021-09-31.txt").first_seen is None
    assert said(text, "2021-09-13/x.txt").first_seen is None


def test_a_long_list_is_said_in_parts():
    lines = "\n".join(f"{number}@example.com" for number in range(2000))
    (reading,) = [one for one in read(f"SENDERS OBSERVED\n{lines}") if one.findings]
    assert reading.lines == 2000
    assert [len(finding.observables) for finding in reading.findings] == [900, 900, 200]


def test_every_line_is_accounted_for():
    readings = read("THREAT IDENTIFICATION: X\n\nSENDERS\na@example.com\nb\nc@\n")
    assert sum(one.lines for one in readings) == 7
    assert len({one.number for one in readings}) == len(readings)


def test_a_line_that_could_not_be_delivered_is_quarantined():
    given = Input(name="x", as_of=AS_OF, lines=iter((Unreadable(b"head", "broken"),)))
    assert [(one.raw, one.why) for one in read_notes(given)] == [(b"head", "broken")]


def test_notes_are_told_by_a_title_or_a_heading():
    assert is_notes(b"\nTHREAT IDENTIFICATION: X")
    assert is_notes(b"# comment\r\nMALDOC FILE HASHES\r\n")
    assert not is_notes(b"HELLO WORLD\nhello@example.com")
