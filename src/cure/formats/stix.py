"""STIX 2.0 and 2.1: the objects of a bundle, each read by itself.

Source: https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html
"""

from collections.abc import Callable, Container
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

import msgspec

from cure.errors import MalformedError
from cure.formats.lines import UNREADABLE, reason

_BOM = b"\xef\xbb\xbf"


class Reference(msgspec.Struct, frozen=True):
    """Where an object is described, or what it is called, elsewhere."""

    source_name: str = ""
    url: str | None = None
    external_id: str | None = None


class StixObject(msgspec.Struct, frozen=True, kw_only=True):
    """The part of objects and relationships that we use."""

    id: str
    type: str
    created: datetime | None = None
    modified: datetime | None = None
    name: str = ""
    revoked: bool = False
    aliases: tuple[str, ...] = ()
    external_references: tuple[Reference, ...] = ()
    relationship_type: str = ""
    source_ref: str = ""
    target_ref: str = ""


Form = TypeVar("Form", bound=StixObject)


class Element(NamedTuple, Generic[Form]):
    """One object of a bundle.

    Attributes:
        raw: Its bytes.
        content: What it says; None: it is of another type, or could not be read.
        why: Why it could not be read; empty: it could.
    """

    raw: bytes
    content: Form | None
    why: str


class _Bundle(msgspec.Struct):
    """A bundle, or what a TAXII 2.1 server sends, which has no type."""

    type: str = "bundle"
    objects: list[msgspec.Raw] = []


class _Typed(msgspec.Struct):
    id: str
    type: str


_decode_bundle = msgspec.json.Decoder(_Bundle).decode
_decode_type = msgspec.json.Decoder(_Typed).decode


def elements(
    document: bytes, decode: Callable[[bytes], Form], types: Container[str]
) -> list[Element[Form]]:
    """Take a bundle apart.

    Args:
        decode: Reads an object.
        types: The types of objects to be read.

    Raises:
        MalformedError: If the document is no bundle.
        msgspec.DecodeError: If it is not JSON.

    Cost: about 1 s for 100 MB.
    """
    bundle = _decode_bundle(document.removeprefix(_BOM))
    if bundle.type != "bundle":
        raise MalformedError("STIX bundle", bundle.type, "its type is another")
    found: list[Element[Form]] = []
    for one in bundle.objects:
        raw = bytes(one)
        try:
            is_wanted = _decode_type(raw).type in types
            found.append(Element(raw, decode(raw) if is_wanted else None, ""))
        except UNREADABLE as error:
            found.append(Element(raw, None, reason(error)))
    return found
