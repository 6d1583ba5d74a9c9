"""BSON: how streams are cut, what the types become, and what cannot be read."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.bson import decode, documents, is_bson
from cure.interfaces import Unreadable


def document(*fields: bytes) -> bytes:
    body = b"".join(fields) + b"\0"
    return struct.pack("<i", len(body) + 4) + body


def field(kind: int, content: bytes, name: bytes = b"x") -> bytes:
    return bytes([kind]) + name + b"\0" + content


def text(words: str) -> bytes:
    return struct.pack("<i", len(words.encode()) + 1) + words.encode() + b"\0"


@pytest.mark.parametrize(
    ("kind", "content", "value"),
    [
        (0x01, struct.pack("<d", 1.5), 1.5),
        (0x02, text("日本"), "日本"),
        (0x02, text("a\0b"), "a\0b"),
        (0x03, document(field(0x0A, b"")), {"x": None}),
        (0x04, document(field(0x02, text("a"), b"0"), field(0x10, b"\7\0\0\0", b"1")), ["a", 7]),
        (0x05, struct.pack("<i", 2) + b"\0" + b"\1\2", b"\1\2"),
        (0x07, bytes(range(12)), "000102030405060708090a0b"),
        (0x08, b"\1", True),
        (0x08, b"\0", False),
        (0x0A, b"", None),
        (0x10, struct.pack("<i", -5), -5),
        (0x12, struct.pack("<q", 1 << 40), 1 << 40),
    ],
)
def test_a_value_of_each_type_becomes_what_it_means(kind, content, value):
    assert decode(document(field(kind, content))) == {"x": value}


def test_a_time_is_in_utc():
    moment = decode(document(field(0x09, struct.pack("<q", 1_772_323_200_250))))["x"]
    assert moment.isoformat() == "2026-03-01T00:00:00.250000+00:00"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (document(field(0x06, b"")), "type 0x06 is not read"),
        (document(field(0x09, struct.pack("<q", 1 << 62))), "outside the calendar"),
        (document(field(0x02, struct.pack("<i", -1))), "breaks off"),
        (document(field(0x02, struct.pack("<i", 99) + b"a\0")), "breaks off"),
        (document(field(0x10, b"\0\0")), "breaks off"),
        (b"\7\0\0\0\x10a", "breaks off"),
        (document(b"\x0aname without an end")[:-1], "breaks off"),
        (b"", "breaks off"),
    ],
)
def test_what_cannot_be_read_is_malformed(broken, why):
    with pytest.raises(MalformedError, match=why):
        decode(broken)


def test_a_text_that_is_no_utf_8_is_malformed():
    with pytest.raises(UnicodeDecodeError):
        decode(document(field(0x02, struct.pack("<i", 2) + b"\xff\0")))


def test_nesting_is_bounded():
    nested = document()
    for _ in range(31):
        nested = document(field(0x03, nested))
    assert decode(nested)
    with pytest.raises(MalformedError, match="nested more than 32 deep"):
        decode(document(field(0x03, nested)))


ONE, TWO = document(field(0x0A, b"")), document(field(0x10, b"\1\0\0\0"))


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_stream_is_cut_into_documents_wherever_its_blocks_end(size):
    stream = ONE + TWO + ONE
    blocks = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert list(documents(blocks)) == [ONE, TWO, ONE]


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        (TWO[:-1], "the last document breaks off"),
        (b"\1\0", "the last document breaks off"),
        (b"\4\0\0\0\0", "no document has 4 bytes"),
        (b"\xff\xff\xff\xff\0", "no document has -1 bytes"),
        (b'{"a"', "no document has"),
    ],
)
def test_where_no_document_begins_is_the_end(rest, why):
    *good, last = documents([ONE + rest])
    assert good == [ONE]
    assert isinstance(last, Unreadable)
    assert why in last.why
    assert last.head == rest


def test_all_blocks_are_used_up_even_if_nothing_can_be_read():
    blocks = iter([b"\0" * 9, ONE, TWO])
    assert len(list(documents(blocks))) == 1
    assert next(blocks, None) is None


def test_a_stream_that_breaks_off_says_why():
    assert list(documents([ONE, Unreadable(b"", "cut here"), TWO])) == [
        ONE,
        Unreadable(b"", "cut here"),
    ]


@pytest.mark.parametrize(
    ("head", "is_one"),
    [(ONE, True), (ONE[:4], False), (b'{"a":1}', False), (b"", False), (b"\n\n\n\n\n", False)],
)
def test_the_first_bytes_tell_bson_from_lines(head, is_one):
    assert is_bson(head) is is_one


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_malformed(data):
    with suppress(MalformedError, UnicodeDecodeError):
        decode(data)
