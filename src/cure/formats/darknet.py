"""Packets to addresses that nobody uses: who sent them, and why, counted by port.

A source is an attacker, unless its packets are backscatter, which answers packets that never came
from here because their source was forged. Then it is the victim of a flood, and its own port is
what was flooded; an error by ICMP may also come from a router on the way, a mere subject.

Source: Moore, Voelker, Savage, Inferring Internet Denial-of-Service Activity, USENIX Security 2001.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from struct import Struct

import numpy as np

from cure.formats.capture import Frames, Lost, packets_in
from cure.formats.intervals import Intervals, Told
from cure.formats.packets import (
    ACK,
    ICMP,
    ICMP6,
    ICMP_ERRORS,
    PROTOCOLS,
    RST,
    SYN,
    Fate,
    decode,
    flag_names,
    unread,
)
from cure.formats.traffic import outside_of
from cure.interfaces import Input, Reading
from cure.model import Observable, mention

_SYN_ACK = SYN | ACK
_PING_ANSWERS = ((ICMP, 0), (ICMP6, 129))
_ICMP_ROLES = dict.fromkeys(_PING_ANSWERS, "victim") | dict.fromkeys(ICMP_ERRORS, "subject")
_FLAGS = 0x3F  # all but those of congestion, which tell nothing of intent
_KEY = Struct("=6q")
"""Source in two halves, protocol, port, flags, ICMP type: as bytes they cost less than a tuple."""


def readings(source: Input) -> Iterator[Reading]:
    """Read a capture; its elements are packets. Those of the own side are silent."""
    groups = Intervals(partial(_told, outside_of(source.setting.own)))
    for batch in packets_in(source.blocks):
        if isinstance(batch, Lost):
            yield Reading(batch.number, batch.raw, why=batch.why)
            continue
        fates, keys = _keys(batch)
        times = (batch.table[:, 2] // 1000).tolist()
        rows = zip(fates, keys, times, batch.raws(), strict=True)
        for number, (fate, key, us, raw) in enumerate(rows, batch.number):
            if fate == Fate.READ:
                yield from groups.add(key, us, number, raw)
            else:
                yield unread(fate, number, raw)
    yield from groups.rest()


def _keys(batch: Frames) -> tuple[list[int], list[bytes]]:
    packets = decode(batch)
    flags = packets.flags & _FLAGS
    is_answer = (flags & RST != 0) | (flags & _SYN_ACK == _SYN_ACK)
    port = np.where(is_answer, packets.source_port, packets.target_port)
    columns = (packets.source, packets.protocol, port, flags, packets.icmp)
    keys = np.column_stack(columns).view(f"V{_KEY.size}")
    return packets.fate.tolist(), keys[:, 0].tolist()


def _told(outside: Callable[[int, int], Observable | None], key: bytes) -> Told | None:
    high, low, protocol, port, flags, icmp = _KEY.unpack(key)
    source = outside(high, low)
    if source is None:
        return None
    if flags & RST or flags & _SYN_ACK == _SYN_ACK:
        role = "victim"
    else:
        role = _ICMP_ROLES.get((protocol, icmp), "attacker")
    return (mention(source, role),), _attributes(protocol, port, flags, icmp)


@lru_cache(maxsize=1 << 16)
def _attributes(protocol: int, port: int, flags: int, icmp: int) -> Mapping[str, str | int]:
    attributes: dict[str, str | int] = {"protocol": PROTOCOLS.get(protocol, str(protocol))}
    if port >= 0:
        attributes["port"] = port
    if flags:
        attributes["flags"] = flag_names(flags)
    if icmp >= 0:
        attributes["icmp_type"] = icmp
    return attributes
