"""Syslog over UDP, TCP and TLS: messages go to sources by who sends them.

Source: RFC 5426 (UDP), RFC 6587 (TCP), RFC 5425 (TLS).
"""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from cure.errors import MalformedError
from cure.formats.syslog_line import syslog_line
from cure.model.networks import Networks
from cure.origins.inbox import Inbox
from cure.origins.syslog_frames import Frames

_CHUNK_BYTES = 64 << 10
_COOKIE = "@cee:"  # of JSON in syslog, https://cee.mitre.org


class Route(NamedTuple):
    """Where messages go.

    Attributes:
        senders: Whose messages.
        inbox: Where to.
    """

    senders: Networks
    inbox: Inbox


def inbox_for(routes: Sequence[Route], sender: str) -> Inbox | None:
    """Return where the messages of a sender go; None: nobody waits for them."""
    address = sender.partition("%")[0].removeprefix("::ffff:")
    return next((one.inbox for one in routes if address in one.senders), None)


async def serve_datagrams(door: socket.socket, routes: Sequence[Route]) -> None:
    """Take datagrams in; while the inbox is full they wait in the system, as far as it has room."""
    loop = asyncio.get_running_loop()
    while True:
        data, sender = await loop.sock_recvfrom(door, 1 << 16)
        inbox = inbox_for(routes, sender[0])
        if inbox is not None:
            await inbox.room()
            inbox.put(payload(data.rstrip(b"\r\n\0")))


async def serve_streams(
    door: socket.socket, tls: ssl.SSLContext | None, routes: Sequence[Route]
) -> None:
    """Take connections in until cancelled; then they are closed."""
    receiving: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_receive(reader, writer, routes))
        receiving.add(task)
        task.add_done_callback(receiving.discard)

    server = await asyncio.start_server(connected, sock=door, ssl=tls)
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
        for task in receiving:
            task.cancel()


async def _receive(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, routes: Sequence[Route]
) -> None:
    """Take in what comes over one connection; while the inbox is full it is not read."""
    peer = writer.get_extra_info("peername")
    inbox = inbox_for(routes, peer[0]) if peer else None
    frames = Frames()
    try:
        while inbox is not None:
            data = await reader.read(_CHUNK_BYTES)
            for message in frames.feed(data) if data else frames.end():
                await inbox.room()
                inbox.put(payload(message) if isinstance(message, bytes) else message)
            if not data:
                break
    except ConnectionError:  # what came before is taken
        pass
    finally:
        writer.close()


def payload(message: bytes) -> bytes:
    r"""Return the JSON that a message carries, without the header; any other message whole.

    >>> payload(b'<13>Jan  2 03:04:05 ids suricata[7]: {"event_type": "alert"}')
    b'{"event_type": "alert"}'
    >>> payload(b"<13>Jan  2 03:04:05 mx sshd[7]: {curly}")[:4]
    b'<13>'
    """
    if not message.startswith(b"<") or not message.endswith(b"}") or b"{" not in message:
        return message
    try:
        text = syslog_line(message.decode("utf-8", "surrogateescape"), datetime.now(UTC)).message
    except MalformedError:  # then it is for the publisher to say so
        return message
    text = text.removeprefix(_COOKIE).lstrip()
    return text.encode("utf-8", "surrogateescape") if text.startswith('{"') else message
