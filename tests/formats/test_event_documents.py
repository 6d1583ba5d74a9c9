"""XML documents of Windows events: each event is one element."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.event_documents import event_lines
from cure.interfaces import Input, Unreadable

ONE, TWO = b"<Event xmlns='a'>\n1</Event>", b"<Event>2</Event>"


def cut(raw: bytes) -> list[object]:
    as_of = datetime(2026, 1, 3, tzinfo=UTC)
    lines = iter(raw.split(b"\n"))
    return list(event_lines(Input(name="a.xml", as_of=as_of, lines=lines, head=raw[:4096])))


@pytest.mark.parametrize(
    "raw",
    [
        b'<?xml version="1.0"?>\n<Events>\n' + ONE + b"\n" + TWO + b"\n</Events>",
        b"<Events>" + ONE + TWO + b"</Events>",
        ONE + TWO,
    ],
)
def test_the_events_of_a_document_are_read_one_by_one(raw):
    assert cut(raw) == [ONE, TWO]


def test_an_event_a_line_stays_a_line():
    assert cut(TWO + b"\nno event\n" + TWO) == [TWO, b"no event", TWO]


def test_an_event_that_breaks_off_is_one_more():
    assert cut(b"<Events>" + TWO + b"<Event>3") == [TWO, b"<Event>3"]


def test_a_document_without_events_is_one_element():
    assert cut(b"<Events></Events>") == [b""]
    assert cut(b'<?xml version="1.0"?>\n<a/>') == [b'<?xml version="1.0"?>\n<a/>']


def test_of_a_document_with_a_gap_nothing_is_read():
    lines = iter([b"<Events>", TWO, Unreadable(b"", "broken here"), TWO])
    as_of = datetime(2026, 1, 3, tzinfo=UTC)
    (one,) = event_lines(Input(name="a", as_of=as_of, lines=lines, head=b"<Events>\n"))
    assert isinstance(one, Unreadable)
    assert "broken here" in one.why
    assert list(lines) == []


@given(st.lists(st.sampled_from([b"<Event>", b"<Event ", b"</Event>", b"<Events>", b"x", b"\n"])))
def test_any_text_is_cut(parts):
    assert cut(b"<Event" + b"".join(parts))
