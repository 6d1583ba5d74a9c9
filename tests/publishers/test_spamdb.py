"""SpamDB: who speaks in a mailbox for double bounces, and who in a log."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.interfaces import Input, Reading
from cure.model import Finding
from cure.model.finding import complete
from cure.origins.files import inputs, paths_of
from cure.publishers.spamdb import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "spamdb"
NOW = datetime(2026, 12, 31, tzinfo=UTC)

needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real bounces are not beside this checkout"
)


def real(*names: str) -> list[Reading]:
    return [
        reading
        for path in paths_of([REAL / name for name in names])
        for data in inputs(path, NOW)
        for reading in PUBLISHER.read(data)
    ]


def said(readings: list[Reading]) -> list[Finding]:
    return [complete(finding, NOW, NOW) for one in readings for finding in one.findings]


def named(finding: Finding) -> list[str]:
    return [one.value for one in finding.observables]


@needs_real_data
def test_of_real_bounces_none_is_quarantined_and_most_speak():
    readings = real("bounces")
    assert [reading.why for reading in readings if reading.why] == []
    assert len(readings) == 396 + 2  # two of the files hold two mails
    kinds = Counter(finding.attributes["kind"] for finding in said(readings))
    assert kinds == {"bounce": 317, "postmaster-copy": 22, "double-bounce": 4}


@needs_real_data
@pytest.mark.parametrize("end", ["bsd", "dos", "mac"])
def test_real_bounces_are_read_whatever_their_line_ends(end):
    names = [path.relative_to(REAL) for path in (REAL / "bounces").glob(f"{end}__rhost-spectrum*")]
    assert [named(finding)[0] for finding in said(real(*map(str, names)))] == [
        "wellbeing@mrk1.example.com"
    ]


@needs_real_data
def test_a_real_double_bounce_tells_who_sent_the_mail_at_the_bottom():
    (finding,) = said(real("bounces/bsd__lhost-sendmail-41.eml"))
    assert named(finding) == ["this-local-part-does-not-exist@yahoo.com", "198.51.100.22"]
    assert finding.attributes["kind"] == "double-bounce"


@needs_real_data
def test_no_real_daemon_is_taken_for_a_sender():
    values = {value for finding in said(real("bounces", "mbox-0")) for value in named(finding)}
    assert not [value for value in values if "mailer-daemon" in value.lower()]


@needs_real_data
def test_the_real_mailbox_is_cut_into_its_mails():
    readings = real("mbox-0")
    assert len(readings) == 37
    (silent,) = (reading for reading in readings if not reading.findings)
    assert b"Begin forwarded message" in silent.raw
    assert not silent.why


def test_a_file_that_is_neither_is_quarantined_as_one():
    lines = iter([b"data: x", b"more"])
    given = Input(name="x", as_of=NOW, lines=lines, head=b"data: x\nmore")
    assert [reading.why for reading in PUBLISHER.read(given)] == [
        "neither mails nor the log of a mail server"
    ]
    assert next(lines, None) is None


@pytest.mark.parametrize("head", [b"", b"\n", b"# a comment\n"])
def test_a_log_may_say_nothing(head):
    given = Input(name="x", as_of=NOW, lines=iter(head.splitlines()), head=head)
    assert not any(reading.why for reading in PUBLISHER.read(given))


@needs_real_data
def test_real_probes_and_transcripts_from_double_bounce_are_silent():
    readings = real("postfix-double-bounce-fragments.log")
    assert sum(reading.lines for reading in readings) == 27
    assert [(reading.findings, reading.why) for reading in readings] == [((), "")] * len(readings)
