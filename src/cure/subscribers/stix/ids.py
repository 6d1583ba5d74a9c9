"""Identifiers of STIX objects and of collections: the same thing has the same one, always.

Source: STIX 2.1, section 2.9 (identifiers of cyber-observables); RFC 9562 (UUIDs).
"""

from hashlib import blake2b, sha1

import msgspec

_OBSERVABLES = bytes.fromhex("00abedb4aa42466c9c01fed23315a9b7")
"""The name space of the standard, for cyber-observable objects."""
_encode = msgspec.json.Encoder(order="sorted").encode


def observable_id(kind: str, contributing: dict[str, object]) -> str:
    """Return the identifier of a cyber-observable.

    Args:
        kind: Its type, such as ``"ipv4-addr"``.
        contributing: The properties that make it what it is.

    >>> observable_id("ipv4-addr", {"value": "192.0.2.7"})
    'ipv4-addr--fe609036-dbde-52d8-a120-35d115a7d338'
    """
    return f"{kind}--{_uuid5(_OBSERVABLES, _encode(contributing))}"


def object_id(kind: str, *parts: str) -> str:
    """Return the identifier of another object, made from what tells it from all others.

    It has the form of a random UUID, as section 2.9 wants for these.
    """
    return f"{kind}--{_uuid4(chr(0).join((kind, *parts)))}"


def collection_id(root: str, alias: str) -> str:
    """Return the identifier of a collection, in the form of a random UUID.

    Microsoft's connector refuses any other version than 4 (Azure-Sentinel #11202).
    """
    return _uuid4(f"{root}\0{alias}")


def secret_name(digest: bytes, secret: bytes) -> str:
    """Return a name for a record that tells nothing of it, also to who guesses what it says.

    The digest of a record depends on its source, which may have to stay unnamed.
    """
    return blake2b(digest, key=secret, digest_size=16).hexdigest()


def _uuid4(name: str) -> str:
    return _uuid(blake2b(name.encode(), digest_size=16).hexdigest(), "4")


def _uuid5(space: bytes, name: bytes) -> str:
    return _uuid(sha1(space + name, usedforsecurity=False).hexdigest(), "5")


def _uuid(digest: str, version: str) -> str:
    """Return the UUID of a version with the bits of a digest, but for those that are fixed."""
    variant = _VARIANTS[digest[16]]
    return (
        f"{digest[:8]}-{digest[8:12]}-{version}{digest[13:16]}"
        f"-{variant}{digest[17:20]}-{digest[20:32]}"
    )


_VARIANTS = {f"{digit:x}": "89ab"[digit & 3] for digit in range(16)}
