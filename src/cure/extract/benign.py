"""What has the form of an observable and is none of interest: why it is left out."""

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache

from cure.extract.candidates import Form
from cure.extract.references import host_name, why_read, why_reference
from cure.extract.surroundings import Surroundings
from cure.model import Observable, Topic

# RFC 2606; of its other names the roots do not exist.
_EXAMPLES = re.compile(r"(?:^|\.)example\.(?:com|net|org|edu|jp|co\.jp|ne\.jp)$")
# Those of registries, and those of services under which anybody gets a name.
_SUFFIX = re.compile(
    r"(?:ac|co|com|edu|go|gob|gouv|gov|govt|ltd|mil|ne|net|nom|or|org|plc|sch)\.[a-z]{2}"
    r"|(?:pages|workers|r2)\.dev|(?:netlify|vercel|web|fly|ngrok-free|onrender)\.app|ngrok\.io"
    r"|github\.io|webflow\.io|blogspot\.com|weebly\.com|wixsite\.com|herokuapp\.com"
    r"|firebaseapp\.com|trycloudflare\.com|duckdns\.org|ddns\.net|azurewebsites\.net"
    r"|(?:(?:web|blob)\.)?core\.windows\.net|cloudapp\.azure\.com|glitch\.me|spdns\.de"
)
# RFC 5737, RFC 3849, RFC 9637.
_DOCUMENTATION = [
    ipaddress.ip_network(one)
    for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
]
_OF_NOTHING = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)
_FEWEST_DIGITS = 5
_KEY = re.compile(
    r"\b(?:key|iv|mutex|password|token|salt|nonce|guid|uuid|imphash|ja3s?|ja4|hassh|jarm|vhash"
    r"|serial(?: number)?|commit)\b[\w\s]{0,12}[:=|]?\s*[\"'`(]?$",
    re.IGNORECASE,
)
_FIELD = re.compile(r"[?&][\w.-]{1,64}=[\w.-]{0,64}$")
_VERSION = re.compile(
    r"(?:\bv(?:er(?:sion)?s?)?|\b(?:build|release|firmware|patch|revision|update)|バージョン|版)"
    r"(?:[ .:#=(\"'`]|\s(?:number|is|and|to|or|before|after|prior to|below|from|up to))*$"
    r"|[A-Za-z]/$",
    re.IGNORECASE,
)

_PATH = ("\\", "/", "%", "$", "#")
_OPEN_NAME = re.compile(r"[\w}\]>](?:\.{1,2}|\[\.\])$|\w[‐-―]$")
_PATTERN = re.compile(r"-[\[{(<*]")
_BRACKET = re.compile(r"\]\.\w")
_CALL = re.compile(r"\((?![\d\[])")
_COMPANY = re.compile(r",? (?:L\.?L\.?C|Inc|Ltd|Limited|Corp|GmbH|S\.?A|Co|B\.?V|Pty|Pte|AG)\b")
_USUAL_ROOTS = frozenset({"com", "net", "org"})
_PACKAGES = frozenset({"com", "org", "net", "io", "android", "java", "javax", "sun", "edu", "gov"})
# Objects of Windows Script and of browsers, whose members have names like roots of the DNS.
_OBJECTS = frozenset({"wscript", "adodb", "scripting", "msxml2", "shell", "system", "document"})
# Roots of the DNS that are endings of file names; the first ones hardly ever are anything else.
_FILES = frozenset({"zip", "mov", "py", "md", "sh", "so"})
_PERHAPS_FILES = frozenset(
    {"pl", "rs", "ps", "cc", "ml", "app", "st", "la", "inc", "cab", "one", "cpl", "pub", "bz", "gz"}
    | {"vi", "tf", "mk", "id", "in", "is", "do", "name", "cat", "download", "link", "my", "pm"}
    | {"mm", "ms", "foo", "bar", "as"}
)
_SAYS_FILE = re.compile(
    r"\b(?:files?|file ?names?|script|library|module|attachment|archive|dropped as|saved (?:as|to)"
    r"|executable|process|dll|package)\b[^.]{0,30}$|(?:ファイル|スクリプト)[^。]{0,15}$",
    re.IGNORECASE,
)
_FILE_COLUMN = re.compile(r"file|\bname|path|package|process|ファイル|detection|version")


def why_worthless(observable: Observable) -> str:
    """Say why a value is of no interest wherever it stands; empty: it may be."""
    name = host_name(observable)
    if name.topic is Topic.HASH:
        return _digest(name.value)
    if name.topic is Topic.IP:
        return _address(name.value)
    if name is observable and _SUFFIX.fullmatch(name.value):
        return "a suffix under which others have names"
    return "a name for examples" if _EXAMPLES.search(name.value) else ""


def why_benign(observable: Observable, place: Surroundings) -> str:
    """Say why an observable is of no interest where it stands; empty: it is of interest."""
    if place.block.kind == "frame":
        return "in the frame of the page, not in its text"
    reason = why_worthless(observable)
    if reason or place.candidate.defanged:
        return reason or _split(place) or why_read(place)
    match place.candidate.form:
        case Form.HASH:
            return _no_file(place)
        case Form.IP:
            return _split(place) or _number(place)
        case Form.NAME:
            return _split(place) or why_no_name(place) or why_reference(observable, place)
        case _:
            return _split(place) or why_reference(observable, place)


def why_no_name(place: Surroundings) -> str:
    """Say why what is written like a host name is a file, code or a word; empty: it is none."""
    labels = place.candidate.plain.split(".")
    return next((reason for holds, reason in _NO_NAMES if holds(labels, place)), "")


def _digest(digest: str) -> str:
    if digest in _OF_NOTHING:
        return "the hash of an empty file"
    return "a placeholder, not a digest" if len(set(digest)) < _FEWEST_DIGITS else ""


def _no_file(place: Surroundings) -> str:
    line = place.before.rpartition("\n")[2]
    if _KEY.search(line) or _KEY.search(place.column):
        return "a key or a fingerprint, not the hash of a file"
    if _FIELD.search(line):
        return "part of a URL"
    return ""


@lru_cache(maxsize=1 << 12)
def _address(value: str) -> str:
    network = ipaddress.ip_network(value)
    if any(network.version == one.version and network.subnet_of(one) for one in _DOCUMENTATION):  # pyright: ignore[reportArgumentType] - the versions are the same
        return "an address for documentation"
    if not network.is_global or network.is_multicast or network.is_reserved:
        return "a private or reserved address"
    return ""


def _number(place: Surroundings) -> str:
    is_version = _VERSION.search(place.line_before) or "version" in place.column
    return "a version number" if is_version else ""


def _split(place: Surroundings) -> str:
    """Tell a value from a part of a path, where a dot may seem escaped, or of a URL."""
    if place.before.endswith("%"):
        return "part of a URL"
    is_path = place.before.endswith("\\") and not place.is_marked
    is_path = is_path or (place.after.startswith("\\") and "\\." in place.written)
    return "part of a path" if is_path else ""


def _is_word(labels: list[str], place: Surroundings) -> bool:
    """Tell whether capitals say that it is a name in a text, or in code."""
    root = labels[-1]
    if place.is_marked or place.is_alone or all(one.isupper() for one in labels if one.isalpha()):
        return False
    return not root.islower() or (
        root not in _USUAL_ROOTS and any(one[:1].isupper() for one in labels)
    )


def _is_file(labels: list[str], place: Surroundings) -> bool:
    if labels[-1] in _FILES or (place.line_before.endswith("[") and _BRACKET.match(place.after)):
        return True
    return (
        labels[-1] in _PERHAPS_FILES
        and len(labels) == 2  # noqa: PLR2004 - a stem and an ending
        and (
            "_" in labels[0]
            or bool(_SAYS_FILE.search(place.line_before))
            or bool(_FILE_COLUMN.search(place.column))
        )
    )


_NO_NAMES: tuple[tuple[Callable[[list[str], Surroundings], object], str], ...] = (
    (
        lambda _, place: place.line_before.endswith(_PATH) or place.after.startswith("\\"),
        "part of a path",
    ),
    (lambda _, place: _CALL.match(place.after), "part of code"),
    (lambda _, place: _FIELD.search(place.line_before), "part of a URL"),
    (
        lambda _, place: _PATTERN.match(place.after),
        "the begin of a name that ends with a pattern",
    ),
    (
        lambda labels, place: labels[0][:1].isupper() and _COMPANY.match(place.after),
        "the name of a company",
    ),
    (
        lambda _, place: _OPEN_NAME.search(place.line_before),
        "the rest of a name that begins with a pattern",
    ),
    (
        lambda _, place: place.line_before.endswith("@") or place.after.startswith("@"),
        "part of an e-mail address",
    ),
    (_is_word, "a name in a text or in code"),
    (lambda labels, _: labels[0].lower() in _OBJECTS and not labels[2:], "part of code"),
    (
        lambda labels, _: (
            labels[0].lower() in _PACKAGES and labels[-1] not in _PACKAGES and bool(labels[2:])
        ),
        "the name of a package",
    ),
    (_is_file, "the name of a file"),
)
