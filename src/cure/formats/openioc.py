"""OpenIOC 1.0 and 1.1, as Mandiant and FireEye write it: terms with a value each.

Source: https://github.com/fireeye/OpenIOC_1.1
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from xml.etree.ElementTree import Element

from cure.errors import MalformedError
from cure.formats.entries import MAX_TEXT, Listing
from cure.formats.stamps import optional_stamp
from cure.model import Finding, Observable, domain, email, filehash, host, ip, mention, url

_TERMS: dict[str, tuple[Callable[[str], Observable], str]] = {
    **dict.fromkeys(
        ("FileItem/Md5sum", "FileItem/Sha1sum", "FileItem/Sha256sum"), (filehash, "sample")
    ),
    **dict.fromkeys(("Network/DNS", "DnsEntryItem/Host", "DnsEntryItem/RecordName"), (domain, "")),
    **dict.fromkeys(("Network/HTTP/Host", "Network/HTTP/Referr"), (host, "")),
    **dict.fromkeys(("PortItem/remoteIP", "RouteEntryItem/Destination", "Network/IP"), (ip, "")),
    **dict.fromkeys(("UrlHistoryItem/URL", "FileDownloadHistoryItem/SourceURL"), (url, "")),
    "Email/From": (email, "sender"),
}


def openioc(root: Element, listing: Listing) -> Iterator[tuple[Element, Iterable[Finding]]]:
    """Yield the terms of a definition, each with what it says.

    Terms that are negated or hold a part of a value only, and those of things that are no
    observable (methods, file names, registry keys), say nothing.
    """
    texts = {local_name(element): (element.text or "").strip() for element in root.iter()}
    attributes = {
        "title": texts.get("short_description", "")[:MAX_TEXT],
        "note": texts.get("description", "")[:MAX_TEXT],
    }
    attributes = {name: text for name, text in attributes.items() if text}
    seen = optional_stamp(texts.get("authored_date", ""))
    for term in root.iter():
        if local_name(term) == "IndicatorItem":
            yield term, _read(term, seen, attributes, listing)


def _read(
    term: Element, seen: datetime | None, attributes: dict[str, str], listing: Listing
) -> Iterator[Finding]:
    parts = {local_name(part): part for part in term}
    if not parts.keys() >= {"Context", "Content"}:
        raise MalformedError("term", term.get("id", ""), "no context or no content")
    form, role = _TERMS.get(parts["Context"].get("search", ""), (None, ""))
    if form is None or term.get("negate") == "true" or term.get("condition", "is") != "is":
        return
    found = mention(form((parts["Content"].text or "").strip()), role or listing.role)
    yield listing.says((found,), attributes, (seen, seen))


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
