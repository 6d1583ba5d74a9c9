"""Plain lists: one value a line, with comments; and lists with a number beside the value."""

import re
from collections.abc import Callable, Sequence

from cure.errors import MalformedError
from cure.formats.entries import MAX_TEXT, Listing, entry
from cure.formats.resolver_rules import blocked_names
from cure.model import Finding

BOM = b"\xef\xbb\xbf"
# Comments; directives of zone files and rbldnsd, whose line with a colon tells what to answer;
# exceptions (@@ of AdBlock, ! of rbldnsd), which are just what is not listed; the tags around a
# list in a page; and, in Tor's list of exits, all lines but those with the address.
_SILENT = re.compile(
    rb"\s*(?:$|[#;!$]|//|@@|@\s|\[Adblock|:[\d.]+:|</?pre>$|(?:ExitNode|Published|LastStatus)\s)",
    re.IGNORECASE,
)
# Some lists name whole networks by their number alone, for which there is no topic.
_AS_NUMBER = re.compile(r"AS\d+", re.ASCII)
_COMMENTED = re.compile(r"(.*?)(?<!\s)\s++(?:[#;]+|//+)\s*(.*)")
_NAMED_RANGE = re.compile(r"(.*):([\d.]+-[\d.]+)", re.ASCII)  # of PeerGuardian
_RANGE = re.compile(r"\S+\s*-\s*\S+")
_SCORED = re.compile(r"([^;/]+);(\d{1,3})", re.ASCII)  # as Loki has its lists

LineParser = Callable[[bytes], Sequence[Finding]]


def is_silent(line: bytes) -> bool:
    """Tell whether a line of a list has nothing to read: blank, a comment or a directive."""
    return _SILENT.match(line) is not None


def plain_line(listing: Listing, heading: bytes = b"") -> LineParser:
    """Make the parser of a list's lines.

    Args:
        listing: What holds for the whole list.
        heading: The one line that names the values and is none, or nothing.

    Source: https://github.com/firehol/blocklist-ipsets#list-of-ipsets-included
    """

    def parse(line: bytes) -> Sequence[Finding]:
        if _SILENT.match(line) or line == heading:
            return ()
        text, note = _parted(line.decode().strip())
        attributes = {"note": note[:MAX_TEXT]} if note else {}
        if len(text.split(maxsplit=1)) > 1 and not _RANGE.fullmatch(text):
            return _blocked(text, attributes)
        try:
            one = entry(text)
        except MalformedError:
            if _AS_NUMBER.fullmatch(text):
                return ()
            if blocked_names(text) is None:
                raise
            return _blocked(text, attributes)
        return (listing.says(listing.mentioned(one), {**one.attributes, **attributes}),)

    def _blocked(text: str, attributes: dict[str, str]) -> Sequence[Finding]:
        names = blocked_names(text)
        if names is None:
            raise MalformedError("entry", text, "more than one value on the line")
        return [listing.says(listing.mentioned(entry(name)), attributes) for name in names]

    return parse


def _parted(text: str) -> tuple[str, str]:
    """Part a line into its value and the comment after it."""
    if found := _COMMENTED.fullmatch(text):
        return found[1], found[2]
    if found := _NAMED_RANGE.fullmatch(text):
        return found[2], found[1]
    if found := _SCORED.fullmatch(text):
        return found[1], found[2]
    if "#" in text and "://" not in text:
        value, _, note = text.partition("#")
        return value.strip(), note.strip()
    return text, ""


def counted_line(listing: Listing) -> LineParser:
    """Make the parser of IPsum's lines: an address and the number of lists that have it.

    Source: https://github.com/stamparm/ipsum
    """

    def parse(line: bytes) -> Sequence[Finding]:
        if _SILENT.match(line):
            return ()
        value, tab, count = line.decode().strip().partition("\t")
        if not tab or not count.isdecimal():
            raise MalformedError("entry", line.decode(), "want a value, a tab and a number")
        one = entry(value)
        attributes = {**one.attributes, "lists": int(count)}
        return (listing.says(listing.mentioned(one), attributes),)

    return parse
