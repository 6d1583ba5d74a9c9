"""Traffic of own hosts in a capture: who called whom, and what the first words were.

Of payloads DNS answers, TLS ClientHellos and HTTP requests are read, as far as one packet has
them. Packets that say the same are counted together.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from cure.formats.callers import Callers
from cure.formats.capture import Lost, packets_in
from cure.formats.dns_message import dns_message
from cure.formats.http_request import http_request
from cure.formats.intervals import Intervals, Said, told
from cure.formats.jndi import looked_up
from cure.formats.packets import ICMP_ERRORS, PROTOCOLS, TCP, UDP, Fate, decode, unread
from cure.formats.tls_hello import client_hello
from cure.formats.traffic import asked, named, outside_of, peer, visited
from cure.interfaces import Input, Reading
from cure.model import Mention, mention
from cure.model.networks import Networks

_DNS_PORT = 53
_TLS_HANDSHAKE = b"\x16"


def readings(source: Input) -> Iterator[Reading]:
    """Read a capture; its elements are packets."""
    conversations = _Conversations(source.setting.own)
    groups = Intervals(told)
    for batch in packets_in(source.blocks):
        if isinstance(batch, Lost):
            yield Reading(batch.number, batch.raw, why=batch.why)
            continue
        read = decode(batch)
        ends = (read.source, read.source_port, read.target, read.target_port)
        payload = (read.payload, read.payload + read.payload_size)
        rows = np.column_stack((*ends, read.protocol, read.flags, read.icmp, *payload)).tolist()
        times = (batch.table[:, 2] // 1000).tolist()
        columns = zip(read.fate.tolist(), rows, times, batch.raws(), strict=True)
        for number, (fate, row, us, raw) in enumerate(columns, batch.number):
            if fate != Fate.READ:
                yield unread(fate, number, raw)
            elif said := conversations.said(row, batch.data[row[-2] : row[-1]]):
                yield from groups.add(said, us, number, raw)
            else:
                yield Reading(number, raw)
    yield from groups.rest()


class _Conversations:
    """What packets say, with what is known of who began."""

    def __init__(self, own: Networks) -> None:
        self._own = own
        self._callers = Callers()
        self._outside = outside_of(own)

    def said(self, row: list[int], payload: bytes) -> Said | None:
        """Return what a packet says, given its row as `readings` makes it; None: nothing."""
        source, target = (row[0], row[1], row[2]), (row[3], row[4], row[5])
        protocol, flags, icmp = row[6:9]
        if (protocol, icmp) in ICMP_ERRORS:
            return None
        called = self._callers.called(source, target, protocol, flags)
        caller = source if called == target else target
        them = peer(self._outside(*caller[:2]), self._outside(*called[:2]))
        said = None
        if payload and protocol == UDP and source[2] == _DNS_PORT:
            said = self._answer(payload)
        elif payload and protocol == TCP and called == target:
            if payload.startswith(_TLS_HANDSHAKE):
                said = _greeting(payload, them, called[2])
            elif payload[:1].isupper():
                said = _request(payload, them, called[2])
        return said or (_bare(them, protocol, called[2]) if them else None)

    def _answer(self, payload: bytes) -> Said | None:
        message = dns_message(payload)
        if message is None or not message.is_response:
            return None
        return _said("dns", "udp", _DNS_PORT, asked(message.name, message.answers, self._own))


@lru_cache(maxsize=1 << 16)
def _bare(them: Mention, protocol: int, port: int) -> Said:
    name = ("protocol", PROTOCOLS.get(protocol, str(protocol)))
    return Said((them,), (name, ("port", port)) if port >= 0 else (name,))


def _greeting(payload: bytes, them: Mention | None, port: int) -> Said | None:
    hello = client_hello(payload)
    if hello is None or them is None:
        return None
    mentions = [them]
    if them.role == "target":
        mentions += named(hello.server_name)
    return _said("tls", "tcp", port, mentions, ja3=hello.ja3, ja4=hello.ja4)


def _request(payload: bytes, them: Mention | None, port: int) -> Said | None:
    request = http_request(payload)
    if request is None:
        return None
    mentions = [them] if them else []
    if them and them.role == "target":
        mentions += visited(them.value, port, request.host, request.path)
    mentions += [mention(url, "payload") for url in looked_up(payload.decode("latin-1"))]
    return _said(
        "http", "tcp", port, mentions, method=request.method, user_agent=request.user_agent
    )


def _said(
    service: str, protocol: str, port: int, mentions: Sequence[Mention], **others: str
) -> Said | None:
    if not mentions:
        return None
    attributes = {"protocol": protocol, "port": port, "service": service, **others}
    pairs = tuple((name, value) for name, value in attributes.items() if value)
    return Said(tuple(dict.fromkeys(mentions)), pairs)
