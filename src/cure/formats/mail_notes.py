"""Notes on a wave of attack mails: a title, and values below headings in capitals.

Source: https://github.com/executemalware/Malware-IOCs
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from cure.errors import MalformedError
from cure.formats.cells import MAX_ITEM, MAX_LIST
from cure.formats.families import family_tags
from cure.formats.lines import UNREADABLE, reason
from cure.interfaces import Input, Reading, Unreadable
from cure.model import (
    Finding,
    Kind,
    Mention,
    Observable,
    Topic,
    email,
    filehash,
    host,
    mention,
    url,
)
from cure.model.refang import refang

_TITLE = re.compile(r"THREAT (?:IDENTIFICATION|ATTRIBUTION): *(.*)")
_HEADING = re.compile(r"[A-Z][A-Z0-9 /&',#()-]{1,78}:?")
_SUBJECTS = "subjects"
# The first that fits decides what stands below a heading; nothing: text of no interest. The
# senders that are feigned, or claimed in a form, are others' mailboxes.
_BLOCKS = tuple(
    (re.compile(words), role)
    for words, role in (
        ("IMPERSONATED|CLAIMED|CREDENTIALS", ""),
        ("SENDER", "sender"),
        ("SUBJECT", _SUBJECTS),
        ("HASH", "sample"),
        ("EVIDENCE|REFERENCE", "reference"),
        ("PHISHING URL", "link"),
        (r"\bC2S?\b|EXFILTRATION", "c2"),
        ("(?:DOWNLOAD|PAYLOAD|MALDOC|ZIP|STAG|REDIRECT).*(?:URL|DOMAIN|SERVER|PAGE)", "payload"),
    )
)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)[^/\\]*$", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{24,}", re.ASCII | re.IGNORECASE)
_HOST = re.compile(r"(?!\d{3}-)(\[[0-9a-f:]+\]|[\w.-]+\.\w+)(?::\d{1,5})?", re.IGNORECASE)
_FILES = (".zip", ".mov")
"""Ends of file names that are top-level domains as well."""
_NO_NAMES = re.compile(r"\(.*?\)|\bLIKELY\b.*|\b(?:RAT|STEALER|RED TEAM TOOLKIT)\b", re.IGNORECASE)
_NO_FAMILY = frozenset({"credential phishing"})
_MAX_MENTIONS = 900
"""In one finding, besides the tags; intake takes 1,000."""


def is_notes(head: bytes) -> bool:
    """Tell by the first bytes of a file whether it is such notes."""
    lines = head.decode("utf-8", "replace").splitlines()
    return any(_TITLE.match(line) or _role_below(line) for line in lines)


def read_notes(source: Input) -> Iterator[Reading]:
    """Yield what all values of the notes together say, and what became of the other lines.

    They are of the day that the file's name begins with, if any.
    """
    note = _Note()
    first, spoke = 0, 0
    raw = b""
    for number, line in enumerate(source.lines, 1):
        if isinstance(line, Unreadable):
            yield Reading(number, line.head, why=line.why)
            continue
        try:
            speaks = note.take(line.decode().strip())
        except UNREADABLE as error:
            yield Reading(number, line, why=reason(error))
            continue
        if not speaks:
            yield Reading(number, line)
            continue
        first, raw = (first, raw) if spoke else (number, line)
        spoke += 1
    if spoke:
        yield Reading(first, raw, tuple(note.findings(_day(source.name))), lines=spoke)


class _Note:
    """What has been read of the notes so far."""

    def __init__(self) -> None:
        self.title = ""
        self.families: tuple[Mention, ...] = ()
        self.subjects: list[str] = []
        self.endpoints: list[str] = []
        self.mentions: dict[Mention, None] = {}
        self._role = ""
        self._is_after_blank = True

    def take(self, line: str) -> bool:
        """Read a line; tell whether it says something.

        Raises:
            MalformedError: If it should be a value or the name of a family, and is none.
        """
        is_after_blank, self._is_after_blank = self._is_after_blank, not line
        if found := _TITLE.match(line):
            if not self.title:
                self.families = _families_in(found[1])
                self.title = found[1].strip()
            return True
        role = _role_below(line) if is_after_blank or self._role != _SUBJECTS else None
        if role or (role == "" and is_after_blank):
            self._role = role
            return False
        if self._role == _SUBJECTS and line:
            self.subjects.append(line[:MAX_ITEM])
            return True
        return bool(line and self._role) and self._value(line)

    def _value(self, line: str) -> bool:
        if not (found := _value_of(line, self._role)):
            return False
        role = self._role
        if found.topic is Topic.HASH:
            role = "sample"
        elif role == "sample":  # where a file is said to come from instead of its hash
            role = "payload"
        self.mentions[mention(found, role)] = None
        if role == "c2" and found.topic is not Topic.URL and ":" in line:
            self.endpoints.append(refang(line)[:MAX_ITEM])
        return True

    def findings(self, seen: datetime | None) -> Iterator[Finding]:
        """Yield all of it, in as many findings as it takes."""
        attributes = {
            "title": self.title[:MAX_ITEM],
            "subjects": self.subjects[:MAX_LIST],
            "endpoints": self.endpoints[:MAX_LIST],
        }
        told = {name: value for name, value in attributes.items() if value}
        mentions = list(self.mentions)
        for start in range(0, len(mentions), _MAX_MENTIONS):
            part = (*mentions[start : start + _MAX_MENTIONS], *self.families)
            yield Finding(Kind.SIGHTING, part, seen, seen, attributes=told)


def _families_in(title: str) -> tuple[Mention, ...]:
    names = _NO_NAMES.sub("", title).replace("/", ",").split(",")
    return family_tags(",".join(name for name in names if name.strip().lower() not in _NO_FAMILY))


def _role_below(line: str) -> str | None:
    """Return the role of values below a heading, empty: of none; None: it is no heading."""
    text = line.strip().replace("C2s", "C2S")
    if not _HEADING.fullmatch(text):
        return None
    known = next((role for words, role in _BLOCKS if words.search(text)), "")
    return known if known or " " in text else None


def _value_of(line: str, role: str) -> Observable | None:
    """Read a line below a heading; None: it is a remark, or the name of a file.

    Raises:
        MalformedError: If it should be a value and is none.
    """
    if role == "sender":
        return email(line) if "@" in line else None
    word, *others = refang(line).split()
    if _HEX.fullmatch(word):
        return filehash(word)
    if "://" in word:
        return url(word)
    return None if others or role == "sample" else _place(word)


def _place(word: str) -> Observable | None:
    found = _HOST.fullmatch(word)
    if found is None or word.endswith(_FILES):
        return None
    try:
        return host(found[1])
    except MalformedError:  # the name of a file
        return None


def _day(name: str) -> datetime | None:
    found = _DAY.search(name)
    try:
        return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
