"""Haguregumo: attacks, placeholders, payloads, and what never leaves the honeypot."""

from collections import Counter
from datetime import UTC, datetime
from hashlib import md5, sha512
from pathlib import Path

import msgspec
import pytest

from cure.errors import MalformedError
from cure.interfaces import Reading
from cure.model import Finding
from cure.model.finding import complete, digest_of
from cure.origins.files import inputs
from cure.publishers.haguregumo import PUBLISHER, parse

REAL = Path(__file__).parents[3] / "shared" / "data" / "haguregumo" / "honeytrap"
NOW = datetime(2026, 12, 31, tzinfo=UTC)


def attack(data: bytes = b"", **fields: object) -> bytes:
    payload = {
        "md5_hash": md5(data, usedforsecurity=False).hexdigest(),
        "sha512_hash": sha512(data).hexdigest(),
        "length": len(data),
        "data_hex": data.hex(),
    }
    connection = {
        "protocol": "tcp",
        "remote_ip": "198.51.100.1",
        "remote_port": 40000,
        "local_ip": "203.0.113.250",
        "local_port": 8080,
        "payload": payload,
    }
    times = {"start_time": "2026-03-01T00:00:00Z", "end_time": "2026-03-01T00:00:01Z"}
    line = {"is_virtual": False, **times, "attack_connection": connection | fields}
    return msgspec.json.encode(line | {name: fields[name] for name in fields if name in line})


def logged(clock: str = "00:00:01:42", data: bytes = b"") -> bytes:
    hashes = f"{md5(data, usedforsecurity=False).hexdigest()} {sha512(data).hexdigest()}"
    return (
        f"[2026-03-01 {clock} GMT] tcp 198.51.100.1:40000 -> 203.0.113.250:8080 {hashes} "
        f"({len(data)} bytes)"
    ).encode()


def said(line: bytes) -> list[Finding]:
    return list(parse(line))


@pytest.mark.parametrize("data", [b"", b"\3\0\0\x13"])
def test_both_logs_say_the_same_of_an_attack(data):
    assert said(attack(data)) == said(logged(data=data))


def test_microseconds_that_are_not_padded_do_not_matter():
    assert said(logged("00:00:01:42")) == said(logged("00:00:01:999999"))


@pytest.mark.parametrize("placeholder", [{"is_virtual": True}, {"protocol": "ip"}])
def test_a_placeholder_is_silent(placeholder):
    assert said(attack(**placeholder)) == []


def test_an_empty_payload_has_no_digest():
    (finding,) = said(attack())
    assert "payload_md5" not in finding.attributes
    assert finding.attributes["length"] == 0


def test_what_a_payload_asks_for_is_a_finding_of_its_own():
    _, asked = said(attack(b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"))
    assert asked.attributes == {
        "port": 8080,
        "src_port": 40000,
        "method": "GET",
        "path": "/",
        "host": "example.com",
    }


def test_the_name_that_was_asked_for_is_no_observable():
    _, asked = said(attack(b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"))
    assert [one.value for one in asked.observables] == ["198.51.100.1"]


def test_our_own_side_stays_inside():
    assert "203.0.113.250" not in str(
        said(attack(b"GET / HTTP/1.1\r\nHost: 203.0.113.250\r\n\r\n"))
    )
    assert "203.0.113.250" not in str(said(attack(b"MGLNDD_203.0.113.250_8080\n")))


@pytest.mark.parametrize(
    "line",
    [
        logged()[:-1],
        logged().replace(b"GMT", b"CET"),
        attack().replace(b'"remote_ip"', b'"ip"'),
        attack(b"ab").replace(b'"6162"', b'"616"'),
        b"{}",
        b"attack",
    ],
)
def test_what_has_another_form_is_quarantined(line):
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        said(line)


def test_an_attacker_without_a_valid_address_is_quarantined():
    with pytest.raises(MalformedError, match="is not a ip"):
        said(attack(remote_ip="unknown"))


needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real honeytrap logs are not beside this checkout"
)


def real(pattern: str) -> list[Reading]:
    return [
        reading
        for path in sorted(REAL.glob(pattern))
        for data in inputs(path, NOW)
        for reading in PUBLISHER.read(data)
    ]


@needs_real_data
def test_of_real_logs_every_line_is_accounted_for():
    readings = real("*")
    assert Counter(reading.why for reading in readings) == {"": 53_642 + 8_348}
    assert Counter(bool(reading.findings) for reading in readings)[False] == 2_494
    findings = [complete(one, NOW, NOW) for reading in readings for one in reading.findings]
    assert len({one.observables[0].value for one in findings}) == 1_731


@needs_real_data
def test_of_real_logs_the_text_tells_of_attacks_that_the_json_has_too():
    digests = [
        {digest_of("haguregumo", one) for reading in real(name) for one in reading.findings}
        for name in ("attacker.log*", "attackers.json*")
    ]
    # The other 28 were written in the second after that in which they ended.
    assert (len(digests[0]), len(digests[0] & digests[1])) == (8_348, 8_320)


@needs_real_data
def test_of_real_payloads_requests_and_hellos_are_read():
    asked = [one.attributes for reading in real("attackers*") for one in reading.findings[1:]]
    assert sum("ja3" in one for one in asked) == 5_481
    assert sum("method" in one for one in asked) == 4_798
