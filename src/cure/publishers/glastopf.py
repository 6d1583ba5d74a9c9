"""Glastopf and its successor TANNER: who tried to exploit our web sites, and with which files.

Read are the events of Glastopf, as JSON lines (its hpfeeds channel glastopf.events, exports of
its databases) or as BSON (mongodump), and the reports of TANNER, as JSON lines.

Whoever only asked for a page, as search engines do, is a visitor. An attacker is who fits a
pattern of attacks or would have us fetch a file. Which site was asked is our own side.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from functools import partial
from hashlib import md5
from typing import Any
from urllib.parse import unquote

import msgspec

from cure.formats.bson import decode, documents, is_bson
from cure.formats.exports import each_event
from cure.formats.lines import read_one
from cure.formats.openings import asked
from cure.formats.typed import typed_url
from cure.formats.web_visits import WebVisit, web_visit
from cure.interfaces import Input, Publisher, Reading
from cure.model import Finding, Kind, Layer, Mention, Tlp, Topic, filehash, ip, mention

# What both call what they recognise, but attacks. To include a remote file (rfi) without naming
# one is what search engines do that follow a bait.
_PAGES = frozenset(
    {"unknown", "index", "wp-content", "robots", "robots_txt", "favicon_ico", "style_css", "rfi"}
    | {"head", "options", "file_server", "dummy"}
)
_INCLUDED = re.compile(r"=\s*((?:https?|ftps?)://[^\s&\"'<>]+)", re.IGNORECASE)
_NO_FILE = {"", md5(usedforsecurity=False).hexdigest()}
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def read(source: Input) -> Iterator[Reading]:
    """Tell BSON from lines by its first bytes, and read it."""
    zone = source.setting.zone
    if is_bson(source.head):
        for number, document in enumerate(documents(source.blocks), 1):
            yield read_one(lambda one: _findings(decode(one), zone), number, document)
    else:
        yield from each_event(partial(_line, zone=zone), "tanner", "glastopf")(source)


def _line(line: bytes, zone: tzinfo) -> tuple[Finding, ...]:
    return _findings(_decode(line), zone) if line and not line.isspace() else ()


def _findings(entry: Mapping[str, Any], zone: tzinfo) -> tuple[Finding, ...]:
    """Return who sent a request, what it was, and what it would have us fetch."""
    visit = web_visit(entry, zone)
    said, urls = asked(visit.request.encode())
    said.pop("host", None)
    used = [mention(url, "payload") for url in urls]
    used += _included(visit)
    is_attack = visit.pattern not in _PAGES or "command" in said or used
    mentions = (mention(ip(visit.address), "attacker" if is_attack else "visitor"), *used)
    attributes = {"pattern": visit.pattern, **said}
    return (Finding(Kind.SIGHTING, mentions, visit.seen, visit.seen, attributes=attributes),)


def _included(visit: WebVisit) -> Iterator[Mention]:
    """Yield the file that a request would include, as its URL and, if it was fetched, its hash."""
    if visit.payload not in _NO_FILE:
        yield mention(filehash(visit.payload), "sample")
    if visit.pattern == "rfi" and (found := _INCLUDED.search(unquote(visit.request))):
        url = typed_url(found[1].rstrip("?"))
        if url:
            yield mention(url, "payload")


PUBLISHER = Publisher(
    name="glastopf",
    title="Glastopf and TANNER: web honeypots",
    title_ja="Glastopf・TANNER: Web ハニーポット",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH}),
    tlp=Tlp.GREEN,
    read=read,
    reference="https://github.com/mushorg/glastopf",
)
