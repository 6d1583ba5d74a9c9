"""Lists of phishing sites: the CSV of JPCERT/CC, and hosts by phishing kit in JSON.

Source: https://github.com/JPCERTCC/phishurl-list
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from cure.errors import MalformedError
from cure.formats.entries import MAX_TEXT
from cure.formats.lines import UNREADABLE, read_one, reason
from cure.formats.plain import BOM
from cure.formats.tables import split
from cure.interfaces import Input, Reading
from cure.model import Finding, Kind, host, mention, url

_HEADING = b"date,URL,description"
_COLUMNS = 3
_JAPAN = timezone(timedelta(hours=9))
"""The list names no zone; its times are the office hours of its makers, who are in Tokyo."""
_OF_HOSTS = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*\"[^\"]*\"\s*:\s*\[")
_decode_hosts = msgspec.json.Decoder(dict[str, list[str]]).decode


def is_jpcert_list(head: bytes) -> bool:
    """Tell whether a file begins as the list of JPCERT/CC does."""
    return head.removeprefix(BOM).startswith(_HEADING)


def jpcert_lines(source: Input) -> Iterator[Reading]:
    """Yield a reading for each line: the URL of a phishing site, and the brand it imitates."""
    for number, line in enumerate(source.lines, 1):
        yield read_one(_jpcert_row, number, line)


def _jpcert_row(line: bytes) -> tuple[Finding, ...]:
    clean = line.removeprefix(BOM).strip()
    if not clean or clean == _HEADING:
        return ()
    text = clean.decode()
    cells = split(text, ",")
    if len(cells) != _COLUMNS:
        raise MalformedError("row", text, f"want {_COLUMNS} columns")
    confirmed, site, brand = cells
    moment = datetime.fromisoformat(confirmed.replace("/", "-"))
    seen = moment.replace(tzinfo=_JAPAN).astimezone(UTC)
    attributes = {"list": "jpcert", "brand": brand[:MAX_TEXT]} if brand else {"list": "jpcert"}
    mentions = (mention(url(site), "listed"),)
    return (Finding(Kind.SIGHTING, mentions, seen, seen, attributes=attributes),)


def is_host_list(head: bytes) -> bool:
    """Tell whether a file begins as an object of lists does."""
    return _OF_HOSTS.match(head) is not None


def listed_hosts(document: bytes) -> Iterator[Reading]:
    """Yield a reading for each host of ``{"kit": ["host", …], …}``."""
    try:
        kits = _decode_hosts(document.removeprefix(BOM))
    except UNREADABLE as error:
        yield Reading(1, document, why=reason(error))
        return
    number = 0
    for kit, hosts in kits.items():
        for name in hosts:
            number += 1

            def said(raw: bytes, kit: str = kit) -> tuple[Finding, ...]:
                mentions = (mention(host(raw.decode()), "listed"),)
                return (Finding(Kind.SIGHTING, mentions, attributes={"kit": kit[:MAX_TEXT]}),)

            yield read_one(said, number, name.encode(errors="backslashreplace"))
    if not number:
        yield Reading(1, document)
