"""Visits of own users to web addresses: those that a block list names speak, and nothing else.

Roles: ``listed`` for the address that a list names, ``redirector`` for those that led to it, and
``host`` for the address of its server. The attribute `chain` has them all, the first one first.
Who visited is not told: user names, fragments, and all of a URL from an e-mail address on are left
out; of pages that merely had a link, so is the query.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.formats.block_list import BlockList, Match, without_fragment
from cure.formats.typed import typed_host
from cure.interfaces import Reading
from cure.model import Finding, Kind, Observable, Topic, mention, url
from cure.model.networks import Networks
from cure.model.observable import host_of

_MAX_HOPS = 10
_MAX_TEXT = 500
_WEB = re.compile(r"(?:https?|wss?|ftp)://", re.IGNORECASE)
_PARTS = re.compile(r"([a-z]+://)(?:[^/?#]*@)?([^/?#]*)(.*)")
_FROM_EMAIL = re.compile(r"[/?&;=][^/?&;=]*(?:@|%40).*")


class Visit(msgspec.Struct, frozen=True):
    """One request, or one entry of a browser's history.

    Attributes:
        raw: Its bytes, for the quarantine.
        address: Its URL; None: no address of the public web.
        seen: When it was.
        after: Place of the visit that led to it, from 0, before its own.
        referrer: The URL that led to it, where that is no visit itself.
        is_redirected: Whether it was redirected from there, and not merely linked.
        server: The address of the server.
        why: Why it could not be read.
    """

    raw: bytes
    address: Observable | None = None
    seen: datetime | None = None
    after: int | None = None
    referrer: Observable | None = None
    is_redirected: bool = False
    server: str = ""
    why: str = ""


def web_address(text: str) -> Observable | None:
    """Read a URL as a browser or a proxy wrote it; None if it is none of the public web.

    One that is too long is read without its query.
    """
    if not _WEB.match(text):
        return None
    for part in (text, text.partition("?")[0]):
        try:
            return url(part)
        except MalformedError:
            continue
    return None


def visit_readings(visits: Sequence[Visit], listed: BlockList, own: Networks) -> Iterator[Reading]:
    """Yield one reading for all visits of a listed address, and one for each other visit."""
    places: dict[Observable, list[int]] = {}
    matches: dict[Observable, Match] = {}
    for place, visit in enumerate(visits):
        match = visit.address and listed.find(visit.address)
        if match and visit.address:
            address = nobodys(visit.address)
            matches.setdefault(address, match)
            places.setdefault(address, []).append(place)
        else:
            yield Reading(place + 1, visit.raw, why=visit.why)
    for address, same in places.items():
        first = visits[same[0]]
        finding = said_of(
            Visited(
                address,
                matches[address],
                tuple(_hops_to(visits, same[0])),
                tuple(seen for place in same if (seen := visits[place].seen)),
                len(same),
                first.server,
            ),
            listed,
            own,
        )
        yield Reading(same[0] + 1, first.raw, (finding,), lines=len(same))


class Visited(msgspec.Struct, frozen=True):
    """An address that was visited, as it may be told.

    Attributes:
        address: Its URL; of a tunnel, the host.
        match: Why the list names it.
        hops: The addresses that led to it, the first one first.
        seen: When it was; empty: unknown.
        count: How often.
        server: The address of the server, or nothing.
        attributes: What else is known.
    """

    address: Observable
    match: Match
    hops: tuple[Observable, ...] = ()
    seen: tuple[datetime, ...] = ()
    count: int = 1
    server: str = ""
    attributes: dict[str, Any] = {}


def said_of(visited: Visited, listed: BlockList, own: Networks) -> Finding:
    """Say that a listed address was visited."""
    address = visited.address
    hops = [hop for hop in dict.fromkeys(visited.hops) if hop != address and not _is_own(hop, own)]
    mentions = [mention(address, "listed")]
    mentions += [mention(hop, "listed" if listed.find(hop) else "redirector") for hop in hops]
    server = typed_host(visited.server)
    if server and server.topic is Topic.IP and server.value not in own:
        mentions.append(mention(server, "host"))
    match = visited.match
    said = {**visited.attributes, "matched_by": match.by, "entry": match.listed[:_MAX_TEXT]}
    if hops:
        said["chain"] = [hop.value[:_MAX_TEXT] for hop in (*hops, address)]
    first, last = (min(visited.seen), max(visited.seen)) if visited.seen else (None, None)
    return Finding(Kind.SIGHTING, tuple(mentions), first, last, visited.count, said)


def nobodys(address: Observable, *, is_page: bool = False) -> Observable:
    """Leave out of a URL what may tell who visited it, and of a page what was looked for.

    >>> nobodys(url("https://example.com/a?id=1&to=user%40example.jp#x")).value
    'https://example.com/a?id=1&to'
    """
    parts = _PARTS.match(without_fragment(address.value))
    if parts is None:  # a host
        return address
    scheme, place, rest = parts.groups()
    rest = _FROM_EMAIL.sub("", rest)
    return url(f"{scheme}{place}{rest.partition('?')[0] if is_page else rest}")


def _hops_to(visits: Sequence[Visit], place: int) -> list[Observable]:
    """Return the addresses that led to a visit, the first one first."""
    hops: list[Observable] = []
    visit = visits[place]
    while len(hops) < _MAX_HOPS:
        before = visits[visit.after] if visit.after is not None else None
        address = before.address if before else visit.referrer
        if address is not None:
            hops.append(nobodys(address, is_page=not visit.is_redirected))
        if before is None:
            break
        visit = before
    return hops[::-1]


def _is_own(address: Observable, own: Networks) -> bool:
    host = host_of(address.value)
    return host.topic is Topic.IP and (host.value in own or typed_host(host.value) is None)
