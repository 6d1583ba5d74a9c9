"""CHORUS: files of malware, and the URLs that served them.

Read are the lists and answers of URLhaus and MalwareBazaar, as CSV, JSON and plain text, tables
that pair a hash with a URL, and TweetFeed's hits in both. The host of a URL is its host and no
more: `cdn.discordapp.com` serves malware too.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from msgspec import structs

from cure.errors import MalformedError
from cure.extract.feed_tags import canonically_tagged
from cure.formats.distribution import hit_line, is_hits, is_paired, pair_line
from cure.formats.entries import Listing
from cure.formats.json_feeds import is_object, json_document, json_line
from cure.formats.line_lists import comments_of, listing_of
from cure.formats.lines import each_line, first_lines, whole
from cure.formats.plain import LineParser, is_silent, plain_line
from cure.formats.tables import named_table, table_line
from cure.interfaces import Input, Publisher, Reading
from cure.model import Layer, Tlp, Topic

_HEAD_LINES = 50


def read(source: Input) -> Iterator[Reading]:
    """Read a file of a feed; its tags become those that reports have too."""
    return canonically_tagged(_read(source))


def _read(source: Input) -> Iterator[Reading]:
    """Choose the reader of the file's format by its first lines."""
    head, lines = first_lines(source.lines, _HEAD_LINES)
    text = [line.decode("utf-8-sig", "replace") for line in head if isinstance(line, bytes)]
    rows = [line.strip() for line in text if not is_silent(line.encode())]
    listing = structs.replace(listing_of(source.name, comments_of(text)), role="payload")
    if _is_document(rows):
        yield from _served_only(_document(replace(source, lines=lines), listing))
    else:
        parse = _line_parser(text, rows, listing)
        yield from _served_only(each_line(parse)(replace(source, lines=lines)))


def _is_document(rows: list[str]) -> bool:
    """Tell a document in JSON from objects that are lines of their own."""
    if not rows or rows[0][0] not in "{[" or is_hits(rows[0].encode()):
        return False
    return len(rows) == 1 or not is_object(rows[0].encode())


def _document(source: Input, listing: Listing) -> Iterator[Reading]:
    try:
        document = whole(source.lines)
    except MalformedError as error:
        deque(source.lines, maxlen=0)  # what follows a gap belongs to a document that is broken
        yield Reading(1, source.head, why=str(error))
        return
    yield from json_document(document, listing)


def _line_parser(text: list[str], rows: list[str], listing: Listing) -> LineParser:
    if rows and rows[0][0] == "{":
        return hit_line(listing) if is_hits(rows[0].encode()) else json_line(listing)
    table = named_table(comments_of(text), rows[0]) if rows else None
    if table is not None:
        return table_line(table, listing)
    return pair_line(rows, listing) if is_paired(rows) else plain_line(listing)


def _served_only(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Quarantine what names a host alone: which file it served, and where, nobody can say."""
    for reading in readings:
        payloads = (
            one
            for finding in reading.findings
            for one in finding.observables
            if one.role == "payload" and one.topic is not Topic.URL
        )
        if lone := next(payloads, None):
            why = str(MalformedError("url", lone.value, "a host without a path serves nothing"))
            yield structs.replace(reading, findings=(), why=why)
        else:
            yield reading


PUBLISHER = Publisher(
    name="chorus",
    title="CHORUS: malware and the sites that distribute it",
    title_ja="CHORUS: マルウェアとその配布サイト",
    layer=Layer.ARTIFACT,
    topics=frozenset({Topic.URL, Topic.HASH, Topic.DOMAIN, Topic.IP, Topic.TAG}),
    tlp=Tlp.GREEN,
    read=read,
    reference="https://urlhaus.abuse.ch/api/",
)
