"""Mailbox files: where a mail ends and the next begins."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cure.formats import mbox
from cure.formats.mbox import each_mail, is_mail
from cure.interfaces import Input, Line, Reading, Unreadable

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
FROM = "From a@example.com Mon Jan  5 10:00:00 2026"


def given(*lines: Line) -> Input:
    head = b"\n".join(line for line in lines if isinstance(line, bytes))[:4096]
    return Input(name="x", as_of=AS_OF, lines=iter(lines), head=head)


def read(source: Input) -> Iterator[Reading]:
    return each_mail(source, lambda _: ())


def cut(text: str) -> list[str]:
    """Return the mails in a text, as they reach the parser."""
    mails: list[str] = []
    source = given(*(line.encode() for line in text.split("\n")))
    list(each_mail(source, lambda mail: mails.append(mail.decode()) or ()))
    return mails


@pytest.mark.parametrize(
    "separator",
    [
        FROM,
        "From MAILER-DAEMON Thu Apr 19 23:45:00 2009",
        "From <> Thu Apr 29 23:45:10 2008",
        "From () 2019-10-02 05:04:34 +0000",
        "From a@example.com  Thu Jul  2 12:05 EDT 2020",
    ],
)
def test_a_line_from_somebody_at_some_time_begins_a_mail(separator):
    first = f"{separator}\nSubject: 1\n\none"
    assert cut(f"{first}\n{separator}\nSubject: 2") == [first, f"{separator}\nSubject: 2"]


@pytest.mark.parametrize(
    "line", ["From here it is far", ">" + FROM, "From 10:00 to 11:00 in 2026", " " + FROM]
)
def test_other_lines_begin_none(line):
    text = f"{FROM}\nSubject: 1\n\n{line}"
    assert cut(text) == [text]


def test_a_file_that_does_not_begin_with_such_a_line_is_one_mail():
    text = f"Subject: 1\n\n{FROM}\nSubject: returned\n"
    assert cut(text) == [text]


def test_lines_may_end_in_a_carriage_return_alone():
    assert len(cut(f"{FROM}\rSubject: 1\r\rone\r{FROM}\rSubject: 2\r\rtwo\r")) == 2


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (b"Received: from a\nFrom: b", True),
        (b"received : from a\r\n\tby b\r\nfrom: b", True),
        (b"X-A: b\rSubject: c\r", True),
        (b"From a@example.com Mon Jan  5 10:00:00 2026\nX: y\nDate: z", True),
        (b"Jan  5 10:00:00 mx postfix/qmgr[1]: 4A: removed", False),
        (b"2026-01-05T10:00:00Z mx postfix/qmgr[1]: 4A: removed\nX", False),
        (b"THREAT IDENTIFICATION: X\n\nSubject: y", False),
        (b'{"Subject": "From: a"}', False),
        (b"https://example.com/\nFrom here", False),
        (b"", False),
    ],
)
def test_mails_are_told_by_their_first_headers(head, answer):
    assert is_mail(head) is answer


def test_a_mail_in_which_the_file_breaks_off_is_quarantined():
    lines = (FROM.encode(), b"Subject: 1", FROM.encode(), b"Subject: 2", Unreadable(b"", "broken"))
    assert [(one.number, one.why) for one in read(given(*lines))] == [(1, ""), (2, "broken")]


def test_a_mail_that_is_too_large_is_quarantined_and_the_next_is_read(monkeypatch):
    monkeypatch.setattr(mbox, "MAX_MAIL_BYTES", 200)
    lines = (FROM.encode(), *[b"x" * 50] * 9, FROM.encode(), b"Subject: 2")
    readings = list(read(given(*lines)))
    assert [one.why for one in readings] == ["larger than 200 bytes", ""]
    assert len(readings[0].raw) <= 200
