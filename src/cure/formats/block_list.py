"""Block lists: whether a web address is on one, by its URL, its host or its site.

A site is a registered domain: phishing often gives each victim a subdomain. Below the private
section of the public suffix list (workers.dev, s3.amazonaws.com) every customer is a site.
Source: https://publicsuffix.org/
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from publicsuffixlist import PublicSuffixList

from cure.model import Observable, Topic
from cure.model.observable import host_of

_SHARED = frozenset(
    {
        *("t.co", "bit.ly", "tinyurl.com", "is.gd", "cutt.ly", "ow.ly", "rb.gy", "goo.gl"),
        *("buff.ly", "rebrand.ly", "lnkd.in", "s.id", "shorturl.at", "t.me", "line.me"),
        *("google.com", "yahoo.com", "amazon.com", "microsoft.com", "live.com", "office.com"),
        *("sharepoint.com", "onedrive.com", "dropbox.com", "mediafire.com", "github.com"),
        *("gitlab.com", "notion.so", "canva.com", "discord.com", "discordapp.com"),
        *("facebook.com", "instagram.com", "twitter.com", "x.com", "linkedin.com", "youtube.com"),
    }
)
"""Sites on which anybody can have a page: a URL there says nothing about the others."""


class Match(NamedTuple):
    """Why an address is on a block list.

    Attributes:
        by: What was compared: ``url``, ``host`` or ``site``.
        listed: The value that is listed.
    """

    by: str
    listed: str


class BlockList:
    """What some lists name, ready to be looked up."""

    def __init__(self, listed: Iterable[Observable]) -> None:
        self._urls: dict[str, str] = {}
        self._hosts: dict[str, str] = {}
        self._sites: dict[str, str] = {}
        self._shared_hosts: set[str] = set()
        for one in sorted(listed):
            if one.topic is Topic.URL:
                self._urls.setdefault(without_fragment(one.value), one.value)
                self._add_host(host_of(one.value), one, is_whole=False)
            elif one.topic in {Topic.DOMAIN, Topic.IP}:
                self._add_host(one, one, is_whole=True)

    def _add_host(self, host: Observable, listed: Observable, *, is_whole: bool) -> None:
        site = site_of(host.value)
        if site in _SHARED and not is_whole:
            self._shared_hosts.add(host.value)
            return
        self._hosts.setdefault(host.value, listed.value)
        if site and site not in _SHARED:
            self._sites.setdefault(site, listed.value)

    def find(self, address: Observable) -> Match | None:
        """Look up a URL, without its fragment, which no server is told; or a host."""
        if address.topic is not Topic.URL:
            return self.find_host(address.value)
        if listed := self._urls.get(without_fragment(address.value)):
            return Match("url", listed)
        return self.find_host(host_of(address.value).value)

    def find_host(self, host: str) -> Match | None:
        """Look up a host in canonical form."""
        if listed := self._hosts.get(host):
            return Match("host", listed)
        listed = self._sites.get(site_of(host) or "")
        return Match("site", listed) if listed else None

    def may_name(self, host: str) -> bool:
        """Tell, fast, whether any URL of a host may be on the list."""
        return self.find_host(host) is not None or host in self._shared_hosts


@lru_cache(maxsize=2)
def block_list(listed: frozenset[Observable]) -> BlockList:
    """Return the block list of these values. Cost: the first time, 10 µs a value."""
    return BlockList(listed)


def without_fragment(url: str) -> str:
    """Leave out what no server is told of a URL."""
    return url.partition("#")[0]


@lru_cache(maxsize=1 << 16)
def site_of(host: str) -> str | None:
    """Return the registered domain of a host, or None for an address or a public suffix.

    >>> site_of("a.b.example.co.jp"), site_of("a.workers.dev"), site_of("workers.dev")
    ('example.co.jp', 'a.workers.dev', None)
    """
    if ":" in host or host[-1:].isdecimal():
        return None
    return _suffixes().privatesuffix(host)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
