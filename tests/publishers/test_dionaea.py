"""Dionaea: who came, who did not, and that log_json and the database say the same."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from hashlib import md5
from pathlib import Path

import msgspec
import pytest

from cure.interfaces import Input, Reading, Setting
from cure.model import Finding
from cure.model.finding import complete, digest_of
from cure.origins.files import inputs
from cure.publishers.dionaea import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "honeypot" / "dionaea"
SAMPLES = Path(__file__).parent / "samples" / "dionaea"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
HASH = md5(b"invented", usedforsecurity=False).hexdigest()


def logged(
    kind: str = "accept", protocol: str = "smbd", transport: str = "tcp", **fields: object
) -> dict[str, object]:
    return {
        "connection": {"protocol": protocol, "transport": transport, "type": kind},
        "src_ip": "198.51.100.1",
        "src_port": 40000,
        "dst_ip": "203.0.113.250",
        "dst_port": 445,
        "timestamp": "2026-03-01T00:00:00.9",
        **fields,
    }


def captured(**fields: object) -> dict[str, object]:
    peer = {"saddr": "198.51.100.1", "sport": "40000", "daddr": "203.0.113.250", "dport": "445"}
    return {"time": "2026-03-01 09:00:00.900000 GMT +0000", **peer, "md5": HASH, **fields}


def read(entry: object) -> Reading:
    lines = iter([msgspec.json.encode(entry)])
    setting = Setting(zone=timezone(timedelta(hours=9)))
    (reading,) = PUBLISHER.read(Input(name="x", as_of=NOW, lines=lines, setting=setting))
    return reading


def said(entry: object) -> list[Finding]:
    reading = read(entry)
    assert not reading.why
    return list(reading.findings)


@pytest.mark.parametrize("kind", ["accept", "reject", "pending"])
def test_who_came_is_an_attacker_even_if_nobody_opened(kind):
    (finding,) = said(logged(kind))
    assert [(one.role, one.value) for one in finding.observables] == [("attacker", "198.51.100.1")]


@pytest.mark.parametrize(
    "entry",
    [logged("connect", "mirrorc"), logged("listen", src_ip=""), logged("listen", "SipSession")],
)
def test_where_the_honeypot_listens_or_connects_to_is_silent(entry):
    assert said(entry) == []


@pytest.mark.parametrize("protocol", ["SipSession", "SipCall", "TftpServerHandler"])
def test_over_udp_a_visit_is_logged_as_if_it_went_out(protocol):
    assert said(logged("connect", protocol, "udp"))


def test_a_type_that_dionaea_does_not_have_is_quarantined():
    assert "no such type" in read(logged("attack")).why


@pytest.mark.parametrize(
    "credentials",
    [
        {"username": ["sa", "root"], "password": ["", None]},
        [{"username": "sa", "password": ""}, {"username": "root", "password": None}],
    ],
)
def test_each_login_is_a_finding_however_the_list_is_written(credentials):
    _, *logins = said(logged(credentials=credentials))
    told = [{n: one.attributes.get(n) for n in ("username", "password")} for one in logins]
    assert told == [
        {"username": "sa", "password": ""},
        {"username": "root", "password": None},
    ]


def test_of_ftp_only_commands_are_told_without_their_arguments():
    commands = {"command": ["USER", "Host:", "GET"], "arguments": ["x", "203.0.113.250", "/"]}
    _, finding = said(logged(protocol="ftpd", ftp={"commands": commands}))
    assert finding.attributes["commands"] == ("USER", "GET")


def test_lists_of_different_lengths_are_quarantined():
    assert read(logged(credentials={"username": ["a", "b"], "password": ["a"]})).why


def test_times_are_in_whole_seconds_utc():
    (finding,) = said(logged())
    assert finding.first_seen == finding.last_seen == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_capture_tells_local_time_whatever_zone_it_names():
    (finding,) = said(captured())
    assert finding.first_seen == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "published"),
    [
        ("", []),
        ("smb://203.0.113.9", [("payload", "smb://203.0.113.9")]),
        ("ftp://u:p@203.0.113.9/a", [("payload", "ftp://u:p@203.0.113.9/a")]),
        ("http://10.0.0.1/a", []),
    ],
)
def test_a_capture_is_a_sample_with_its_url(url, published):
    (finding,) = said(captured(url=url))
    mentions = [(one.role, one.value) for one in finding.observables[1:]]
    assert mentions == [("sample", HASH), *published]


def test_our_own_side_stays_inside():
    assert "203.0.113.250" not in str([*said(logged()), *said(captured())])


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"a": 1}, "none of the forms"),
        (logged(src_ip="x"), "is not a ip"),
        (logged(timestamp=None), "Expected `datetime`"),
        (captured(md5="x"), "is not a hash"),
        (captured(time="now"), "Invalid isoformat"),
        ([], "Expected `object`"),
    ],
)
def test_what_has_another_form_is_quarantined(entry, why):
    assert why in read(entry).why


def of_file(path: Path) -> Iterator[Reading]:
    for data in inputs(path, NOW):
        yield from PUBLISHER.read(data)


def test_a_row_about_a_connection_that_is_not_there_is_quarantined():
    readings = list(of_file(SAMPLES / "database" / "input.sqlite"))
    assert [reading.number for reading in readings] == list(range(1, 14))
    (unread,) = (reading for reading in readings if reading.why)
    assert unread.number == 13
    assert "has none of the forms" in unread.why


def test_a_damaged_database_is_one_reading_with_the_reason(tmp_path):
    whole = (SAMPLES / "database" / "input.sqlite").read_bytes()
    (tmp_path / "x.sqlite").write_bytes(whole[:700])
    (reading,) = of_file(tmp_path / "x.sqlite")
    assert "is not a SQLite database" in reading.why


needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real Dionaea logs are not beside this checkout"
)


def real(pattern: str) -> list[Reading]:
    readings = [one for path in sorted(REAL.glob(pattern)) for one in of_file(path)]
    assert Counter(reading.why for reading in readings) == {"": len(readings)}
    return readings


def digests(readings: list[Reading], *attributes: str) -> set[bytes]:
    return {
        digest_of("dionaea", complete(one, NOW, NOW))
        for reading in readings
        for one in reading.findings
        if one.attributes.keys() == set(attributes) and len(one.observables) == 1
    }


@needs_real_data
def test_of_real_logs_log_json_and_the_database_say_the_same():
    lines, rows = real("tpot-2022/*.json.*"), real("tpot-2022/*.sqlite.*")
    assert len(lines) == 73_713
    assert len(rows) == 73_701 + 21 + 41 + 66  # downloads, logins, commands
    for readings in (lines, rows):
        assert sum(1 for reading in readings if not reading.findings) == 11  # mirrored back
    connection = ("protocol", "transport", "port", "src_port")
    in_lines, in_rows = digests(lines, *connection), digests(rows, *connection)
    # For 19 the second changed between the one and the other.
    assert (len(in_lines), len(in_rows), len(in_lines & in_rows)) == (73_702, 73_690, 73_671)
    login = (*connection, "username", "password")
    assert digests(lines, *login) == digests(rows, *login)


@needs_real_data
def test_of_real_downloads_the_hash_is_told_and_no_url():
    used = Counter(
        one.role
        for reading in real("tpot-2022/*.sqlite.*")
        for finding in reading.findings
        for one in finding.observables[1:]
    )
    assert used == {"sample": 21}


@needs_real_data
def test_of_a_real_honey_network_most_came_to_closed_ports():
    findings = [one for reading in real("mhn-2017/*") for one in reading.findings]
    assert len(findings) == 1000
    assert sum(one.attributes["protocol"] == "pcap" for one in findings) == 849
