"""ClientHello: names and fingerprints, of whole and of broken ones."""

import struct
from hashlib import md5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.tls_hello import client_hello


def extension(kind: int, content: bytes = b"") -> bytes:
    return struct.pack(">HH", kind, len(content)) + content


def numbers(*values: int, size: str = ">H") -> bytes:
    content = struct.pack(f">{len(values)}H", *values)
    return struct.pack(size, len(content)) + content


def hello(ciphers: tuple[int, ...], *extensions: bytes, version: int = 0x0303) -> bytes:
    offered = b"".join(extensions)
    body = struct.pack(">H", version) + b"r" * 32 + b"\0" + numbers(*ciphers) + b"\1\0"
    body += struct.pack(">H", len(offered)) + offered if extensions else b""
    return b"\x16\3\1" + struct.pack(">H", len(body) + 4) + b"\1" + len(body).to_bytes(3) + body


def name(host: bytes) -> bytes:
    return extension(0, struct.pack(">HBH", len(host) + 3, 0, len(host)) + host)


# The example of JA4's own description.
CIPHERS = (0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014)
CIPHERS += (0x009C, 0x009D, 0x002F, 0x0035)
SIGNATURES = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601)
PLAIN = (0x001B, 0x0033, 0x4469, 0x0017, 0x002D, 0x0005, 0x0023, 0x0012, 0xFF01, 0x0015)
CHROME = hello(
    (0x2A2A, *CIPHERS),
    extension(0x7A7A),
    *(extension(kind) for kind in PLAIN),
    name(b"www.example.com"),
    extension(0x0B, b"\1\0"),
    extension(0x10, b"\0\x0c\2h2\x08http/1.1"),
    extension(0x0D, numbers(*SIGNATURES)),
    extension(0x0A, numbers(0x3A3A, 29, 23, 24)),
    extension(0x2B, numbers(0x4A4A, 0x0304, 0x0303, size="B")),
)


def test_the_example_of_ja4():
    found = client_hello(CHROME)
    assert found
    assert found.ja4 == "t13d1516h2_8daaf6152771_e5627efa2ab1"


def test_the_name_that_was_asked_for():
    found = client_hello(CHROME)
    assert found
    assert found.server_name == "www.example.com"


def test_ja3_keeps_the_order_and_leaves_grease_out():
    found = client_hello(CHROME)
    assert found
    said = (
        "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,"
        "27-51-17513-23-45-5-35-18-65281-21-0-11-16-13-10-43,29-23-24,0"
    )
    assert found.ja3_text == said
    assert found.ja3 == md5(said.encode(), usedforsecurity=False).hexdigest()


def test_an_old_client_has_no_extensions():
    found = client_hello(hello((0x0004, 0x0005), version=0x0300))
    assert found
    assert found.server_name == ""
    assert found.ja3_text == "768,4-5,,,"
    assert found.ja4.startswith("ts3i020000_")
    assert found.ja4.endswith("_000000000000")


@pytest.mark.parametrize(
    ("protocol", "ends"), [(b"h2", "h2"), (b"x", "xx"), (b"\xab\xcd", "ad"), (b"", "00")]
)
def test_the_protocol_of_ja4_is_its_first_and_last_character(protocol, ends):
    offered = bytes([len(protocol)]) + protocol
    found = client_hello(
        hello((0x1301,), extension(0x10, struct.pack(">H", len(offered)) + offered))
    )
    assert found
    assert found.ja4[8:10] == ends


def test_a_hello_may_be_split_over_records():
    message = CHROME[5:]
    split = b"".join(
        b"\x16\3\1" + struct.pack(">H", len(part)) + part for part in (message[:50], message[50:])
    )
    assert client_hello(split) == client_hello(CHROME)


def test_a_flood_of_records_is_not_followed_to_its_end():
    assert client_hello(b"\x16\3\1\0\1\1" * 1_000_000) is None


def test_what_follows_the_hello_is_not_read():
    assert client_hello(CHROME + b"\x17\3\3\0\5hello") == client_hello(CHROME)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x16",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x15\3\1\0\2\2\x28",  # an alert
        b"\x16\3\3\0\4\2\0\0\0",  # a ServerHello
        CHROME[:-1],
        CHROME[:60],
    ],
)
def test_what_is_no_whole_hello_is_none(data):
    assert client_hello(data) is None


@given(st.integers(0, len(CHROME) - 1), st.binary(max_size=4))
def test_a_spoilt_hello_is_read_or_none(place, bytes_there):
    found = client_hello(CHROME[:place] + bytes_there + CHROME[place + len(bytes_there) :])
    if found is not None:
        assert len(found.ja3) == 32
        assert len(found.ja4.split("_")) == 3
        assert isinstance(found.server_name, str)
