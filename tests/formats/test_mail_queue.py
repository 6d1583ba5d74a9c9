"""Double bounces in logs: which mails belong together, and which of them is one."""

from datetime import UTC, datetime

import pytest

from cure.formats import mail_queue
from cure.formats.mail_queue import DoubleBounce, read_log
from cure.interfaces import Input, Line, Reading, Unreadable
from cure.model import Finding, Kind, email, mention

AS_OF = datetime(2026, 2, 1, tzinfo=UTC)
A = "AAAA1: client=x[203.0.113.1]", "AAAA1: from=<a@example.com>, size=1"
FAILS = ("AAAA1: sender non-delivery notification: BBBB2",)
B = "BBBB2: from=<>, size=1", "BBBB2: to=<a@example.com>, dsn=5.1.1, status=bounced (x)"
FAILS_AGAIN = ("BBBB2: postmaster non-delivery notification: CCCC3",)
C = ("CCCC3: from=<double-bounce@mx>, size=1", "CCCC3: removed")


def read(*said: str) -> tuple[list[DoubleBounce], list[Reading]]:
    found: list[DoubleBounce] = []
    lines: list[Line] = [
        f"Jan  5 10:00:{second:02} mx postfix/x[1]: {one}".encode()
        for second, one in enumerate(said)
    ]

    def say(bounce: DoubleBounce) -> tuple[Finding, ...]:
        found.append(bounce)
        return (Finding(Kind.SIGHTING, (mention(email(bounce.sender), "sender"),)),)

    readings = list(read_log(Input(name="x", as_of=AS_OF, lines=iter(lines)), say))
    assert sum(one.lines for one in readings) == len(lines)
    assert len({one.number for one in readings}) == len(readings)
    return found, readings


def at(second: int) -> datetime:
    return datetime(2026, 1, 5, 10, 0, second, tzinfo=UTC)


def test_a_mail_its_bounce_and_the_notice_are_one_reading():
    found, readings = read(*A, *FAILS, *B, *FAILS_AGAIN, *C)
    assert found == [DoubleBounce("a@example.com", "203.0.113.1", at(0), at(5))]
    assert [(one.number, one.lines, len(one.findings)) for one in readings] == [(1, 8, 1)]


def test_lines_of_others_between_them_stay_apart():
    found, readings = read("DDDD4: from=<d@example.com>, size=1", *A, *FAILS, *B, *FAILS_AGAIN)
    assert [one.sender for one in found] == ["a@example.com"]
    assert [(one.number, one.lines) for one in readings] == [(1, 1), (2, 6)]


def test_a_bounce_may_be_logged_before_it_is_told_whose_it_is():
    found, _ = read(*A, *B, *FAILS, *FAILS_AGAIN)
    assert found == [DoubleBounce("a@example.com", "203.0.113.1", at(0), at(5))]


def test_of_a_mail_that_the_log_does_not_tell_of_the_bounce_names_the_sender():
    found, _ = read(*B, *FAILS_AGAIN)
    assert found == [DoubleBounce("a@example.com", "", at(0), at(2))]


@pytest.mark.parametrize(
    "said",
    [
        (*A, *FAILS, *B),  # a bounce that was not given up
        (*A, "AAAA1: postmaster non-delivery notification: CCCC3"),  # a copy of a bounce
        C,  # from double-bounce@, but of no bounce
        ("CCCC3: from=<double-bounce@mx>, size=1", "CCCC3: to=<a@b>, status=deliverable (x)"),
    ],
)
def test_other_mails_are_silent(said):
    found, readings = read(*said)
    assert found == []
    assert [(one.findings, one.why) for one in readings] == [((), "")]


def test_a_bounce_from_outside_tells_of_nobody():
    with_client = ("BBBB2: client=x[203.0.113.9]", *B, *FAILS_AGAIN)
    lines = iter([f"Jan  5 10:00:00 mx postfix/x[1]: {one}".encode() for one in with_client])
    found: list[DoubleBounce] = []
    list(read_log(Input(name="x", as_of=AS_OF, lines=lines), lambda one: found.append(one) or ()))
    assert [(one.sender, one.client) for one in found] == [("", "")]


def test_a_circle_of_bounces_ends():
    read(
        "AAAA1: sender non-delivery notification: BBBB2",
        "BBBB2: sender non-delivery notification: AAAA1",
        *FAILS_AGAIN,
    )


def test_a_sender_that_is_none_is_quarantined_with_all_lines():
    _, readings = read(
        *(one.replace("example.com", "nowhere") for one in (*A, *FAILS, *B)), *FAILS_AGAIN
    )
    assert [(one.lines, "is not a email" in one.why) for one in readings] == [(6, True)]


def test_blank_lines_and_comments_are_silent_and_broken_ones_quarantined():
    lines: list[Line] = [b"", b"# fragment", b"Jan 5", Unreadable(b"head", "broken")]
    readings = list(read_log(Input(name="x", as_of=AS_OF, lines=iter(lines)), lambda _: ()))
    assert [bool(one.why) for one in readings] == [False, False, True, True]


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(mail_queue, "_MAX_MAILS", 2)
    found, readings = read(*A, "DDDD4: removed", "EEEE5: removed", *FAILS, *B, *FAILS_AGAIN)
    assert [one.client for one in found] == [""]  # its mail was forgotten
    assert sum(one.lines for one in readings) == 8
