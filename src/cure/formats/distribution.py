"""Sites that serve malware: lists that pair files with URLs, and what TweetFeed finds of both.

Sources: https://github.com/sophoslabs/IoCs, whose lists have a kind, a hash and a URL in columns
called Indicator, Data and Note; https://github.com/0xDanielLopez/TweetFeed, which tells whether
URLhaus and MalwareBazaar know a value.
"""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from cure.errors import MalformedError
from cure.formats.entries import MAX_TEXT, Listing
from cure.formats.families import family_tags
from cure.formats.lines import UNREADABLE
from cure.formats.plain import LineParser, is_silent
from cure.formats.stamps import stamp
from cure.formats.tables import BLANKS, split
from cure.model import Finding, Observable, filehash, mention, url
from cure.model.observable import ALGORITHM_OF_LENGTH

_HEX = re.compile(r"[0-9a-fA-F]+", re.ASCII)
_SCHEMELESS = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?(?:/.*)?")
_CAPTURED = re.compile(r"\bcaptured on (\d{4}-\d\d-\d\d)")
_FAMILY = re.compile(r"malware sample \((.+)\)")
_SAMPLE_PAGE = re.compile(r"https://bazaar\.abuse\.ch/sample/([0-9a-f]{64})/?")
_SERVING = frozenset({"malwarebazaar", "urlhaus"})
_MAX_LINKS = 10


def is_paired(rows: Sequence[str]) -> bool:
    """Tell whether the first rows of a table without known columns pair a hash with a URL."""
    return _delimiter(rows) is not None


def _delimiter(rows: Sequence[str]) -> str | None:
    """Return what parts a hash from a URL in one of the rows, or None."""
    for delimiter in (",", "\t", ";", "|", BLANKS):
        if any(_is_pair(row, delimiter) for row in rows):
            return delimiter
    return None


def _is_pair(row: str, delimiter: str) -> bool:
    try:
        return _pair(split(row, delimiter)) is not None
    except MalformedError:  # quotes that do not close
        return False


def pair_line(rows: Sequence[str], listing: Listing) -> LineParser:
    """Make the parser of a table's lines.

    Args:
        rows: The first of them; those before the first pair are the heading.
        listing: What holds for the whole table.
    """
    delimiter = _delimiter(rows) or ","
    paired = [_is_pair(row, delimiter) for row in rows]
    heading = rows[: paired.index(True)] if True in paired else ()
    seen = _captured_in(" ".join(heading)) or listing.seen

    def parse(line: bytes) -> Sequence[Finding]:
        text = line.decode().strip()
        if is_silent(line) or text in heading:
            return ()
        pair = _pair(split(text, delimiter))
        if pair is None:
            raise MalformedError("row", text, "want a hash and a URL")
        served, sample = pair
        mentions = (mention(_url(served), "payload"), mention(filehash(sample), "sample"))
        return (listing.says(mentions, {}, (seen, seen)),)

    return parse


def _captured_in(heading: str) -> datetime | None:
    found = _CAPTURED.search(heading)
    try:
        return stamp(found[1]) if found else None
    except MalformedError:  # there is no such day
        return None


def _pair(cells: Sequence[str]) -> tuple[str, str] | None:
    """Find the URL and the hash in a row."""
    hashes = [cell for cell in cells if len(cell) in ALGORITHM_OF_LENGTH and _HEX.fullmatch(cell)]
    served = [
        cell for cell in cells if "://" in cell or ("/" in cell and _SCHEMELESS.fullmatch(cell))
    ]
    return (served[0], hashes[0]) if len(hashes) == len(served) == 1 else None


class _Seen(msgspec.Struct, frozen=True):
    """That another service knows a value."""

    src: str
    threat: str = ""
    added: str = ""
    link: str = ""


class _Hit(msgspec.Struct, frozen=True):
    """A value of TweetFeed, in lower case and without the scheme, and who else knows it."""

    indicator: str
    seen_in: tuple[_Seen, ...]


_decode_hit = msgspec.json.Decoder(_Hit).decode


def is_hits(line: bytes) -> bool:
    """Tell whether a line is a value of TweetFeed with those who know it."""
    try:
        _decode_hit(line)
    except UNREADABLE:
        return False
    return True


def hit_line(listing: Listing) -> LineParser:
    """Make the parser of TweetFeed's lines; what only other services know is silent.

    MalwareBazaar's page of a sample names its SHA-256, whatever the value is.
    """

    def parse(line: bytes) -> Sequence[Finding]:
        if not line.strip():
            return ()
        hit = _decode_hit(line)
        known = [one for one in hit.seen_in if one.src in _SERVING]
        if not known:
            return ()
        mentions = {mention(*_hit_value(hit.indicator)): None}
        for one in known:
            if page := _SAMPLE_PAGE.fullmatch(one.link):
                mentions[mention(filehash(page[1]), "sample")] = None
            if family := _FAMILY.fullmatch(one.threat):
                mentions |= dict.fromkeys(family_tags(family[1]))
        days = sorted(stamp(one.added) for one in known if one.added)
        span = (days[0], days[-1]) if days else (None, None)
        links = [one.link[:MAX_TEXT] for one in known if one.link][:_MAX_LINKS]
        return (listing.says(tuple(mentions), {"links": links} if links else {}, span),)

    return parse


def _hit_value(text: str) -> tuple[Observable, str]:
    if len(text) in ALGORITHM_OF_LENGTH and _HEX.fullmatch(text):
        return filehash(text), "sample"
    return _url(text), "payload"


def _url(text: str) -> Observable:
    return url(text if "://" in text else f"http://{text}")
