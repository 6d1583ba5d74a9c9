"""The hpfeeds broker, byte by byte, and through real sockets.

Source of the protocol: https://hpfeeds.org/wire-protocol
"""

import asyncio
import hashlib
import socket
import struct
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.origins import hpfeeds, inbox
from cure.origins.hpfeeds import Connection, Sensor, serve_broker
from cure.origins.inbox import Inbox
from origins.delivered import Delivered

SECRET = b"0f1e2d3c4b5a6978"


class Wire(asyncio.Transport):
    """A connection whose other end is the test."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.is_closed = self.is_paused = False

    def write(self, data: bytes) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.sent += data

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def messages(self) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        while self.sent:
            length, opcode = struct.unpack("!iB", self.sent[:5])
            found.append((opcode, self.sent[5:length]))
            self.sent = self.sent[length:]
        return found


def message(opcode: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack("!iB", 5 + len(content), opcode) + content


def text(data: bytes) -> bytes:
    return bytes((len(data),)) + data


def auth(nonce: bytes, ident: bytes = b"tokyo-1", secret: bytes = SECRET) -> bytes:
    return message(2, text(ident), hashlib.sha1(nonce + secret).digest())  # noqa: S324 - the protocol


def publish(
    payload: bytes, ident: bytes = b"tokyo-1", channel: bytes = b"cowrie.sessions"
) -> bytes:
    return message(3, text(ident), text(channel), payload)


class Talk:
    """A broker with one sensor, and a connection to it."""

    def __init__(self) -> None:
        self.got = Delivered()
        self.inbox = Inbox("hpfeeds", self.got)
        self.connection = Connection({"tokyo-1": Sensor(SECRET, {"cowrie.sessions": self.inbox})})
        self.wire = Wire()
        self.connection.connection_made(self.wire)
        [(opcode, content)] = self.wire.messages()
        assert (opcode, content[:5]) == (1, text(b"cure"))
        self.nonce = content[5:]

    def say(self, *messages: bytes) -> list[tuple[int, bytes]]:
        for one in messages:
            self.connection.data_received(one)
        return self.wire.messages()

    async def delivered(self) -> Delivered:
        self.inbox.close()
        await self.inbox.run()
        return self.got


def talking(test: Callable[[Talk], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    async def run() -> None:
        talk = Talk()
        await test(talk)
        talk.connection.connection_lost(None)

    def sync() -> None:
        asyncio.run(run())

    sync.__name__ = test.__name__
    return sync


@talking
async def test_what_a_sensor_publishes_is_delivered_as_it_is(talk: Talk):
    pretty = b'{\n  "eventid": "cowrie.session.connect"\n}'

    assert talk.say(auth(talk.nonce), publish(b"one"), publish(pretty)) == []
    assert (await talk.delivered()).lines == [b"one", pretty]
    assert not talk.wire.is_closed


@talking
async def test_messages_may_come_in_any_pieces(talk: Talk):
    stream = auth(talk.nonce) + publish(b"one") + publish(b"two")

    assert talk.say(*(stream[at : at + 1] for at in range(len(stream)))) == []
    assert (await talk.delivered()).lines == [b"one", b"two"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda nonce: auth(nonce, secret=b"another"), b"authfail"),
        (lambda nonce: auth(nonce, ident=b"osaka-1"), b"authfail"),
        (lambda _: auth(b"0000"), b"authfail"),
        (lambda _: message(2, text(b"tokyo-1"), b"short"), b"authfail"),
        (lambda _: message(2), b"a message that breaks off"),
        (lambda _: message(2, b"\xff12"), b"a message that breaks off"),
        (lambda _: publish(b"one"), b"say who you are first"),
        (lambda _: struct.pack("!iB", 4, 2), b"a message of that length is not taken"),
        (lambda _: struct.pack("!iB", -1, 2), b"a message of that length is not taken"),
        (lambda _: struct.pack("!iB", 1000, 2), b"a message of that length is not taken"),
    ],
)
def test_nobody_publishes_without_the_secret(wrong, why):
    @talking
    async def test(talk: Talk) -> None:
        assert talk.say(wrong(talk.nonce), publish(b"one")) == [(0, why)]
        assert talk.wire.is_closed
        assert (await talk.delivered()).lines == []

    test()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (
            message(4, text(b"tokyo-1"), b"cowrie.sessions"),
            b"accessfail: here one may only publish",
        ),
        (publish(b"one", ident=b"osaka-1"), b"accessfail: that is not your name"),
        (message(9), b"unknown opcode"),
        (message(3, text(b"tokyo-1")), b"a message that breaks off"),
        (struct.pack("!iB", 6 + (1 << 20), 3), b"a message of that length is not taken"),
    ],
)
def test_what_a_sensor_may_not_do_ends_its_connection(wrong: bytes, why: bytes):
    @talking
    async def test(talk: Talk) -> None:
        assert talk.say(auth(talk.nonce), publish(b"zero"), wrong, publish(b"one")) == [(0, why)]
        assert talk.wire.is_closed
        assert (await talk.delivered()).lines == [b"zero"]

    test()


@talking
async def test_the_largest_message_is_taken(talk: Talk):
    room = (1 << 20) - len(text(b"tokyo-1") + text(b"cowrie.sessions"))

    assert talk.say(auth(talk.nonce), publish(b"a" * room)) == []
    assert (await talk.delivered()).lines == [b"a" * room]


@talking
async def test_a_channel_that_nobody_reads_is_told_once_and_the_others_go_on(talk: Talk):
    answers = talk.say(
        auth(talk.nonce),
        publish(b"x", channel=b"other"),
        publish(b"y", channel=b"other"),
        message(5, text(b"tokyo-1"), b"cowrie.sessions"),
        publish(b"one"),
    )

    assert answers == [(0, b"accessfail: nobody reads that channel")]
    assert (await talk.delivered()).lines == [b"one"]


def test_a_full_inbox_stops_the_reading_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inbox, "MAX_MESSAGES", 3)

    @talking
    async def test(talk: Talk) -> None:
        talk.say(auth(talk.nonce), b"".join(publish(b"%d" % n) for n in range(10)))
        assert talk.wire.is_paused
        got = await talk.delivered()

        assert not talk.wire.is_paused
        assert got.lines == [b"%d" % n for n in range(10)]
        assert got.numbers == list(range(1, 11))

    test()


def test_while_the_log_fails_messages_wait(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inbox, "_AGAIN_S", 0.01)

    @talking
    async def test(talk: Talk) -> None:
        talk.got.is_full = True
        talk.say(auth(talk.nonce), publish(b"one"))
        delivering = asyncio.create_task(talk.inbox.run())
        await asyncio.sleep(0.05)
        talk.got.is_full = False
        await talk.got.until(1)
        talk.inbox.close()
        await delivering

        assert talk.got.lines == [b"one"]

    test()


def test_who_does_not_say_who_he_is_has_to_go(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hpfeeds, "AUTH_S", 0.01)

    @talking
    async def test(talk: Talk) -> None:
        await asyncio.sleep(0.05)
        assert talk.wire.is_closed

    test()


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_no_bytes_break_the_broker(parts: list[bytes]):
    @talking
    async def test(talk: Talk) -> None:
        talk.say(auth(talk.nonce), *parts)
        await talk.delivered()

    test()


def test_real_sensors_connect_and_are_disconnected_in_the_end():
    async def run() -> list[Any]:
        door = socket.create_server(("127.0.0.1", 0))
        got = Delivered()
        box = Inbox("hpfeeds", got)
        sensors = {"tokyo-1": Sensor(SECRET, {"cowrie.sessions": box})}
        serving = asyncio.create_task(serve_broker(door, None, sensors))
        delivering = asyncio.create_task(box.run())
        reader, writer = await asyncio.open_connection(*door.getsockname())
        greeting = await reader.readexactly(14)
        writer.write(auth(greeting[-4:]) + publish(b"one"))
        await got.until(1)
        serving.cancel()
        with suppress(ConnectionError):  # the end may come as either
            assert await reader.read() == b""
        writer.close()
        box.close()
        await delivering
        return got.lines

    assert asyncio.run(run()) == [b"one"]
