"""Feeds in JSON: whole documents, one object a line, and the forms that both may have."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.formats.columns import Columns, column_name, columns_of
from cure.formats.entries import Listing, entry
from cure.formats.lines import UNREADABLE, read_one, reason
from cure.formats.misp import event
from cure.formats.otx import pulse
from cure.formats.plain import BOM, LineParser
from cure.formats.rows import row_finding
from cure.formats.threatfox import threatfox
from cure.interfaces import Reading
from cure.model import Finding

Unit = tuple[bytes, Iterable[Finding]]
"""A part of a document that stands for itself, and what it says, read when asked for."""

_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_WRAPPINGS = ("data", "urls", "results", "response", "blacklist", "items", "iocs")
_OF_FILE = ("md5_hash", "sha256_hash", "signature")
_MISP = frozenset({"Event", "Attribute"})
_MISP_ATTRIBUTE = frozenset({"type", "category", "value", "to_ids"})


def json_document(document: bytes, listing: Listing) -> Iterator[Reading]:
    """Yield a reading for each element: a row, or one value of an event, a pulse or a list.

    Known are objects whose names say what they hold (so do those of URLhaus, Feodo Tracker,
    AbuseIPDB and PhishTank), ThreatFox, OTX pulses, MISP events and attributes, and bare values.
    """
    clean = document.removeprefix(BOM).strip()
    try:
        elements = list(_elements(clean))
    except UNREADABLE as error:
        yield Reading(1, clean, why=reason(error))
        return
    if not elements:
        yield Reading(1, clean)
    number = 0
    for raw, own_id in elements:
        try:
            units = list(_units(raw, own_id, listing))
        except UNREADABLE as error:
            number += 1
            yield Reading(number, raw, why=reason(error))
            continue
        for part, findings in units or [(raw, ())]:
            number += 1
            yield read_one(lambda _, said=findings: said, number, part)


def json_line(listing: Listing) -> LineParser:
    """Make the parser of lines that are one object each."""

    def parse(line: bytes) -> list[Finding]:
        clean = line.removeprefix(BOM).strip()
        if not clean:
            return []
        return [said for _, findings in _units(clean, "", listing) for said in findings]

    return parse


def is_object(line: bytes) -> bool:
    """Tell whether a line is a JSON object by itself."""
    try:
        _members(line.removeprefix(BOM))
    except UNREADABLE:
        return False
    return True


def _elements(document: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield the elements of a document and, where it has one, the number outside of each."""
    if document.startswith(b"["):
        yield from ((bytes(raw), "") for raw in _list(document))
        return
    members = _members(document)
    wrapped = _wrapped(members)
    if "sha256_hash" in members and wrapped.startswith(b"["):  # URLhaus: where a file was served
        file = {name: members[name] for name in _OF_FILE if name in members}
        for raw in _list(wrapped):
            yield msgspec.json.encode({**_members(raw), **file}), ""
        return
    if members and all(name.isdecimal() for name in members):  # the exports of abuse.ch
        for own_id, value in members.items():
            for place, raw in enumerate(raws := _list(value)):
                yield bytes(raw), f"{own_id}:{place}" if len(raws) > 1 else own_id
    elif members and all(re.match(rb'\[\s*"', bytes(raw)) for raw in members.values()):
        for value in members.values():  # values by their kind or family
            yield from _elements(bytes(value))
    elif wrapped.startswith(b"["):
        yield from _elements(wrapped)
    else:
        yield wrapped if wrapped.startswith(b"{") else document, ""


def _wrapped(members: dict[str, msgspec.Raw]) -> bytes:
    """Return the member that holds the elements: one of a usual name, or the only list."""
    for name in _WRAPPINGS:
        if name in members:
            return bytes(members[name])
    if members.keys() & {*_MISP, "indicators"} or members.keys() >= {"url", "payloads"}:
        return b""
    lists = [raw for raw in map(bytes, members.values()) if raw.startswith(b"[")]
    return lists[0] if len(lists) == 1 and re.match(rb"\[\s*\{", lists[0]) else b""


def _units(raw: bytes, own_id: str, listing: Listing) -> Iterator[Unit]:
    element = msgspec.json.decode(raw)
    match element:
        case None | {"type": "metadata"} | {"asn": _, "rir": _, "asname": _}:
            return  # Spamhaus: what a list says of itself; whole networks by their number
        case {"query_status": _} if len(element) == 1:
            return  # abuse.ch found nothing
        case str():
            one = entry(element)
            yield raw, [listing.says(listing.mentioned(one), one.attributes)]
        case {"ioc_type": _}:
            yield raw, threatfox(element, own_id)
        case {"indicators": list()}:
            yield from pulse(element, listing)
        case dict() if _MISP & element.keys() or element.keys() >= _MISP_ATTRIBUTE:
            yield from event(element, listing)
        case dict():
            yield raw, [_row(element, own_id, listing)]
        case _:
            raise MalformedError("document", raw[:80].decode("latin-1"), "no known JSON feed form")


def _row(element: dict[str, Any], own_id: str, listing: Listing) -> Finding:
    match element:
        case {"details": [{"ip_address": address}, *_]}:  # PhishTank
            element = {**element, "ip_address": address}
        case {"url": _, "payloads": [dict(), *_] as payloads}:  # URLhaus: what a URL served
            element = {**element, **_of_payloads(payloads)}
    if own_id:
        element = {"id": own_id, **element}
    columns = _columns(tuple(element))
    if columns is None:
        raise MalformedError("element", ", ".join(element)[:200], "no known JSON feed form")
    return row_finding([*element.values()], columns, listing)


def _of_payloads(payloads: Sequence[Any]) -> dict[str, str]:
    """Return the hashes and families of files as cells, parted by commas."""
    cells = {
        name: dict.fromkeys(one[name] for one in payloads if one.get(name))
        for name in ("response_md5", "response_sha256", "signature")
    }
    return {name: ", ".join(map(str, values)) for name, values in cells.items()}


@lru_cache(maxsize=256)
def _columns(names: tuple[str, ...]) -> Columns | None:
    return columns_of(tuple(column_name(name) for name in names))
