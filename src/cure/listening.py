"""Listening: the ports on which sensors send to us, and the loop that serves them."""

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from cure.errors import ConfigError, LogError
from cure.feeding import Feed
from cure.interfaces import Input
from cure.model.networks import Networks
from cure.origins.delivering import Address
from cure.origins.hpfeeds import Sensor, serve_broker
from cure.origins.inbox import Inbox
from cure.origins.syslog import Route, serve_datagrams, serve_streams
from cure.ways import Hpfeeds, Syslog

_WAITING_CONNECTIONS = 1024
_DATAGRAM_ROOM_BYTES = 8 << 20
_KEEP_ALIVE = {socket.TCP_KEEPIDLE: 60, socket.TCP_KEEPINTVL: 15, socket.TCP_KEEPCNT: 4}
W = TypeVar("W", Hpfeeds, Syslog)
_log = logging.getLogger(__name__)

Serve = Callable[[Mapping[str, Inbox]], Coroutine[Any, Any, None]]
"""Serves one port, until cancelled, given the inbox of each source."""


class Listening:
    """The sources that send over the network, by hpfeeds or syslog.

    Attributes:
        ports: The ports that were taken, by what was asked for.
    """

    def __init__(self, feeds: Sequence[Feed]) -> None:
        """Take the ports that those of the sources need which send.

        Raises:
            ConfigError: If a port or a certificate cannot be had.
        """
        self._feeds = [one for one in feeds if isinstance(one.source.way, Hpfeeds | Syslog)]
        self.ports: dict[Address, list[int]] = {}
        self._doors: list[socket.socket] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="listening")
        try:
            self._serve = [*self._brokers(), *self._syslogs()]
        except BaseException:
            self._close_doors()
            raise

    def _brokers(self) -> Iterator[Serve]:
        for address, sensors in _by_address(self._feeds, Hpfeeds).items():
            door, tls = self._door(address, socket.SOCK_STREAM), _tls(address)
            yield partial(_serve_broker, door, tls, sensors)

    def _syslogs(self) -> Iterator[Serve]:
        for address, senders in _by_address(self._feeds, Syslog).items():
            streams = [(name, way) for name, way in senders if way.tcp]
            datagrams = [(name, way) for name, way in senders if way.udp]
            if streams:
                door, tls = self._door(address, socket.SOCK_STREAM), _tls(address)
                yield partial(_serve_streams, door, tls, streams)
            if datagrams:
                door = self._door(address, socket.SOCK_DGRAM)
                yield partial(_serve_datagrams, door, datagrams)

    def _door(self, address: Address, kind: socket.SocketKind) -> socket.socket:
        door = socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET, kind)
        self._doors.append(door)
        try:
            if kind == socket.SOCK_DGRAM:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _DATAGRAM_ROOM_BYTES)
                door.bind((address.host, address.port))
            else:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                door.bind((address.host, address.port))
                door.listen(_WAITING_CONNECTIONS)
                keep_alive(door)
        except OSError as error:
            where = f"{address.host}:{address.port}"
            raise ConfigError(f"cannot listen on {where}: {error.strerror}") from error
        door.setblocking(False)  # noqa: FBT003 - as the system calls it
        self.ports.setdefault(address, []).append(door.getsockname()[1])
        return door

    def _close_doors(self) -> None:
        for door in self._doors:
            door.close()

    def start(self) -> None:
        """Begin to take in what is sent."""
        if self._feeds:
            self._thread.start()
            self._ready.wait()

    def stop(self) -> None:
        """Take nothing more in, keep what was taken, and end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join()
        self._close_doors()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        inboxes = {
            one.source.name: Inbox(one.source.kind, partial(_deliver, one)) for one in self._feeds
        }
        delivering = [self._surely(inbox.run()) for inbox in inboxes.values()]
        serving = [self._surely(serve(inboxes)) for serve in self._serve]
        self._ready.set()
        await self._ending.wait()
        for task in serving:
            task.cancel()
        await asyncio.wait(serving)
        for inbox in inboxes.values():
            inbox.close()
        await asyncio.wait(delivering)

    def _surely(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something until the end; should it fail, say so for every source."""
        task = asyncio.create_task(work)

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()):
                _log.critical("a bug of ours: restart the server", exc_info=error)
                for feed in self._feeds:
                    feed.health.error = "a bug of ours: see the server's log; restart the server"

        task.add_done_callback(ended)
        return task


def _deliver(feed: Feed, data: Input, *, before: int = 0, repeated: int = 0) -> None:
    try:
        feed.take(data, before=before, repeated=repeated)
    except LogError as error:
        feed.health.error = str(error)
        raise
    feed.health.error = ""


def keep_alive(door: socket.socket) -> None:
    """Have the connections of a door end two minutes after a peer has gone without a word."""
    door.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEP_ALIVE.items():
        door.setsockopt(socket.IPPROTO_TCP, option, value)


def _by_address(feeds: Iterable[Feed], kind: type[W]) -> dict[Address, list[tuple[str, W]]]:
    found: dict[Address, list[tuple[str, W]]] = {}
    for feed in feeds:
        way = feed.source.way
        if isinstance(way, kind):
            found.setdefault(way.address, []).append((feed.source.name, way))
    return found


def _tls(address: Address) -> ssl.SSLContext | None:
    if address.cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(address.cert, address.key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"cannot use the certificate {address.cert}: {error}") from error
    return context


async def _serve_broker(
    door: socket.socket,
    tls: ssl.SSLContext | None,
    sources: Sequence[tuple[str, Hpfeeds]],
    inboxes: Mapping[str, Inbox],
) -> None:
    sensors: dict[str, Sensor] = {}
    for name, way in sources:
        channels = dict.fromkeys(way.channels, inboxes[name])
        known = sensors.get(way.ident)
        sensors[way.ident] = Sensor(
            way.secret.encode(), {**(known.inboxes if known else {}), **channels}
        )
    await serve_broker(door, tls, sensors)


async def _serve_streams(
    door: socket.socket,
    tls: ssl.SSLContext | None,
    sources: Sequence[tuple[str, Syslog]],
    inboxes: Mapping[str, Inbox],
) -> None:
    await serve_streams(door, tls, _routes(sources, inboxes))


async def _serve_datagrams(
    door: socket.socket, sources: Sequence[tuple[str, Syslog]], inboxes: Mapping[str, Inbox]
) -> None:
    await serve_datagrams(door, _routes(sources, inboxes))


def _routes(sources: Sequence[tuple[str, Syslog]], inboxes: Mapping[str, Inbox]) -> list[Route]:
    return [Route(Networks(way.senders), inboxes[name]) for name, way in sources]
