"""Logs of proxies: Squid's format, and whatever columns a W3C log announces."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cure.formats.block_list import block_list
from cure.formats.proxy_log import is_proxy_log, proxy_lines
from cure.interfaces import Input, Reading, Setting
from cure.model import Finding, domain, ip

SETTING = Setting(
    listed=frozenset({domain("phish.example.com"), ip("2001:db8::1")}),
    zone=timezone(timedelta(hours=9)),
)


def read(*lines: str) -> list[Reading]:
    as_of = datetime(2026, 1, 3, tzinfo=UTC)
    stream = iter([line.encode() for line in lines])
    given = Input(name="a", as_of=as_of, lines=stream, setting=SETTING)
    return list(proxy_lines(given, block_list(SETTING.listed)))


def only(*lines: str) -> Finding:
    readings = read(*lines)
    assert not [reading.why for reading in readings if reading.why]
    (finding,) = (finding for reading in readings for finding in reading.findings)
    return finding


def squid(method: str, url: str) -> str:
    return f"1767323045.678      5 192.168.0.9 TCP_MISS/200 9 {method} {url} - HIER_DIRECT/- -"


@pytest.mark.parametrize(
    ("method", "url", "told"),
    [
        ("GET", "http://phish.example.com/a", "http://phish.example.com/a"),
        ("GET", "HTTP://x@PHISH.example.com:8080/a", "http://phish.example.com:8080/a"),
        ("CONNECT", "phish.example.com:443", "phish.example.com"),
        ("CONNECT", "[2001:db8::1]:443", "2001:db8::1"),
    ],
)
def test_a_request_of_squid_is_told_without_its_client(method, url, told):
    finding = only(squid(method, url))
    assert [one.value for one in finding.observables] == [told]
    assert "192.168.0.9" not in str(finding)


TAIL = "- HIER_DIRECT/203.0.113.5 text/html"
NATIVE = f"1767323045.678      5 192.168.0.9 TCP_MISS/200 9 GET http://phish.example.com/a {TAIL}"


@pytest.mark.parametrize(
    "line",
    [
        NATIVE,
        f"Jan  2 03:04:05 proxy (squid-1)[77]: {NATIVE}",
        # With the client's port, and the sizes of requests and answers.
        (
            "1767323045.678    104 192.168.0.9 58938 TCP_MISS/200 904 123 364 123 528 GET"
            ' http://phish.example.com/a 1.1 - HIER_DIRECT/203.0.113.5 80 text/html - - "-" "curl"'
        ),
        (
            '192.168.0.9 - someone [02/Jan/2026:12:04:05 +0900] "GET http://phish.example.com/a'
            ' HTTP/1.1" 200 9 TCP_MISS:HIER_DIRECT'
        ),
        (
            '192.168.0.9 - - [02/Jan/2026:12:04:05 +0900] "GET http://phish.example.com/a HTTP/1.1"'
            ' 200 9 "-" "A \\"browser\\"" TCP_MISS:HIER_DIRECT'
        ),
    ],
)
def test_squid_writes_a_request_in_many_formats(line):
    assert is_proxy_log(line.encode())
    finding = only(line)

    assert finding.observables[0].value == "http://phish.example.com/a"
    assert finding.attributes["result"].startswith("TCP_MISS")
    assert finding.first_seen is not None
    assert finding.first_seen.replace(microsecond=0) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert "192.168.0.9" not in str(finding)
    assert "someone" not in str(finding)


def test_a_request_that_never_was_one_is_silent_and_begins_a_log_as_well():
    line = "1767323045.678 0 192.168.0.9 NONE_NONE/000 0 - error:transaction-end - HIER_NONE/- -"
    (reading,) = read(line)

    assert is_proxy_log(line.encode())
    assert (reading.findings, reading.why) == ((), "")


def test_the_log_of_a_web_server_is_none_of_a_proxy():
    line = b'203.0.113.9 - - [02/Jan/2026:12:04:05 +0900] "GET /a HTTP/1.1" 200 9 "-" "curl"'

    assert not is_proxy_log(line)


@pytest.mark.parametrize("url", ["http://example.org/?u=phish.example.com", "error:no-url", "-"])
def test_a_request_of_another_host_is_silent(url):
    (reading,) = read(squid("GET", url))
    assert not reading.findings
    assert not reading.why


@pytest.mark.parametrize(
    ("fields", "row", "told"),
    [
        ("cs-uri", "https://phish.example.com/a", "https://phish.example.com/a"),
        ("cs-host cs-uri-stem", "phish.example.com /a", "http://phish.example.com/a"),
        (
            "cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query",
            "https phish.example.com 444 /a b=c",
            "https://phish.example.com:444/a?b=c",
        ),
        ("cs-method cs-host cs-uri-port", "CONNECT phish.example.com 443", "phish.example.com"),
        ("r-host cs(User-Agent)", 'phish.example.com "a ""b"" c"', "http://phish.example.com/"),
        ("cs-host\tcs-username", "phish.example.com\t", "http://phish.example.com/"),
    ],
)
def test_a_url_is_put_together_from_the_columns_there_are(fields, row, told):
    mark = "\t" if "\t" in row else " "
    finding = only(f"#Fields: date{mark}time{mark}{fields}", f"2026-01-02{mark}12:00:00{mark}{row}")
    assert [one.value for one in finding.observables] == [told]


def test_a_time_without_a_zone_is_in_that_of_the_setting():
    finding = only(
        "#Date: 2026-01-02 00:00:00", "#Fields: time cs-uri", "12:00:00 http://phish.example.com/"
    )
    assert finding.first_seen == datetime(2026, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "row", "why"),
    [
        ("time cs-uri", "12:00:00", "want 2 columns"),
        ("time c-ip", "12:00:00 192.0.2.1", "no column names its host"),
        ("cs-uri", "http://phish.example.com/", "want columns date and time"),
    ],
)
def test_a_row_that_cannot_be_read_is_quarantined(fields, row, why):
    _, reading = read(f"#Fields: {fields}", row)
    assert why in reading.why


def test_a_log_is_told_by_its_first_line():
    assert is_proxy_log(squid("GET", "http://example.com/").encode() + b"\r\n")
    assert is_proxy_log(b"#Software: x\r\n")
    assert not is_proxy_log(b"# a list\n")
