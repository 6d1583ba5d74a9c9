"""Findings and records: what the hub is told, by whom, and how far it may travel."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.model.label import Label
from cure.model.observable import CONSTRUCTORS, Observable, Topic, host_of


class Layer(StrEnum):
    """NICT's two layers: what was seen, and what it means."""

    ARTIFACT = "artifact"  # 観測層
    SEMANTICS = "semantics"  # 意味付け層


class Kind(StrEnum):
    """What a finding says of its observables."""

    SIGHTING = "sighting"
    ANNOTATION = "annotation"
    ASSESSMENT = "assessment"
    SIMILARITY = "similarity"


class Mention(msgspec.Struct, frozen=True, gc=False):
    """An observable and the role that it had in a finding.

    Attributes:
        topic: Topic of the observable.
        value: Canonical value of the observable.
        role: What it was there: attacker, victim, c2, sample, listed, subject, tag …
    """

    topic: Topic
    value: str
    role: str = "subject"


class Finding(msgspec.Struct, frozen=True, gc=False):
    """What a source says once.

    Attributes:
        kind: Sighting, annotation, assessment or similarity.
        observables: What it is about, each with its role; at least one.
        first_seen: Start of the interval, UTC; None: when it was read.
        last_seen: End of the interval, UTC, never before `first_seen`.
        count: How many times within the interval, at least 1.
        attributes: Small values that belong to it: ports, protocol, signature, title …
        key: The source's own id of it, so that sending it twice is the same as once; None:
            what it says is its id.
    """

    kind: Kind
    observables: tuple[Mention, ...]
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    count: int = 1
    attributes: Mapping[str, Any] = {}
    key: str | None = None


class Retraction(Finding, frozen=True, gc=False):
    """A finding that its source takes back: by its key or, where it has none, by all it says."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """A finding with the name and the label that intake put on it.

    Attributes:
        source: Who says it.
        label: How far it may travel.
        digest: 16 bytes that stand for source and key; equal digests are the same record.
        finding: What was said; both times are set. Without observables it says nothing, and
            takes back what was said before.
        is_whole: Whether all that was said is still kept, and not only what cards are made of.
    """

    source: str
    label: Label
    digest: bytes
    finding: Finding
    is_whole: bool = True


def mention(observable: Observable, role: str = "subject") -> Mention:
    """Give an observable its role in a finding."""
    return Mention(observable.topic, observable.value, role)


_ROLE = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
# Hosts of pages that merely speak of a thing say nothing about the thing.
_URL = Topic.URL  # looking up a member of an enumeration takes 40 ns
_ROLES_WITHOUT_HOST = frozenset({"reference"})
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing was seen before; a clock at its epoch (1970, 1980) says so."""
SKEW = timedelta(days=1)
"""How far ahead of ours the clock of a source may be."""
MAX_MENTIONS = 1000
MAX_COUNT = 2**32 - 1
_MAX_ATTRIBUTE_BYTES = 16_384


class _Said(msgspec.Struct):
    """A finding as programs send it, before its values are read."""

    observables: list[Mention] | msgspec.UnsetType = msgspec.UNSET
    kind: Kind = Kind.SIGHTING
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    count: int = 1
    attributes: dict[str, Any] = {}
    key: str | None = None
    retracted: bool = False


_encode = msgspec.json.Encoder().encode
_decode_said = msgspec.json.Decoder(_Said).decode


def read_finding(line: bytes, *, most_attribute_bytes: int = _MAX_ATTRIBUTE_BYTES) -> Finding:
    """Read a finding in JSON, as `cure parse` writes it and POST records takes it.

    With ``"retracted": true`` it is a `Retraction`; one with a key needs no more than that.

    Args:
        line: The finding.
        most_attribute_bytes: How many bytes of JSON its attributes may be.

    Raises:
        MalformedError: If a value, a role, a time or the count is not what it should be.
        msgspec.DecodeError: If it is not JSON or has another form.
    """
    said = _decode_said(line)
    named = said.observables
    if isinstance(named, msgspec.UnsetType):
        if not said.retracted:
            raise msgspec.ValidationError("Object missing required field `observables`")
        named = []
    observables = tuple(
        [mention(CONSTRUCTORS[one.topic](one.value), _checked_role(one.role)) for one in named]
    )
    if len(line) > most_attribute_bytes < len(_encode(said.attributes)):
        raise MalformedError("finding", "attributes", f"more than {most_attribute_bytes} bytes")
    if said.key is not None and not 0 < len(said.key) <= 512:  # noqa: PLR2004
        raise MalformedError("key", said.key, "want 1 to 512 characters")
    if said.retracted and said.key is None and not observables:
        raise MalformedError("retraction", "", "want a key, or all that was said")
    return (Retraction if said.retracted else Finding)(
        said.kind,
        observables,
        said.first_seen and _utc(said.first_seen),
        said.last_seen and _utc(said.last_seen),
        said.count,
        said.attributes,
        said.key,
    )


@lru_cache(maxsize=1024)
def _checked_role(role: str) -> str:
    if not _ROLE.fullmatch(role):
        raise MalformedError("role", role, "want a short word in lower case")
    return role


def complete(finding: Finding, as_of: datetime, now: datetime) -> Finding:
    """Check what a source said, and add what follows from it.

    The host of a URL is published as well, here and nowhere else. A time that is missing
    becomes `as_of`, the moment of which the source speaks.

    Raises:
        MalformedError: If there is no observable, or a time or the count is impossible.
    """
    if not 0 < len(finding.observables) <= MAX_MENTIONS:
        raise MalformedError("finding", str(len(finding.observables)), "want 1 to 1000 observables")
    if not 0 < finding.count <= MAX_COUNT:
        raise MalformedError("count", str(finding.count), f"want 1 to {MAX_COUNT}")
    first = finding.first_seen or finding.last_seen or as_of
    last = finding.last_seen or first
    if last < first:
        raise MalformedError("time", last.isoformat(), "last_seen is before first_seen")
    if first < EARLIEST:
        raise MalformedError("time", first.isoformat(), "before 1990: a clock that was never set")
    if last > now + SKEW:
        raise MalformedError("time", last.isoformat(), "more than a day in the future")
    mentions = _with_hosts(finding.observables)
    if (
        first is finding.first_seen
        and last is finding.last_seen
        and mentions is finding.observables
    ):
        return finding
    return Finding(
        finding.kind, mentions, first, last, finding.count, finding.attributes, finding.key
    )


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise MalformedError("time", moment.isoformat(), "no UTC offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise MalformedError("time", moment.isoformat(), "outside the calendar") from error


def _with_hosts(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    for one in mentions:
        if one.topic is _URL:
            break
    else:
        return mentions
    known = {(one.topic, one.value) for one in mentions}
    hosts: dict[Observable, None] = {}
    for one in mentions:
        if one.topic is _URL and one.role not in _ROLES_WITHOUT_HOST:
            found = host_of(one.value)
            if (found.topic, found.value) not in known:
                hosts[found] = None
    return (*mentions, *(mention(found, "host") for found in hosts))


def digest_of(source: str, finding: Finding) -> bytes:
    """Return the 16 bytes that stand for a source's record.

    They come from the source's own key or, where it has none, from all that it said: the
    times only if it gave them, so that a list read twice is the same list.
    """
    if finding.key is not None:
        said = f"{source}\0key\0{finding.key}".encode()
    else:
        said = source.encode() + b"\0all\0" + _encode(finding)
    return blake2b(said, digest_size=16).digest()
