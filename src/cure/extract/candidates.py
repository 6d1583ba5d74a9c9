"""Scan a text once for all that has the form of an observable."""

import re
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import NamedTuple

from cure.extract import defang
from cure.extract.defang import AT, COLON, DOT, LOOSE_DOT, SLASHES
from cure.model.observable import ALGORITHM_OF_LENGTH


class Form(Enum):
    """What something looks like; whether it is that, its constructor tells."""

    HASH = auto()
    URL = auto()
    IP = auto()
    NAME = auto()
    EMAIL = auto()


class Candidate(NamedTuple):
    """Something that has the form of an observable.

    Attributes:
        form: What it looks like.
        plain: Its text, no longer defanged.
        start: Its first character in the scanned text.
        end: The character after its last.
        defanged: Whether it was defanged.
    """

    form: Form
    plain: str
    start: int
    end: int
    defanged: bool = False


_LETTER = "0-9A-Za-zÀ-ÖØ-öø-ۿ"
_LABEL = f"[{_LETTER}_-]{{1,63}}+"
# Scripts without blanks: only a scheme before it tells where such a name begins.
_FAR = "[぀-ヿ㐀-鿿가-힯]"
_FAR_LABEL = f"(?:{_LABEL}|{_FAR}{{1,63}}+)"
# Roots that are no words, so that "example . com" is a name and "over . in" is none.
_ROOT = r"(?:com|net|org|info|biz|ru|cn|jp|kr|xyz|top|club|onion)(?![0-9A-Za-z_-])"
_PATH = (
    rf"""(?:(?!{_FAR})[^\s<>"'`|\\^{{}}\[\],;…“”‘’«»\u3000-\u303f\uff00-\uffef]"""
    r"|\[(?i:\.|dot|:|@|at)\]|\\[/_.~*&=?-]|[,;](?=[^\s,;])(?!\w{2,7}[:\[]))*+"
)
# No label has more than 63 characters: 64 digits and an ending are the name of a file.
_NO_NAME = rf"(?![0-9A-Za-z_-]|{DOT}{_LABEL}|{AT}{_LABEL})"
_LONG = r"(?:[0-9A-Fa-f]{128}|[0-9A-Fa-f]{64})(?![0-9A-Za-z_-])"
_DIGITS = rf"(?:{_LONG}|[0-9A-Fa-f]{{8,128}}+{_NO_NAME})"
_REST = rf"[0-9A-Fa-f]{{2,7}}+{_NO_NAME}"
# A line end in a query or after a slash, with nothing but more of the URL in the next line.
_BROKEN = (
    r"(?:(?<=[?&=])[ \t]*\n[ \t]*(?=[^\s=&]*[=&]\S*[ \t]*(?:\n|$))"
    r"|[ \t]*\n[ \t]+(?=&\S+[ \t]*(?:\n|$))"
    r"|(?:(?<=/)|(?<=%2F))[ \t]*\n[ \t]{2,}(?=[\w%][^\s\[\]?%=]*[?%=][^\s\[\]]*[ \t]*(?:\n|$)))"
)
# In the name of a share, @ stands before a port.
_SHARE = r"(?:\d{1,5}|(?i:ssl))[/\\]"
_MAIL = rf"(?:\+[\w.-]{{1,40}})?{AT}{_LABEL}(?:{DOT}{_LABEL})++"
_FORMS = re.compile(
    rf"""(?<![0-9A-Za-z])(?=[{_LETTER}:])(?:
      (?P<hash>{_DIGITS}(?:[ \t]*\n[ \t]*(?:{_DIGITS}|{_REST}))*+)
    | (?P<url>[A-Za-z][A-Za-z0-9+*_-]{{1,15}}(?:\[s\])?{SLASHES}
        (?:(?:[^\s/@<>"'`\[\]()]|\[\.\]){{1,64}}+@(?!{_SHARE}))?
        (?:\[[0-9A-Fa-f:.]{{2,45}}\]
          |{_FAR_LABEL}(?:(?:{DOT}{_FAR_LABEL})++|(?:{LOOSE_DOT}{_LABEL}){{0,6}}?{LOOSE_DOT}{_ROOT})?)
        (?:{COLON}\d{{1,5}})?(?:(?:\[/\]|\\?/|[?\#]){_PATH}(?:{_BROKEN}{_PATH})*+)?)
    | (?P<ip6>(?:[23][0-9A-Fa-f]{{3}}|[fF][cdeCDE][0-9A-Fa-f]{{2}}|64|::ffff)
        (?:{COLON}[0-9A-Fa-f]{{0,4}}){{2,7}}(?:{DOT}\d{{1,3}}){{0,3}}(?:/\d{{1,3}})?
        (?![0-9A-Za-z:]))
    | (?P<loose>\d{{1,3}}(?:{LOOSE_DOT}\d{{1,3}}){{3}}(?![0-9A-Za-z_.])
        |{_LABEL}(?:{LOOSE_DOT}{_LABEL}){{0,6}}?{LOOSE_DOT}{_ROOT})
    | (?P<host>{_LABEL}
        (?:(?P<more>(?:{DOT}{_LABEL})++)(?P<mail>{_MAIL})?|(?P<only>{_MAIL}))
        (?:{COLON}\d{{1,5}}(?![\d.]))?(?P<path>\\?/{_PATH})?)
    )""",
    re.VERBOSE,
)
# What a local part may begin with besides labels; Markdown writes \_ for an underscore.
_LOCAL_BEFORE = re.compile(r"(?:[\w.+%-]|\\_)*(?:[+%]|\\_)$", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]+")
_NUMBERS = re.compile(r"[\d.]+")
_PREFIX = re.compile(r"/\d{1,2}(?![^\s)\],;.])")
_ALGORITHM = re.compile(r"(?:md-?(5)|sha-?(1|256|512))(?!\d)", re.IGNORECASE)
_LENGTHS = {"5": 32, "1": 40, "256": 64, "512": 128}
_LABEL_CHARS = 300
_LAST = frozenset(")]}.,;:!?'\"*_+~")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def candidates(text: str) -> Iterator[Candidate]:
    """Yield everything that has the form of an observable, in order, none twice.

    Cost: one pass, linear in the length of the text.
    """
    for found in _FORMS.finditer(defang.narrow(text)):
        match found.lastgroup:
            case "hash":
                yield from _hashes(found)
            case "url":
                yield _url(found)
            case "ip6":
                yield _candidate(Form.IP, defang.plain_host, found, found.end())
            case "loose":
                form = Form.IP if found[0][-1].isdigit() else Form.NAME
                yield _candidate(form, defang.plain_host, found, found.end())
            case _:
                if one := _host(found):
                    yield one


def _candidate(
    form: Form, plain: Callable[[str], str], found: re.Match[str], end: int
) -> Candidate:
    written = found.string[found.start() : end]
    undone = plain(written)
    return Candidate(form, undone, found.start(), end, undone != written)


def _url(found: re.Match[str]) -> Candidate:
    """Undo a URL; of one of a share, ``file://host@80/path``, only the host is said."""
    end = _trimmed(found)
    written = found.string[found.start() : end]
    undone = defang.plain_url(written)
    if found.string.startswith("@", end):
        name = undone.rpartition("/")[2]
        form = Form.IP if _NUMBERS.fullmatch(name) else Form.NAME
        # Called defanged, for what is not looks like part of an e-mail address there.
        return Candidate(form, name, found.start(), end, defanged=True)
    defanged = undone is not written and defang.is_defanged(written)
    return Candidate(Form.URL, undone, found.start(), end, defanged)


def _host(found: re.Match[str]) -> Candidate | None:
    """Tell apart an address, a network, a name and an e-mail address.

    Of a host with a path but without a scheme only the host is said: what would fetch the path,
    the document does not tell.
    """
    if found["mail"] or found["only"]:
        end = found.end("mail" if found["mail"] else "only")
        one = _candidate(Form.EMAIL, defang.plain_email, found, end)
        more = _LOCAL_BEFORE.search(found.string[max(0, one.start - 64) : one.start])
        local = more[0] if more else ""
        plain = local.replace("\\", "") + one.plain
        return one._replace(plain=plain, start=one.start - len(local))
    end = found.end("more")
    name = defang.plain_host(found.string[found.start() : end])
    if not _NUMBERS.fullmatch(name):
        end -= len(name) - len(name.rstrip("_-"))
        return _candidate(Form.NAME, defang.plain_host, found, end)
    if name.count(".") != 3:  # noqa: PLR2004 - as in an IPv4 address
        return None
    if prefix := _PREFIX.match(found["path"] or ""):
        end = found.start("path") + prefix.end()
    return _candidate(Form.IP, defang.plain_host, found, end)


def _trimmed(found: re.Match[str]) -> int:
    """Return where a URL ends: before the punctuation and the markup after it.

    A bracket that opens before the URL closes behind it, and so does markup.
    """
    written, end = found[0], found.end()
    if written[-1] not in _LAST:
        return end
    before = found.string[max(0, found.start() - 1)]
    surplus = {last: written.count(last) - written.count(first) for last, first in _PAIRS.items()}
    while True:
        last = found.string[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in ".,;:!?'\"*" and not (last == before and last in "_+~"):
            return end
        end -= 1


def _hashes(found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the hashes in a run of lines of digits; where a line broke one, it is joined."""
    text = found.string
    lines = [line.span() for line in _HEX.finditer(text, *found.span())]
    before = text[max(0, found.start() - _LABEL_CHARS) : found.start()] if lines[1:] else ""
    whole = _length_named(before)
    at = 0
    while at < len(lines):
        first = at
        size = 0
        while at < len(lines) and size < max(ALGORITHM_OF_LENGTH):
            size += lines[at][1] - lines[at][0]
            at += 1
            following = lines[at][1] - lines[at][0] if at < len(lines) else 0
            if size in ALGORITHM_OF_LENGTH and not (
                size + following in ALGORITHM_OF_LENGTH
                and following
                and (size + following == whole or following not in ALGORITHM_OF_LENGTH)
            ):
                digits = "".join(text[start:end] for start, end in lines[first:at])
                yield Candidate(Form.HASH, digits, lines[first][0], lines[at - 1][1])
                break
        else:
            at = first + 1


def _length_named(before: str) -> int:
    """Return how many digits a hash by the algorithm that was named last has; 0: none was."""
    named = _ALGORITHM.findall(before)
    return _LENGTHS["".join(named[-1])] if named else 0
