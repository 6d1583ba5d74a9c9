"""Observables: the values on which sources can agree.

An observable is made by the constructor that is named after its topic, which reads any
common spelling, defanged ones too, and keeps the canonical one. Two observables are equal
exactly when they mean the same thing, so equality is all that the hub needs. Canonical
forms are fixed points: reading one again gives it back.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

import ada_url
import msgspec
from publicsuffixlist import PublicSuffixList

from cure.errors import MalformedError
from cure.model.refang import refang

MAX_VALUE_CHARS = 2048
"""Longest value of any topic; the longest URL that browsers and proxies agree on."""


class Topic(StrEnum):
    """What kind of thing an observable is; also the hub's routing key."""

    IP = "ip"
    DOMAIN = "domain"
    URL = "url"
    HASH = "hash"
    EMAIL = "email"
    TAG = "tag"

    __hash__ = str.__hash__  # that of an enumeration runs in Python, and topics key many maps


class Observable(msgspec.Struct, frozen=True, order=True, gc=False):
    """A value of one topic, in canonical form.

    Attributes:
        topic: The topic that the value belongs to.
        value: Canonical text; for the form, see the constructor of the topic.
    """

    topic: Topic
    value: str


IP4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}", re.ASCII)
"""A canonical IPv4 address."""


@lru_cache(maxsize=1 << 16)
def ip(text: str) -> Observable:
    """Read an IPv4 or IPv6 address, or a network in CIDR form.

    Args:
        text: An address in any form that RFC 4291 allows, without a zone, or a network
            whose host bits are zero or not. An IPv4-mapped IPv6 address is the IPv4 address.

    Returns:
        The address in RFC 5952 form; a network with its host bits cleared and its prefix
        length, unless it holds one address only.

    Raises:
        MalformedError: If the text is neither; octets with leading zeros are refused, since
            programs disagree on what they mean.

    >>> ip("2001:DB8:0::1").value, ip("192.0.2.7/24").value, ip("::ffff:192.0.2.7").value
    ('2001:db8::1', '192.0.2.0/24', '192.0.2.7')
    """
    if IP4.fullmatch(text):
        return Observable(Topic.IP, text)
    clean = refang(text)
    try:
        if "%" in clean:
            raise MalformedError("ip", text, "a zone means nothing outside its machine")
        network = ipaddress.ip_network(clean, strict=False)
    except ValueError as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError("ip", text, "neither an IPv4 or IPv6 address nor a network") from error
    if network.prefixlen < network.max_prefixlen:
        return Observable(Topic.IP, network.compressed)
    address = network.network_address
    mapped = getattr(address, "ipv4_mapped", None)
    return Observable(Topic.IP, str(mapped or address))


_SUFFIXES = PublicSuffixList(accept_unknown=False)
# Besides the roots that are public suffixes: .za, which only has suffixes below it, and roots
# outside the DNS that real malware uses (Tor, I2P, Namecoin, EmerDNS, OpenNIC; RFC 7686).
_OTHER_ROOTS = frozenset(
    {"za", "onion", "i2p", "loki", "bit", "bazar", "coin", "emc", "lib", "libre", "geek", "oss"}
    | {"pirate", "indy", "dyn", "gopher", "null", "o"}
)
_NAME = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])",
    re.ASCII,
)


@lru_cache(maxsize=1 << 12)
def _is_root(label: str) -> bool:
    return label in _OTHER_ROOTS or _SUFFIXES.publicsuffix(label) is not None


@lru_cache(maxsize=1 << 16)
def domain(text: str) -> Observable:
    """Read a domain name.

    Args:
        text: A name of at least two labels under a root that exists (public suffix list,
            .onion and a few alternative roots); Unicode, a leading ``*.`` and a final dot are read.

    Returns:
        The name in lower case, as A-labels (UTS 46), without the final dot.

    Raises:
        MalformedError: If a label is empty, too long or has a forbidden character, or if no
            such root exists.

    >>> domain("Example[.]ORG.").value, domain("日本語.jp").value
    ('example.org', 'xn--wgv71a119e.jp')
    """
    name = text
    if not _NAME.fullmatch(name):
        name = refang(text).removeprefix("*.").removesuffix(".").lower()
        if not name.isascii():
            name = ada_url.idna_to_ascii(name).decode()
        if not _NAME.fullmatch(name):
            raise MalformedError("domain", text, "a label is missing or has a forbidden character")
    if not _is_root(name[name.rindex(".") + 1 :]):
        raise MalformedError("domain", text, "no such top-level domain")
    if "xn--" in name and not ada_url.check_url(f"http://{name}/"):
        raise MalformedError("domain", text, "an A-label does not decode")
    return Observable(Topic.DOMAIN, name)


def host(text: str) -> Observable:
    """Read the host of a URL: an address, with or without brackets, or a domain name."""
    if ":" in text:
        return ip(text.removeprefix("[").removesuffix("]"))
    last = text[text.rfind(".") + 1 :]
    return ip(text) if last.isdecimal() else domain(text)


_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,15})://", re.ASCII | re.IGNORECASE)
_BROWSER_SCHEMES = frozenset({"http", "https", "ftp", "ws", "wss"})
_OTHER_URL = re.compile(
    r"(?P<user>[^/?#]*@)?(?P<host>\[[^\]]*\]|[^/?#:@]+)(?P<port>:\d{1,5})?(?P<rest>[/?#].*)?"
)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")


def url(text: str) -> Observable:
    """Read an absolute URL with a host.

    Args:
        text: A URL; ``hxxp`` and its like are read as ``http``.

    Returns:
        The URL as a browser would request it (WHATWG): scheme and host in lower case, the host
        an address or A-labels, no default port, dot segments resolved, the fragment kept,
        percent escapes in upper case. Other schemes than a browser's keep path and port as given.

    Raises:
        MalformedError: If there is no scheme, the host is not one, or the URL is too long.

    >>> url("hxxp://Example[.]com:80/a/../b%2f").value
    'http://example.com/b%2F'
    """
    clean = refang(text)
    scheme = _SCHEME.match(clean)
    if scheme is None:
        raise MalformedError("url", text, "no scheme such as http://")
    if len(clean) > MAX_VALUE_CHARS:
        raise MalformedError("url", text, f"longer than {MAX_VALUE_CHARS} characters")
    if scheme[1].lower() in _BROWSER_SCHEMES:
        try:
            href, hostname = ada_url.parse_url(clean, ("href", "hostname")).values()
        except ValueError as error:
            raise MalformedError("url", text, "a browser would refuse it") from error
        name = _url_host(str(hostname), text)
        href = str(href).replace(str(hostname), name, 1)  # they differ by a final dot at most
    else:
        other = _OTHER_URL.fullmatch(clean, scheme.end())
        if other is None or any(c.isspace() or not c.isprintable() for c in clean):
            raise MalformedError("url", text, "no host after the scheme, or a blank inside")
        name = _url_host(other["host"], text)
        user, port, rest = other["user"] or "", other["port"] or "", other["rest"] or ""
        href = f"{scheme[1].lower()}://{user}{name}{port}{rest}"
    href = _ESCAPE.sub(lambda escape: escape[0].upper(), href)
    if len(href) > MAX_VALUE_CHARS:
        raise MalformedError("url", text, f"longer than {MAX_VALUE_CHARS} characters")
    return Observable(Topic.URL, href)


def _url_host(name: str, text: str) -> str:
    try:
        value = host(name).value
    except MalformedError as error:
        raise MalformedError("url", text, f"its host {name!r}: {error.why}") from error
    return f"[{value}]" if ":" in value else value


_URL_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)")


def host_of(canonical_url: str) -> Observable:
    """Return the host of a canonical URL, an `ip` or a `domain`."""
    found = _URL_HOST.match(canonical_url)
    if found is None:
        raise ValueError(f"not a canonical URL: {canonical_url!r}")
    return host(found[1])


ALGORITHM_OF_LENGTH = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)


def filehash(text: str) -> Observable:
    """Read the hash of a file.

    Args:
        text: An MD5, SHA-1, SHA-256 or SHA-512 digest in hexadecimal, in either case; the
            name of its algorithm and a colon may stand before it.

    Returns:
        The digest in lower case; its length tells the algorithm.

    Raises:
        MalformedError: If the text is not hexadecimal or has another length.

    >>> filehash("MD5:D41D8CD98F00B204E9800998ECF8427E").value
    'd41d8cd98f00b204e9800998ecf8427e'
    """
    named, _, digest = text.strip().lower().rpartition(":")
    algorithm = ALGORITHM_OF_LENGTH.get(len(digest))
    if algorithm is None or not _HEX.fullmatch(digest):
        raise MalformedError("hash", text, "want 32, 40, 64 or 128 hexadecimal digits")
    if named.replace("-", "") not in {"", algorithm}:
        raise MalformedError("hash", text, f"has the length of {algorithm}")
    return Observable(Topic.HASH, digest)


_LOCAL_PART = re.compile(r'[^\s@<>()\[\],;:"\\]{1,64}')


def email(text: str) -> Observable:
    """Read an e-mail address.

    Args:
        text: An address, bare or as ``Name <address>`` or ``mailto:address``.

    Returns:
        The local part as given, for only its host knows whether case matters in it (RFC 5321
        §2.4), and the domain in canonical form.

    Raises:
        MalformedError: If it has no local part, or its domain is not one.

    >>> email("A.User[at]Example[.]JP").value
    'A.User@example.jp'
    """
    clean = refang(text)
    if clean.endswith(">") and "<" in clean:
        clean = clean[clean.rindex("<") + 1 : -1]
    local, _, name = clean.removeprefix("mailto:").rpartition("@")
    if not _LOCAL_PART.fullmatch(local) or not local.isprintable():
        raise MalformedError("email", text, "no plain local part before an @")
    try:
        return Observable(Topic.EMAIL, f"{local}@{domain(name).value}")
    except MalformedError as error:
        raise MalformedError("email", text, f"its domain: {error.why}") from error


_TAXONOMY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_BLANKS = re.compile(r"[\s_]+")


def tag(text: str) -> Observable:
    """Read a tag: a term of a vocabulary.

    Args:
        text: ``taxonomy:term``; a MISP machine tag ``ns:predicate="value"`` is one too.

    Returns:
        The tag in Unicode form NFKC and lower case, with a hyphen for each run of blanks and
        underscores and without quotes. ATT&CK identifiers stay in upper case, as everywhere.

    Raises:
        MalformedError: If taxonomy or term is missing, or the term holds control characters.

    >>> tag("Malware:Cobalt Strike").value, tag("attack:t1059.001").value
    ('malware:cobalt-strike', 'attack:T1059.001')
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    taxonomy, colon, term = folded.strip().partition(":")
    term = _BLANKS.sub("-", term.replace('"', "").strip()).strip("-")
    if not colon or not _TAXONOMY.fullmatch(taxonomy):
        raise MalformedError("tag", text, "want taxonomy:term")
    if not term or not term.isprintable() or len(term) > 200:  # noqa: PLR2004
        raise MalformedError("tag", text, "the term is empty, too long or not printable")
    if taxonomy == "attack" and term.isascii():
        term = term.upper()
    return Observable(Topic.TAG, f"{taxonomy}:{term}")


CONSTRUCTORS: dict[Topic, Callable[[str], Observable]] = {
    Topic.IP: ip,
    Topic.DOMAIN: domain,
    Topic.URL: url,
    Topic.HASH: filehash,
    Topic.EMAIL: email,
    Topic.TAG: tag,
}
"""The constructor of each topic."""
