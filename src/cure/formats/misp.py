"""MISP: the attributes of an event, those of its objects too.

Source: https://www.misp-standard.org/rfc/misp-standard-core.html
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from cure.formats.entries import MAX_TEXT, Listing
from cure.formats.stamps import optional_stamp
from cure.model import Finding, Mention, Observable, domain, email, filehash, ip, mention, tag, url
from cure.model.conversion import converter

PARTS: dict[str, tuple[tuple[Callable[[str], Observable] | None, str], ...]] = {
    **dict.fromkeys(("ip-src", "ip-dst"), ((ip, ""),)),
    **dict.fromkeys(("ip-src|port", "ip-dst|port"), ((ip, ""), (None, "port"))),
    **dict.fromkeys(("domain", "hostname"), ((domain, ""),)),
    "domain|ip": ((domain, ""), (ip, "host")),
    "hostname|port": ((domain, ""), (None, "port")),
    "url": ((url, ""),),
    **dict.fromkeys(("email", "email-src"), ((email, "sender"),)),
    "email-dst": ((email, "target"),),
    **dict.fromkeys(("md5", "sha1", "sha256", "sha512"), ((filehash, "sample"),)),
    **dict.fromkeys(
        ("filename|md5", "filename|sha1", "filename|sha256", "filename|sha512", "malware-sample"),
        ((None, "filename"), (filehash, "sample")),
    ),
}
"""Types of attributes, with what the parts between their bars are: the constructor of a value and
the role that the type gives it, or the name of an attribute of ours."""
# Categories in which a value that is no trigger (`to_ids`) still took part in the attack.
_TOOK_PART = frozenset(
    {"Network activity", "Payload delivery", "Payload installation", "Artifacts dropped"}
)
_GALAXY = re.compile(r'misp-galaxy:([\w-]+)="([^"]+)"')
_TAXONOMY_OF_GALAXY = {
    **dict.fromkeys(("threat-actor", "mitre-intrusion-set", "microsoft-activity-group"), "actor"),
    **dict.fromkeys(("malpedia", "ransomware", "tool", "rat", "botnet", "banker"), "malware"),
    **dict.fromkeys(("stealer", "backdoor", "exploit-kit", "android"), "malware"),
    **dict.fromkeys(("mitre-malware", "mitre-tool"), "malware"),
}
_ATTACK_ID = re.compile(r"(.*) - ([GSTC]\d{4}(?:\.\d{3})?)")


class Tag(msgspec.Struct):
    """A tag of an event or an attribute."""

    name: str


class Attribute(msgspec.Struct):
    """The part of an attribute that we use."""

    type: str
    value: str
    category: str = ""
    comment: str = ""
    uuid: str = ""
    to_ids: bool = False
    deleted: bool = False
    timestamp: str | int = ""
    first_seen: str | None = None
    last_seen: str | None = None
    tags: list[Tag] = msgspec.field(name="Tag", default_factory=list[Tag])


class Event(msgspec.Struct):
    """The part of an event, or of an object in it, that we use."""

    info: str = ""
    attributes: list[dict[str, Any]] = msgspec.field(name="Attribute", default_factory=list)
    objects: list["Event"] = msgspec.field(name="Object", default_factory=list["Event"])
    tags: list[Tag] = msgspec.field(name="Tag", default_factory=list[Tag])


_members_of = converter(dict[str, Any])
event_of = converter(Event, strict=False)
attribute_of = converter(Attribute, strict=False)


def event(element: dict[str, Any], listing: Listing) -> Iterator[tuple[bytes, Iterable[Finding]]]:
    """Yield the attributes of an event, each as JSON and, unread until asked for, what it says.

    Args:
        element: An event, with or without its wrapping, or an attribute that stands alone.
        listing: What holds for the whole feed.

    Raises:
        msgspec.ValidationError: If it has another form.
    """
    inner = _members_of(element.get("Event", element))
    if "Attribute" not in inner and "Object" not in inner:
        inner = {"Attribute": [inner]}
    said = event_of(inner)
    for one in (*said.attributes, *(a for thing in said.objects for a in thing.attributes)):
        yield msgspec.json.encode(one), _read(one, said, listing)


def _read(element: dict[str, Any], said: Event, listing: Listing) -> Iterator[Finding]:
    one = attribute_of(element)
    parts = PARTS.get(one.type, ())
    if not parts or one.deleted or not (one.to_ids or one.category in _TOOK_PART):
        return
    mentions: list[Mention] = []
    attributes: dict[str, Any] = {"event": said.info, "comment": one.comment}
    for (form, word), text in zip(parts, one.value.split("|"), strict=False):
        if form is not None:
            mentions.append(
                mention(form(text), word or (listing.role if one.to_ids else "subject"))
            )
        else:
            attributes[word] = int(text) if word == "port" else text
    attributes = {
        name: cut[:MAX_TEXT] if isinstance(cut, str) else cut
        for name, cut in attributes.items()
        if cut
    }
    first = optional_stamp(one.first_seen or "") or optional_stamp(str(one.timestamp))
    last = optional_stamp(one.last_seen or "") or first
    mentions += tags_of(tag.name for tag in (*said.tags, *one.tags))
    key = f"misp:{one.uuid}" if one.uuid else None
    yield listing.says(tuple(dict.fromkeys(mentions)), attributes, (first, last), key)


def tags_of(names: Iterable[str]) -> Iterator[Mention]:
    """Yield the families, groups and techniques that the tags of MISP's galaxies name.

    >>> [one.value for one in tags_of(['misp-galaxy:mitre-malware="Emotet - S0367"', "tlp:clear"])]
    ['malware:emotet', 'attack:S0367']
    """
    for name in names:
        found = _GALAXY.fullmatch(name)
        if found is None:
            continue
        known = _ATTACK_ID.fullmatch(found[2])
        taxonomy = _TAXONOMY_OF_GALAXY.get(found[1])
        if taxonomy:
            yield mention(tag(f"{taxonomy}:{known[1] if known else found[2]}"), "tag")
        if known:
            yield mention(tag(f"attack:{known[2]}"), "tag")
