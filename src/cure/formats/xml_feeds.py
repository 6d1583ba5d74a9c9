"""Feeds in XML: the entries of clean-mx, the items of RSS, and OpenIOC."""

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.ElementTree import fromstring
from msgspec import structs

from cure.errors import MalformedError
from cure.formats.columns import column_name, columns_of
from cure.formats.entries import Listing
from cure.formats.lines import UNREADABLE, read_one, reason
from cure.formats.openioc import local_name, openioc
from cure.formats.rows import row_finding, unnamed_row
from cure.interfaces import Reading
from cure.model import Finding

_NAME = r"[A-Za-z][A-Za-z ()]{0,30}"
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?")
_PAIRS = re.compile(rf"(?:^|, *)({_NAME}): +(.*?)(?=, *{_NAME}: |$)", re.DOTALL)


def xml_document(document: bytes, listing: Listing) -> Iterator[Reading]:
    """Yield a reading for each entry, item or term of a document."""
    try:
        root = _root(document)
        parts = list(_parts(root, listing)) or [(root, ())]
        texts = [tostring(element) for element, _ in parts]
    except UNREADABLE as error:
        yield Reading(1, document, why=reason(error))
        return
    for number, ((_, findings), text) in enumerate(zip(parts, texts, strict=True), 1):
        yield read_one(lambda _, said=findings: said, number, text)


def _root(document: bytes) -> Element:
    try:
        return fromstring(document.strip())
    except (ParseError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise MalformedError("document", document[:80].decode("latin-1"), str(error)) from error


def _parts(root: Element, listing: Listing) -> Iterator[tuple[Element, Iterable[Finding]]]:
    match local_name(root):
        case "OpenIOC" | "ioc":
            yield from openioc(root, listing)
        case "rss" | "RDF" | "feed":
            for item in root.iter():
                if local_name(item) in {"item", "entry"}:
                    yield item, _item(item, listing)
        case "output":  # http://support.clean-mx.de/clean-mx/xmlphishing
            for item in root.iter("entry"):
                yield item, _entry(item, listing)
        case name:
            raise MalformedError("document", name, "no known XML feed form")


def _entry(item: Element, listing: Listing) -> Iterator[Finding]:
    cells = {column_name(child.tag): (child.text or "").strip() for child in item}
    # Only the list of viruses has hashes: there the URL is where the file came from.
    role = "payload" if "md5" in cells else listing.role
    yield _row(cells, structs.replace(listing, role=role))


def _item(item: Element, listing: Listing) -> Iterator[Finding]:
    """Read an item: ``Host: …, IP address: …`` in its description, or a value in its title."""
    said = {local_name(child): (child.text or "").strip() for child in item}
    published = said.get("pubDate") or said.get("updated") or said.get("date") or ""
    if found := _DATE.search(said.get("title", "")):  # of abuse.ch: example.com (2016-01-01 …)
        published = found[0]
    text = said.get("description", "")
    cells = {column_name(name): value for name, value in _PAIRS.findall(text)}
    if columns_of(tuple(cells)) is not None:
        yield _row({"first_seen": published, **cells}, listing)
        return
    words = f"{said.get('title', '')} {text}".split()
    yield unnamed_row([word.strip("(),;\"'") for word in words], listing)


def _row(cells: dict[str, str], listing: Listing) -> Finding:
    columns = columns_of(tuple(cells))
    if columns is None:
        raise MalformedError("element", ", ".join(cells), "no known XML feed form")
    return row_finding([*cells.values()], columns, listing)
