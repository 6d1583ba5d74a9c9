"""Entries: a value as a block list writes it, with what stands around it."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from cure.errors import MalformedError
from cure.model import (
    Finding,
    Kind,
    Mention,
    Observable,
    Topic,
    domain,
    ip,
    mention,
    recognise,
    url,
)
from cure.model import host as read_host

MAX_TEXT = 1000
"""Longest text that goes into an attribute; the rest is cut off."""

_HIGHEST_PORT = 65_535
_DOTTED = re.compile(r"[0-9.]+(?:/[0-9.]+)?", re.ASCII)
_PADDED = re.compile(r"\d{3}(?:\.\d{3}){3}", re.ASCII)
_OCTET_ZEROS = re.compile(r"\b0+(?=\d)", re.ASCII)
_NAME = re.compile(r"(?:\*?\.)?[\w-]+(?:\.[\w-]+)+\.?")
_HOST_PORT = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]+):(\d{1,5})", re.ASCII)
_WITH_PATH = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?/.*")
_ADDRESS = r"((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]*:[0-9a-fA-F:]*(?:\.[0-9.]*)?)"
_RANGE = re.compile(rf"{_ADDRESS} *- *(?:{_ADDRESS}|(\d{{1,3}}))", re.ASCII)
_CUT = re.compile(r"([a-z]+://[^/\s]+)/\S*(?:…|\.\.\.)", re.IGNORECASE)


class Entry(NamedTuple):
    """A value as a list writes it.

    Attributes:
        observables: What it names; several for a range that no single network covers.
        attributes: The port beside it, or the URL of which only the host is known.
        role: The role that it has whatever the list is about, or nothing.
    """

    observables: tuple[Observable, ...]
    attributes: Mapping[str, Any] = {}
    role: str = ""


def entry(text: str) -> Entry:
    """Read one entry of a block list.

    Args:
        text: An address, a network, a range of addresses, ``host:port``, a domain name (with
            ``*.`` or a dot before it, too), a URL with or without scheme, a hash or an e-mail
            address. Octets padded with zeros to three digits, all four of them, are read: DShield
            writes them so. Of a URL that the list cut off (``…``) only the host is read.

    Raises:
        MalformedError: If it is none of these; the reason is that of the likeliest.

    >>> [o.value for o in entry("192.0.2.0 - 192.0.2.9").observables]
    ['192.0.2.0/29', '192.0.2.8/31']
    >>> entry("198.051.100.000").observables[0].value, entry("[2001:db8::1]:80").attributes
    ('198.51.100.0', {'port': 80})
    >>> [o.value for o in entry("192.0.2.8-9").observables]
    ['192.0.2.8/31']
    """
    if _DOTTED.fullmatch(text):
        return Entry((_network(_unpadded(text)),))
    if "://" in text:
        return _cut_url(text) if text.endswith(("…", "...")) else Entry((url(text),))
    if _NAME.fullmatch(text) and not (text[-1].isdigit() and _RANGE.fullmatch(text)):
        return Entry((domain(text.removeprefix("*").removeprefix(".")),))
    return _other_entry(text)


def _other_entry(text: str) -> Entry:
    if found := _HOST_PORT.fullmatch(text):
        if int(found[2]) > _HIGHEST_PORT:
            raise MalformedError("port", text, f"above {_HIGHEST_PORT}")
        port = {"port": int(found[2])} if int(found[2]) else {}
        return Entry((read_host(_unpadded(found[1])),), port)
    if found := _RANGE.fullmatch(text):
        before = found[1].rpartition(".")[0]  # the end may be the last octet alone
        return Entry(_networks(found[1], found[2] or f"{before}.{found[3]}", text))
    if text.endswith(("…", "...")) and "/" in text:
        return _cut_url(f"http://{text}")
    if _WITH_PATH.fullmatch(text):  # before an e-mail address, as the path may hold an @
        return Entry((url(f"http://{text}"),))
    found = recognise(text)
    if found.topic is Topic.TAG:
        raise MalformedError("value", text, "no address, name, URL, hash or e-mail address")
    return Entry((_network(found.value) if found.topic is Topic.IP else found,))


def _network(text: str) -> Observable:
    if text.endswith("/0"):
        raise MalformedError("ip", text, "the whole address space")
    return ip(text)


def _unpadded(text: str) -> str:
    return _OCTET_ZEROS.sub("", text) if _PADDED.fullmatch(text) else text


def _networks(first: str, last: str, text: str) -> tuple[Observable, ...]:
    """Return the fewest networks that cover a range."""
    start = ipaddress.ip_address(_unpadded(first))
    end = ipaddress.ip_address(_unpadded(last))
    if start.version != end.version or end < start:  # pyright: ignore[reportOperatorIssue]
        raise MalformedError("range", text, "its end is before its start")
    covering = ipaddress.summarize_address_range(start, end)
    return tuple(_network(network.compressed) for network in covering)


def _cut_url(text: str) -> Entry:
    """Read the host of a URL whose end the list left out."""
    found = _CUT.fullmatch(text)
    if found is None:
        raise MalformedError("url", text, "the list cut it off")
    whole = url(f"{found[1]}/").value
    name = read_host(re.sub(r"[^/]*//(?:[^/]*@)?|(?::\d+)?/$", "", whole))
    return Entry((name,), {"url_cut": text[:MAX_TEXT]}, "host")


class Listing(msgspec.Struct, frozen=True):
    """What holds for every entry of a list.

    Attributes:
        feed: Name of the list.
        seen: The moment of the list, where it says so.
        role: What it says its entries are; a file's hash is a sample in any case.
    """

    feed: str
    seen: datetime | None = None
    role: str = "listed"

    def mentioned(self, one: Entry) -> tuple[Mention, ...]:
        """Give the observables of an entry their roles."""
        return tuple(
            mention(found, one.role or ("sample" if found.topic is Topic.HASH else self.role))
            for found in one.observables
        )

    def says(
        self,
        mentions: Sequence[Mention],
        attributes: Mapping[str, Any],
        seen: tuple[datetime | None, datetime | None] = (None, None),
        key: str | None = None,
    ) -> Finding:
        """Make the finding of an entry, seen from-to, or else at the moment of the list."""
        first, last = seen if seen != (None, None) else (self.seen, self.seen)
        return Finding(
            Kind.SIGHTING,
            tuple(mentions),
            first or last,
            last or first,
            attributes={"feed": self.feed, **attributes},
            key=key,
        )


_SUFFIXES = re.compile(
    r"(?:\.(?:txt|csv|tsv|jsonl?|ndjson|xml|rss|html?|php|data?|list|lst|log|conf|cfg|hosts"
    r"|(?:net|ip)set|rules|zone|gz|bz2|xz|zst|zip))+$",
    re.IGNORECASE,
)


def feed_name(input_name: str) -> str:
    """Return the name of a list: its file's, without folder and suffixes.

    >>> feed_name("lists/firehol_level1.netset.gz"), feed_name("feed.example.org.txt")
    ('firehol_level1', 'feed.example.org')
    """
    name = re.split(r"[/\\]", input_name.rstrip("/\\"))[-1]
    return _SUFFIXES.sub("", name)[:100] or "list"
