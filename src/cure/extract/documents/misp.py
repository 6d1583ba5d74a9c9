"""MISP events: what their attributes state, and what people wrote beside it.

Source: https://www.misp-standard.org/rfc/misp-standard-core.html
"""

from collections.abc import Callable, Iterator
from typing import Any

from cure.errors import MalformedError
from cure.extract.documents.page import Page
from cure.extract.text import Document, Stated
from cure.formats.misp import Attribute, attribute_of, event_of
from cure.model import Observable, domain, email, filehash, ip, url

_FORMS: dict[str, Callable[[str], Observable]] = {
    **dict.fromkeys(("ip", "ip-src", "ip-dst"), ip),
    **dict.fromkeys(("domain", "hostname"), domain),
    **dict.fromkeys(("url", "link"), url),
    **dict.fromkeys(("email", "email-src", "email-dst", "email-reply-to"), email),
    **dict.fromkeys(("md5", "sha1", "sha256", "sha512"), filehash),
}
# What is said for the reader's sake, unless it is meant for detection (`to_ids`).
_CONTEXT = frozenset(
    {"External analysis", "Internal reference", "Antivirus detection", "Attribution", "Other"}
)
_SAMPLE = "filename|md5"


def events_of(content: object) -> list[dict[str, Any]]:
    """Return the events in a JSON document; none: it is of another form."""
    if isinstance(content, dict) and "response" in content:
        content = content["response"]
    found = content if isinstance(content, list) else [content]
    inner = [one.get("Event", one) for one in found if isinstance(one, dict)]
    return [
        one
        for one in inner
        if isinstance(one, dict) and "info" in one and ("Attribute" in one or "Object" in one)
    ]


def misp(events: list[dict[str, Any]]) -> Document:
    """Read events: each attribute is a row of its type, value and comment.

    Raises:
        msgspec.ValidationError: If an event has another form.
    """
    page = Page()
    stated: list[Stated] = []
    for one in events:
        event = event_of(one)
        page.add("heading", event.info, 1)
        for tag in event.tags:
            page.add("item", tag.name)
        for attribute in (*event.attributes, *(a for o in event.objects for a in o.attributes)):
            read = attribute_of(attribute)
            if not read.deleted:
                start = page.add("row", f"{read.type}\t{read.value}\t{read.comment}".rstrip("\t"))
                stated += _stated(read, start + len(read.type) + 1)
    return page.document(tuple(stated))


def _stated(attribute: Attribute, start: int) -> Iterator[Stated]:
    """Yield the values of an attribute; a composite type has one for each of its parts."""
    kinds = _SAMPLE if attribute.type == "malware-sample" else attribute.type
    for kind, text in zip(kinds.split("|"), attribute.value.split("|"), strict=False):
        end = start + len(text)
        if form := _FORMS.get(kind):
            is_context = not attribute.to_ids and attribute.category in _CONTEXT
            reason = "context, as the event has it" if is_context else ""
            try:
                yield Stated(form(text), text, start, end, reason)
            except MalformedError as error:
                yield Stated(None, text, start, end, error.why)
        start = end + 1
