"""A broker for hpfeeds, the protocol that honeypots speak: each may publish, nobody subscribe.

PUBLISH has no acknowledgement: what a sensor has sent and we have not read is lost with the
connection. The secret goes over the line hashed with a nonce, but as SHA-1 (so the protocol
demands): keep the port behind TLS or a VPN.

Source: https://hpfeeds.org/wire-protocol
"""

import asyncio
import hashlib
import hmac
import logging
import os
import socket
import ssl
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from cure.origins.inbox import Inbox

ERROR, INFO, AUTH, PUBLISH, SUBSCRIBE, UNSUBSCRIBE = range(6)
MAX_BYTES = 1 << 20
"""The longest message, without its header."""
AUTH_S = 10.0
"""So long a sensor has to say who it is."""
_BROKER = b"cure"
_HEADER = struct.Struct("!iB")
_NONCE_BYTES = 4
_MAX_AUTH_BYTES = 1 + 255 + 20
_MAX_REFUSED = 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sensor:
    """Who may publish.

    Attributes:
        secret: What proves it.
        inboxes: Where its messages go, by channel.
    """

    secret: bytes
    inboxes: Mapping[str, Inbox]


async def serve_broker(
    door: socket.socket, tls: ssl.SSLContext | None, sensors: Mapping[str, Sensor]
) -> None:
    """Serve sensors until cancelled; then their connections are closed."""
    connected: set[asyncio.Transport] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(sensors, connected), sock=door, ssl=tls
    )
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
        for transport in connected:
            transport.abort()


class _Refused(Exception):  # noqa: N818 - it ends a connection, and says why
    """The connection cannot go on."""


class Connection(asyncio.Protocol):
    """One sensor's connection."""

    def __init__(
        self, sensors: Mapping[str, Sensor], connected: set[asyncio.Transport] | None = None
    ) -> None:
        """Let these sensors publish, by the name that they call themselves.

        Args:
            sensors: They.
            connected: Where the transport stands while there is one.
        """
        self._sensors = sensors
        self._connected = set[asyncio.Transport]() if connected is None else connected
        self._sensor: Sensor | None = None
        self._ident = b""
        self._nonce = os.urandom(_NONCE_BYTES)
        self._received = bytearray()
        self._is_waiting = False
        self._refused: set[str] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say who we are, and give the nonce."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream; for the type checker
        self._transport = transport
        self._connected.add(transport)
        self._send(INFO, _packed(_BROKER) + self._nonce)
        self._deadline = asyncio.get_running_loop().call_later(AUTH_S, self._too_late)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as the base has it
        """Stop waiting for the secret."""
        self._deadline.cancel()
        self._connected.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """Take in what came."""
        if not self._transport.is_closing():
            self._received += data
            self._read()

    def _read(self) -> None:
        try:
            while not self._is_waiting and (message := self._next()) is not None:
                self._take(*message)
        except _Refused as error:
            self._send(ERROR, str(error).encode())
            self._transport.close()
            self._received.clear()

    def _next(self) -> tuple[int, bytes] | None:
        """Return opcode and content of the next message, once it is whole."""
        if len(self._received) < _HEADER.size:
            return None
        length, opcode = _HEADER.unpack_from(self._received)
        longest = MAX_BYTES if self._sensor else _MAX_AUTH_BYTES
        if not _HEADER.size <= length <= _HEADER.size + longest:
            raise _Refused("a message of that length is not taken")
        if len(self._received) < length:
            return None
        content = bytes(self._received[_HEADER.size : length])
        del self._received[:length]
        return opcode, content

    def _take(self, opcode: int, content: bytes) -> None:
        if self._sensor is None:
            if opcode != AUTH:
                raise _Refused("say who you are first")
            self._authenticate(content)
        elif opcode == PUBLISH:
            self._publish(self._sensor, content)
        elif opcode == SUBSCRIBE:
            raise _Refused("accessfail: here one may only publish")
        elif opcode != UNSUBSCRIBE:
            raise _Refused("unknown opcode")

    def _authenticate(self, content: bytes) -> None:
        ident, proof = _unpacked(content)
        sensor = self._sensors.get(ident.decode("utf-8", "replace"))
        secret = sensor.secret if sensor else os.urandom(16)
        expected = hashlib.sha1(self._nonce + secret, usedforsecurity=False).digest()
        if not hmac.compare_digest(proof, expected) or sensor is None:
            raise _Refused("authfail")
        self._deadline.cancel()
        self._sensor, self._ident = sensor, ident

    def _publish(self, sensor: Sensor, content: bytes) -> None:
        ident, rest = _unpacked(content)
        name, payload = _unpacked(rest)
        if ident != self._ident:
            raise _Refused("accessfail: that is not your name")
        channel = name.decode("utf-8", "replace")
        inbox = sensor.inboxes.get(channel)
        if inbox is None:
            self._refuse_channel(channel)
            return
        inbox.put(payload)
        if inbox.is_full:
            self._is_waiting = True
            self._transport.pause_reading()
            inbox.when_room(self._go_on)

    def _refuse_channel(self, channel: str) -> None:
        """Say once that nothing listens to a channel; the others of the sensor go on."""
        if channel not in self._refused:
            self._refused.add(channel)
            _log.warning("hpfeeds: %r publishes on %r: no source reads it", self._ident, channel)
            self._send(ERROR, b"accessfail: nobody reads that channel")
        if len(self._refused) > _MAX_REFUSED:
            raise _Refused("accessfail: too many channels that nobody reads")

    def _go_on(self) -> None:
        self._is_waiting = False
        if not self._transport.is_closing():
            self._transport.resume_reading()
            self._read()

    def _too_late(self) -> None:
        self._transport.abort()

    def _send(self, opcode: int, content: bytes) -> None:
        self._transport.write(_HEADER.pack(_HEADER.size + len(content), opcode) + content)


def _packed(text: bytes) -> bytes:
    return bytes((len(text),)) + text


def _unpacked(content: bytes) -> tuple[bytes, bytes]:
    """Split a text with its length before it off."""
    if not content or len(content) <= content[0]:
        raise _Refused("a message that breaks off")
    return content[1 : 1 + content[0]], content[1 + content[0] :]
