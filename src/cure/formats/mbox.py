r"""Mails in files: one in a file (.eml, Maildir), or many in a mailbox file (mbox).

Source: https://www.rfc-editor.org/rfc/rfc4155. Lines end in ``\n``, ``\r\n`` or ``\r`` alone.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from cure.formats.lines import UNREADABLE, reason
from cure.interfaces import Input, Line, Reading, Unreadable
from cure.model import Finding

MAX_MAIL_BYTES = 64 << 20
_HEAD_BYTES = 4096
_SEPARATOR = re.compile(
    rb"From [^\n]{0,200}?"
    rb"(?:[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d(?::\d\d)? [^\n]{0,20}\d{4}"
    rb"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [^\n]{5,6})\s*$"
)
_BEGINNING = re.compile(rb"(?:From [^\r\n]*[\r\n]+)?[!-9;-~]+[ \t]*:")
_USUAL = re.compile(
    rb"(?:^|[\r\n])(?:from|to|subject|date|received|message-id|return-path|mime-version"
    rb"|content-type|delivered-to|x-original-to)[ \t]*:",
    re.IGNORECASE,
)


def is_mail(head: bytes) -> bool:
    """Tell by the first bytes of a file whether it holds mails."""
    return _BEGINNING.match(head) is not None and _USUAL.search(head) is not None


def each_mail(source: Input, parse: Callable[[bytes], Sequence[Finding]]) -> Iterator[Reading]:
    """Yield a reading for each mail of a file, by its number in it.

    Args:
        source: The file; its lines are read.
        parse: Returns what a mail says; raises `MalformedError`, or another `ValueError`, for
            one that it cannot read.
    """
    for number, mail in enumerate(_mails(source), 1):
        if isinstance(mail, Unreadable):
            yield Reading(number, mail.head, why=mail.why)
            continue
        try:
            yield Reading(number, mail[:_HEAD_BYTES], parse(mail))
        except UNREADABLE as error:
            yield Reading(number, mail[:_HEAD_BYTES], why=reason(error))


def _mails(source: Input) -> Iterator[Line]:
    """Cut a file into its mails; one longer than 64 MiB, or not whole, is `Unreadable`."""
    is_mbox = _SEPARATOR.match(re.split(rb"[\r\n]", source.head, maxsplit=1)[0]) is not None
    mail: list[bytes] = []
    size = 0
    broken = ""
    for line in _lines(source):
        if isinstance(line, Unreadable):
            broken = broken or line.why
            continue
        if is_mbox and line.startswith(b"From ") and _SEPARATOR.match(line) and size:
            yield _mail(mail, broken)
            mail, size, broken = [], 0, ""
        size += len(line) + 1
        if size <= MAX_MAIL_BYTES:
            mail.append(line)
        else:
            broken = broken or f"larger than {MAX_MAIL_BYTES} bytes"
    if size or broken:
        yield _mail(mail, broken)


def _mail(lines: list[bytes], broken: str) -> Line:
    if broken:
        return Unreadable(b"\n".join(lines[:100])[:_HEAD_BYTES], broken)
    return b"\n".join(lines)


def _lines(source: Input) -> Iterator[Line]:
    for line in source.lines:
        if isinstance(line, bytes) and b"\r" in line:
            yield from line.split(b"\r")
        else:
            yield line
