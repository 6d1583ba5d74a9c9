"""Cowrie: which events speak, of what, and what never leaves the honeypot."""

from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from cure.errors import MalformedError
from cure.interfaces import Reading
from cure.model import Finding
from cure.model.finding import complete
from cure.origins.files import inputs
from cure.publishers.cowrie import PUBLISHER, parse

REAL = Path(__file__).parents[3] / "shared" / "data" / "honeypot" / "cowrie"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
HASH = sha256(b"invented").hexdigest()


def line(eventid: str, **fields: object) -> bytes:
    event = {"src_ip": "192.0.2.1", "timestamp": "2026-01-02T03:04:05.000000Z", **fields}
    return msgspec.json.encode({"eventid": f"cowrie.{eventid}", **event})


def said(eventid: str, **fields: object) -> Finding:
    (finding,) = parse(line(eventid, **fields))
    return finding


def used(finding: Finding) -> list[tuple[str, str, str]]:
    return [(one.role, one.topic.value, one.value) for one in finding.observables[1:]]


@pytest.mark.parametrize(
    "eventid",
    [
        "session.params",
        "log.open",
        "log.closed",
        "client.size",
        "client.var",
        "command.success",
        "command.failed",
        "direct-tcpip.data",
        "virustotal.scanfile",
        "an.event.of.next.year",
    ],
)
def test_an_event_that_repeats_others_or_is_about_us_is_silent(eventid):
    assert parse(line(eventid)) == ()


@pytest.mark.parametrize("blank", [b"", b" ", b"\r"])
def test_a_blank_line_is_silent(blank):
    assert parse(blank) == ()


def test_a_silent_event_needs_neither_address_nor_time():
    assert parse(b'{"eventid":"cowrie.abuseipdb.started"}') == ()


@pytest.mark.parametrize("missing", ["src_ip", "timestamp"])
def test_a_speaking_event_without_address_or_time_is_quarantined(missing):
    with pytest.raises(MalformedError, match="no src_ip or no timestamp"):
        parse(line("login.failed", **{missing: None}))


@pytest.mark.parametrize("address", ["", "unknown", "300.1.1.1", "01.2.3.4", "fe80::1%eth0"])
def test_an_attacker_without_a_valid_address_is_quarantined(address):
    with pytest.raises(MalformedError, match="is not a ip"):
        parse(line("session.connect", src_ip=address))


def test_an_event_of_another_program_is_quarantined():
    with pytest.raises(MalformedError, match="'COW0001' is not a Cowrie event"):
        parse(b'{"eventid":"COW0001","src_ip":"192.0.2.1"}')


def test_json_without_an_event_id_is_quarantined():
    with pytest.raises(msgspec.ValidationError, match="eventid"):
        parse(b'{"src_ip":"192.0.2.1"}')


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-02T03:04:05.678901Z", "2026-01-02T03:04:05.678901+00:00"),
        ("2026-01-02T03:04:05.678901", "2026-01-02T03:04:05.678901+00:00"),
        ("2026-01-02T12:04:05.678901+0900", "2026-01-02T03:04:05.678901+00:00"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
    ],
)
def test_a_time_without_a_zone_is_utc_and_others_become_it(written, meant):
    finding = said("session.connect", timestamp=written)
    assert finding.first_seen == finding.last_seen
    assert finding.first_seen.isoformat() == meant


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_time_outside_the_calendar_is_quarantined(time):
    with pytest.raises(MalformedError, match="outside the calendar"):
        parse(line("session.connect", timestamp=time))


def test_an_attacker_of_the_local_network_is_one_too():
    assert said("session.connect", src_ip="10.0.0.7").observables[0].value == "10.0.0.7"


def test_our_own_side_stays_inside():
    finding = said(
        "login.failed", dst_ip="203.0.113.9", sensor="tokyo", uuid="x", message="203.0.113.9"
    )
    assert "203.0.113.9" not in str(finding)
    assert "tokyo" not in str(finding)


def test_long_texts_are_cut():
    finding = said("command.input", input="A" * 100_000)
    assert len(finding.attributes["command"]) == 1000


@pytest.mark.parametrize("url", [None, "/dev/null", "stdin", "redir", ""])
def test_what_came_from_no_url_was_written_by_the_attacker(url):
    finding = said("session.file_download", url=url, shasum=HASH)
    assert used(finding) == [("written", "hash", HASH)]


def test_a_file_of_a_url_that_cannot_be_read_is_still_a_sample():
    finding = said("session.file_download", url="http://nosuchhost/x", shasum=HASH)
    assert used(finding) == [("sample", "hash", HASH)]
    assert finding.attributes["url"] == "http://nosuchhost/x"


def test_a_file_that_was_uploaded_is_a_sample():
    assert used(said("session.file_upload", filename="x", shasum=HASH)) == [
        ("sample", "hash", HASH)
    ]


@pytest.mark.parametrize("eventid", ["session.file_download", "session.file_upload"])
def test_the_hash_of_the_empty_file_is_not_published(eventid):
    assert used(said(eventid, shasum=sha256().hexdigest())) == []


def test_a_hash_that_is_none_is_quarantined():
    with pytest.raises(MalformedError, match="is not a hash"):
        parse(line("session.file_upload", shasum="abc"))


@pytest.mark.parametrize(
    ("target", "published"),
    [
        ("example.org", [("target", "domain", "example.org")]),
        ("198.51.100.4", [("target", "ip", "198.51.100.4")]),
        ("2001:db8::4", [("target", "ip", "2001:db8::4")]),
        ("::ffff:198.51.100.4", [("target", "ip", "198.51.100.4")]),
        ("localhost", []),
        ("127.0.0.1", []),
        ("::1", []),
        ("192.168.1.1", []),
        ("router.lan", []),
        ("", []),
        ("-c", []),
    ],
)
def test_a_target_is_published_if_it_is_the_same_for_everyone(target, published):
    finding = said("direct-tcpip.request", dst_ip=target, dst_port=443)
    assert used(finding) == published
    assert finding.attributes["port"] == 443


needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real Cowrie logs are not beside this checkout"
)


def real(folder: str) -> list[Reading]:
    return [
        reading
        for path in sorted((REAL / folder).iterdir())
        for data in inputs(path, NOW)
        for reading in PUBLISHER.read(data)
    ]


def attackers(readings: list[Reading]) -> set[str]:
    return {one.findings[0].observables[0].value for one in readings if one.findings}


@needs_real_data
@pytest.mark.parametrize(
    # In 2022 one address is seen only where its session closes: the log had been rotated.
    ("folder", "line_count", "spoke_count", "attacker_count"),
    [("kareiva-2018", 61_335, 56_341, 971), ("tpot-2022", 51_324, 39_715, 526)],
)
def test_of_real_logs_every_line_is_accounted_for(folder, line_count, spoke_count, attacker_count):
    readings = real(folder)
    assert len(readings) == line_count
    assert Counter(reading.why for reading in readings) == {"": line_count}
    assert sum(1 for reading in readings if reading.findings) == spoke_count
    assert len(attackers(readings)) == attacker_count
    for reading in readings:
        for finding in reading.findings:
            complete(finding, NOW, NOW)


@needs_real_data
def test_of_real_logs_most_written_files_are_one_ssh_key():
    hashes = Counter(
        (one.role, one.value)
        for reading in real("tpot-2022")
        for finding in reading.findings
        for one in finding.observables
        if one.topic == "hash"
    )
    (commonest, times), *others = hashes.most_common()
    assert (commonest[0], times) == ("written", 394)
    assert Counter(role for (role, _), _ in others) == {"written": 2, "sample": 2}
    assert not any(value == sha256().hexdigest() for _, value in hashes)
