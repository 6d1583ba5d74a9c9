"""Pulses of AlienVault OTX: a report's values, in one JSON object.

Source: https://otx.alienvault.com/assets/static/external_api.html
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.formats.entries import MAX_TEXT, Listing
from cure.formats.families import family_tags
from cure.formats.stamps import optional_stamp
from cure.model import Finding, Mention, Observable, domain, email, filehash, ip, mention, tag, url
from cure.model.conversion import converter

_CONSTRUCTORS: dict[str, Callable[[str], Observable]] = {
    "IPv4": ip,
    "IPv6": ip,
    "CIDR": ip,
    "domain": domain,
    "hostname": domain,
    "URL": url,
    "email": email,
    "FileHash-MD5": filehash,
    "FileHash-SHA1": filehash,
    "FileHash-SHA256": filehash,
}
# Kinds that OTX has and CURE has no topic for; a URI is a path without its host.
_SILENT = frozenset(
    {
        *("URI", "FilePath", "Mutex", "CVE", "YARA", "JA3", "osquery", "BitcoinAddress"),
        *("FileHash-PEHASH", "FileHash-IMPHASH", "SSLCertFingerprint"),
    }
)
_MAX_TAGS = 20


class Family(msgspec.Struct):
    """A family of malware, as newer pulses name it."""

    display_name: str


class Pulse(msgspec.Struct):
    """The part of a pulse that we use."""

    indicators: list[dict[str, Any]]
    name: str = ""
    created: str = ""
    author_name: str = ""
    adversary: str | None = None
    tags: list[str] = []
    references: list[str] = []
    malware_families: list[str | Family] = []


class Listed(msgspec.Struct):
    """The part of one of its values that we use."""

    indicator: str
    type: str
    created: str = ""


_pulse_of = converter(Pulse)
_listed_of = converter(Listed)


def pulse(element: dict[str, Any], listing: Listing) -> Iterator[tuple[bytes, Iterable[Finding]]]:
    """Yield the values of a pulse, each as JSON and, unread until asked for, what it says.

    Raises:
        msgspec.ValidationError: If it has another form.
    """
    said = _pulse_of(element)
    attributes = {
        "pulse": said.name[:MAX_TEXT],
        "author": said.author_name,
        "tags": said.tags[:_MAX_TAGS],
        "reference": said.references[:_MAX_TAGS],
    }
    attributes = {name: value for name, value in attributes.items() if value}
    for one in said.indicators:
        yield msgspec.json.encode(one), _read(one, said, attributes, listing)


def _read(
    element: dict[str, Any], said: Pulse, attributes: dict[str, Any], listing: Listing
) -> Iterator[Finding]:
    one = _listed_of(element)
    if one.type in _SILENT:
        return
    form = _CONSTRUCTORS.get(one.type)
    if form is None:
        raise MalformedError("value", one.indicator, f"there is no topic for {one.type}")
    role = "sample" if form is filehash else listing.role
    seen = optional_stamp(one.created or said.created)
    yield listing.says((mention(form(one.indicator), role), *_tags(said)), attributes, (seen, seen))


def _tags(said: Pulse) -> Iterator[Mention]:
    for family in said.malware_families:
        yield from family_tags(family if isinstance(family, str) else family.display_name)
    if said.adversary:
        yield mention(tag(f"actor:{said.adversary}"), "tag")
