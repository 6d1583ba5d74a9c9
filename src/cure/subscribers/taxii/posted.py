"""What a partner sends: each object checked by itself, and what became of it told.

Only the frame of an object is checked, so that what a partner calls his own is kept as it is.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from cure.errors import MalformedError
from cure.formats.lines import UNREADABLE, reason
from cure.hub.batch import microseconds
from cure.model import Tlp
from cure.subscribers.stix.markings import LEVELS
from cure.subscribers.taxii.asked import read_moment
from cure.subscribers.taxii.pages import moment
from cure.subscribers.taxii.store import Kept

MAX_POSTED = 10_000
MAX_OBJECT_BYTES = 1 << 20
_ID = re.compile(
    r"([a-z][a-z0-9-]{1,248}[a-z0-9])--"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    re.ASCII,
)
_OBSERVABLES = frozenset(
    {"artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message"}
    | {"file", "ipv4-addr", "ipv6-addr", "mac-addr", "mutex", "network-traffic", "process"}
    | {"software", "url", "user-account", "windows-registry-key", "x509-certificate"}
)
"""The types that have no time of their own (STIX 2.1, section 6)."""


class _Envelope(msgspec.Struct):
    objects: list[msgspec.Raw]


class _Frame(msgspec.Struct):
    """What every object has to have, as far as its type demands it."""

    id: str
    type: str
    spec_version: str = ""
    created: str = ""
    modified: str = ""
    object_marking_refs: tuple[str, ...] = ()


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one object."""

    id: str
    version: str
    message: str = ""


class Status(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a request (TAXII 2.1, section 4.3.1)."""

    id: str
    status: str
    request_timestamp: str
    total_count: int
    success_count: int
    failure_count: int
    pending_count: int
    successes: list[Told] = []
    failures: list[Told] = []


class Posted(NamedTuple):
    """What a request holds.

    Attributes:
        good: The objects that can be kept.
        bad: The others, each with its bytes.
        tlp: The highest marking on any of them.
    """

    good: Sequence[Kept]
    bad: Sequence[tuple[Told, bytes]]
    tlp: Tlp

    def status(self, now: datetime) -> Status:
        """Return what became of it, once the good ones are kept."""
        return Status(
            str(uuid4()),
            "complete",
            moment(microseconds(now)),
            total_count=len(self.good) + len(self.bad),
            success_count=len(self.good),
            failure_count=len(self.bad),
            pending_count=0,
            successes=[Told(one.id, one.version) for one in self.good],
            failures=[told for told, _ in self.bad],
        )

    def bundle(self) -> bytes:
        """Return the objects that can be kept as one document."""
        return b'{"type":"bundle","objects":[' + b",".join(one.body for one in self.good) + b"]}"


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_frame = msgspec.json.Decoder(_Frame).decode


def read_envelope(body: bytes, now: datetime) -> Posted:
    """Read the body of a request.

    Raises:
        MalformedError: If it is no envelope, or holds too much.
    """
    try:
        raws = _decode_envelope(body).objects
    except UNREADABLE as error:
        head = body[:200].decode("utf-8", "replace")
        raise MalformedError("envelope", head, reason(error)) from error
    if len(raws) > MAX_POSTED:
        raise MalformedError("envelope", str(len(raws)), f"want {MAX_POSTED} objects at most")
    good: list[Kept] = []
    bad: list[tuple[Told, bytes]] = []
    tlp = Tlp.CLEAR
    for raw in raws:
        data = bytes(raw)
        try:
            kept, marked = _read_object(data)
        except UNREADABLE as error:
            bad.append((_told(data, now, reason(error)), data))
        else:
            good.append(kept)
            tlp = max(tlp, marked)
    return Posted(good, bad, tlp)


def _read_object(data: bytes) -> tuple[Kept, Tlp]:
    if len(data) > MAX_OBJECT_BYTES:
        raise MalformedError("object", str(len(data)), f"longer than {MAX_OBJECT_BYTES} bytes")
    frame = _decode_frame(data)
    named = _ID.fullmatch(frame.id)
    if named is None or named[1] != frame.type:
        raise MalformedError("id", frame.id, "want the type, two hyphens and a UUID")
    spec = frame.spec_version or ("2.0" if frame.created else "2.1")
    if spec not in {"2.0", "2.1"}:
        raise MalformedError("spec_version", spec, "want 2.0 or 2.1")
    version = frame.modified or frame.created
    if not frame.created and frame.type not in _OBSERVABLES:
        raise MalformedError(frame.type, frame.id, "it has no created")
    version_us = microseconds(read_moment(version)) if version else 0
    levels = (LEVELS.get(one, Tlp.CLEAR) for one in frame.object_marking_refs)
    kept = Kept(frame.id, frame.type, spec, version, version_us, data)
    return kept, max(levels, default=Tlp.CLEAR)


class _Anything(msgspec.Struct):
    id: Any = ""
    modified: Any = ""


_decode_anything = msgspec.json.Decoder(_Anything).decode


def _told(data: bytes, now: datetime, why: str) -> Told:
    """Name an object that could not be read, as far as it has a name."""
    try:
        said = _decode_anything(data)
    except UNREADABLE:
        said = _Anything()
    identifier = said.id if isinstance(said.id, str) else ""
    version = said.modified if isinstance(said.modified, str) and said.modified else ""
    return Told(identifier[:300], version[:50] or moment(microseconds(now)), why)
