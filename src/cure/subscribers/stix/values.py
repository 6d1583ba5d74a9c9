"""Observables as STIX: the object of each, and the pattern that finds it."""

import re
from typing import Any

from cure.model.observable import ALGORITHM_OF_LENGTH, Topic
from cure.subscribers.stix.ids import object_id, observable_id

_ALGORITHMS = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
_NAMED = {"malware": "malware", "actor": "threat-actor", "campaign": "campaign", "tool": "tool"}
_ATTACK = {
    "T": "attack-pattern",
    "G": "intrusion-set",
    "S": "malware",
    "C": "campaign",
    "M": "course-of-action",
}
_ATTACK_ID = re.compile(r"([TGSCM])\d{4}(?:\.\d{3})?")
CREATED = "2020-01-01T00:00:00.000Z"
"""When all that has no time of its own was created: a time of ours would tell when we heard."""


def observable_object(topic: Topic, value: str) -> dict[str, Any]:
    """Return an observable that is no tag as a cyber-observable object (section 6)."""
    match topic:
        case Topic.IP:
            kind = "ipv6-addr" if ":" in value else "ipv4-addr"
            said: dict[str, Any] = {"value": value}
        case Topic.HASH:
            kind = "file"
            said = {"hashes": {_ALGORITHMS[ALGORITHM_OF_LENGTH[len(value)]]: value}}
        case Topic.DOMAIN | Topic.URL | Topic.EMAIL:
            kind, said = _KINDS[topic], {"value": value}
        case Topic.TAG:
            raise ValueError(f"a tag is no cyber-observable: {value!r}")
    return {"type": kind, "spec_version": "2.1", "id": observable_id(kind, said), **said}


_KINDS = {Topic.DOMAIN: "domain-name", Topic.URL: "url", Topic.EMAIL: "email-addr"}


def tag_object(value: str) -> dict[str, Any] | None:
    """Return what a tag means as a domain object (section 4); None: STIX has no such thing.

    >>> tag_object("malware:emotet")["name"], tag_object("sector:energy")
    ('emotet', None)
    """
    taxonomy, _, term = value.partition(":")
    more: dict[str, Any] = {}
    if taxonomy == "attack" and (found := _ATTACK_ID.fullmatch(term)):
        kind = _ATTACK[found[1]]
        more["external_references"] = [{"source_name": "mitre-attack", "external_id": term}]
    elif taxonomy == "cve":
        kind, term = "vulnerability", term.upper()
        more["external_references"] = [{"source_name": "cve", "external_id": term}]
    elif taxonomy in _NAMED:
        kind = _NAMED[taxonomy]
    else:
        return None
    if kind == "malware":
        more["is_family"] = True
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": object_id(kind, value),
        "created": CREATED,
        "modified": CREATED,
        "name": term,
        **more,
    }


def pattern_of(topic: Topic, value: str) -> str:
    """Return the one comparison that finds an observable (section 9).

    >>> pattern_of(Topic.IP, "192.0.2.0/24")
    "[ipv4-addr:value ISSUBSET '192.0.2.0/24']"
    """
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    if topic is Topic.HASH:
        algorithm = _ALGORITHMS[ALGORITHM_OF_LENGTH[len(value)]]
        path = f"file:hashes.'{algorithm}'" if "-" in algorithm else f"file:hashes.{algorithm}"
        return f"[{path} = '{quoted}']"
    kind = _KINDS.get(topic) or ("ipv6-addr" if ":" in value else "ipv4-addr")
    compared = "ISSUBSET" if topic is Topic.IP and "/" in value else "="
    return f"[{kind}:value {compared} '{quoted}']"
