"""Syslog: both framings in any pieces, UDP and TCP, JSON without its header."""

import asyncio
import socket
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.interfaces import Unreadable
from cure.model.networks import Networks
from cure.origins import inbox, syslog_frames
from cure.origins.inbox import Inbox
from cure.origins.syslog import Route, inbox_for, payload, serve_datagrams, serve_streams
from cure.origins.syslog_frames import Frames
from origins.delivered import Delivered

MAIL = b"<22>Jan  2 03:04:05 mx postfix/qmgr[7]: 4Z1: removed"
ALERT = b'{"event_type":"alert","src_ip":"192.0.2.1"}'


def frames(*parts: bytes) -> list[Any]:
    cutting = Frames()
    found = [message for part in parts for message in cutting.feed(part)]
    return [*found, *cutting.end()]


def counted(message: bytes) -> bytes:
    return b"%d %s" % (len(message), message)


def test_both_framings_may_come_on_one_connection():
    stream = counted(MAIL) + MAIL + b"\r\n" + counted(b"<1>a\nb") + b"\n\n<13>last"

    assert frames(stream) == [MAIL, MAIL, b"<1>a\nb", b"<13>last"]


def test_a_line_with_digits_at_its_beginning_is_a_line():
    lines = [b"2026-01-15T00:00:00Z mx sshd: x", b"17 attempts", b"{}"]

    assert frames(b"\n".join(lines)) == lines


def test_a_counted_message_that_breaks_off_is_told():
    assert frames(b"100 <13>half") == [
        Unreadable(b"100 <13>half", "the connection broke off within it")
    ]


def test_what_is_too_long_is_passed_over_and_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(syslog_frames, "MAX_MESSAGE_BYTES", 20)
    long = b"<13>" + b"a" * 96
    told = Unreadable(long, "longer than 20 bytes")

    assert frames(b"100 " + long + MAIL[:18] + b"\n") == [told, MAIL[:18]]
    assert frames(long, b"a\n" + MAIL[:18] + b"\n") == [told, MAIL[:18]]


@given(
    messages=st.lists(
        st.tuples(
            st.booleans(), st.text("ab <>1é", max_size=20).map(lambda t: f"<13>{t}.".encode())
        )
    ),
    cuts=st.lists(st.integers(0, 200)),
)
def test_pieces_change_nothing(messages, cuts):
    stream = b"".join(counted(one) if count else one + b"\n" for count, one in messages)
    edges = [0, *sorted(cuts), len(stream)]
    parts = [stream[start:end] for start, end in pairwise(edges)]

    assert frames(*parts) == [one for _, one in messages]


@given(st.lists(st.binary(max_size=50)))
def test_any_bytes_end_in_messages(parts):
    assert all(isinstance(one, bytes | Unreadable) for one in frames(*parts))


@pytest.mark.parametrize(
    ("message", "given"),
    [
        (MAIL, MAIL),
        (ALERT, ALERT),
        (b"<13>Jan  2 03:04:05 ids suricata[7]: " + ALERT, ALERT),
        (b"<13>Jan  2 03:04:05 ids suricata[7]: @cee: " + ALERT, ALERT),
        (b"<13>1 2026-01-02T03:04:05Z ids suricata 7 - - " + ALERT, ALERT),
        (b'<13>1 2026-01-02T03:04:05Z ids app - - [a b="\\"]{}"] \xef\xbb\xbf' + ALERT, ALERT),
        (b"<13>2026-01-02T03:04:05.123+09:00 ids suricata: " + ALERT, ALERT),
        (b"<13>Jan  2 03:04:05 fw app: said {this}", b"<13>Jan  2 03:04:05 fw app: said {this}"),
        (b"<13>no time " + ALERT, b"<13>no time " + ALERT),
    ],
)
def test_json_is_given_without_the_header_and_anything_else_whole(message: bytes, given: bytes):
    assert payload(message) == given


def test_messages_go_by_who_sends_them():
    one, other = Inbox("a", Delivered()), Inbox("b", Delivered())
    routes = [Route(Networks(["192.0.2.0/24"]), one), Route(Networks(["2001:db8::/32"]), other)]

    assert inbox_for(routes, "192.0.2.7") is one
    assert inbox_for(routes, "::ffff:192.0.2.7") is one
    assert inbox_for(routes, "2001:db8::1%eth0") is other
    assert inbox_for(routes, "203.0.113.1") is None


def test_datagrams_and_connections_are_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inbox, "MAX_MESSAGES", 5)

    async def run() -> Delivered:
        got = Delivered()
        box = Inbox("syslog", got)
        routes = [Route(Networks(["127.0.0.0/8"]), box)]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)  # noqa: FBT003 - as the system calls it
        tcp = socket.create_server(("127.0.0.1", 0))
        tasks = [
            asyncio.create_task(one)
            for one in (serve_datagrams(udp, routes), serve_streams(tcp, None, routes))
        ]
        delivering = asyncio.create_task(box.run())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(MAIL + b"\n", udp.getsockname())
        await got.until(1)
        _, writer = await asyncio.open_connection(*tcp.getsockname())
        writer.write(b"".join(counted(b"<13>%d" % n) for n in range(100)) + b"<13>last")
        writer.close()
        await writer.wait_closed()
        await got.until(102)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        box.close()
        await delivering
        udp.close()
        return got

    got = asyncio.run(run())
    assert got.lines == [MAIL, *(b"<13>%d" % n for n in range(100)), b"<13>last"]
    assert got.numbers == list(range(1, 103))
