"""Bounces: mails that tell that a mail could not be delivered, and return it, or its headers.

What they return stands in a part of its own (RFC 3462) or, with many servers, in the text. A
bounce may itself have been returned: the mail at the bottom is the one that counts.

Source: https://www.rfc-editor.org/rfc/rfc3464 and RFC 5321 §3.6.3, §4.5.5
"""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from cure.formats.encoded_words import decoded
from cure.formats.mail_headers import hops, is_telling, mailboxes, moment, recipients, withheld
from cure.formats.mime import MESSAGE, Entity, entity, leaves
from cure.model import Observable
from cure.model.networks import Networks

_MAX_RETURNS = 4
_RETURNED = frozenset({MESSAGE, "text/rfc822-headers", "text/rfc822-header", "message/partial"})
_DAEMON = re.compile(r".*\b(?:mailer-?daemon|double-bounce)\b", re.IGNORECASE)
_NOBODY = re.compile(r"<>|<?(?:mailer-?daemon|double-bounce)\b", re.IGNORECASE)
_POSTMASTER = re.compile(r"$|.*\b(?:post_?master|mail delivery)", re.IGNORECASE)
_COPY = re.compile(r"postmaster (?:notify|copy|warning)", re.IGNORECASE)


def _field(name: str) -> re.Pattern[str]:
    return re.compile(rf"^{name}:[ \t]*(?:rfc822;[ \t]*)?([^\s;]+)", re.IGNORECASE | re.MULTILINE)


_ACTION, _STATUS, _SENDER = _field("Action"), _field("Status"), _field("X-Postfix-Sender")
_FAILED = frozenset({"failed", "expired"})
_ENVELOPE = re.compile(r"\(envelope-from <?([^\s<>()]+)>?\)")
_HEADERS = re.compile(r"^(?:[!-9;-~]{1,76}:.*\n(?:[ \t]+\S.*\n)*){3,}", re.MULTILINE)
_BY_WHOM = re.compile(r"^(?:from|return-path):", re.IGNORECASE | re.MULTILINE)
_WHICH = re.compile(r"^(?:received|message-id|date|subject|to):", re.IGNORECASE | re.MULTILINE)
_MAX_TEXT_CHARS = 1 << 20


class Bounce(msgspec.Struct, frozen=True):
    """What a bounce tells of the mail that could not be delivered.

    Attributes:
        kind: ``double-bounce``: what was returned is a bounce; ``postmaster-copy``: it is one
            for the postmaster's information; or ``bounce``.
        sender: The sender of the mail at the bottom; None: not told, or not apart from others.
        told_in: The header that tells of the sender.
        address: The one outside that had brought the mail; None: not told.
        subject: That of the mail.
        status: The code of RFC 3463, such as ``"5.1.1"``; empty: not told.
        seen: When it bounced.
    """

    kind: str
    sender: Observable | None
    told_in: str
    address: Observable | None
    subject: str
    status: str
    seen: datetime | None


def read_bounce(raw: bytes, as_of: datetime, own: Networks) -> Bounce | None:
    """Read a message as a bounce.

    Args:
        raw: All of it.
        as_of: A moment before which it was sent.
        own: The networks of those to whom it was sent.

    Returns:
        None, if it is no bounce, tells of a delay only, or returns nothing.
    """
    notice = entity(raw)
    if not _is_notice(notice):
        return None
    chain = [notice]
    while len(chain) <= _MAX_RETURNS and (returned := _returned(chain[-1])):
        chain.append(returned)
        if not _is_bounce(returned):
            break
    bottom = chain[-1]
    report = _report(notice)
    actions = {found.lower() for found in _ACTION.findall(report)}
    if bottom is notice or (actions and not actions & _FAILED):
        return None
    is_double = len(chain) > 2 or _is_bounce(bottom)  # noqa: PLR2004 - the notice, and what it returns
    is_copy = _COPY.match(notice.header("subject")) is not None
    told_in, sender, address = _origin(bottom, _report(chain[-2]), own)
    status = _STATUS.search(report)
    return Bounce(
        kind="double-bounce" if is_double else "postmaster-copy" if is_copy else "bounce",
        sender=sender,
        told_in=told_in,
        address=address,
        subject=withheld(decoded(bottom.header("subject")), recipients(bottom)),
        status=status[1] if status else "",
        seen=moment(notice, as_of),
    )


def _is_notice(message: Entity) -> bool:
    """Tell whether a server sent a mail, or nobody: only such mails can tell of others."""
    is_abuse = "feedback-report" in message.header("content-type").lower()
    return not is_abuse and bool(
        _is_bounce(message)
        or _NOBODY.match(message.header("return-path"))
        or _POSTMASTER.match(message.header("from"))
    )


def _is_bounce(message: Entity) -> bool:
    """Tell whether a mail says itself that it is a bounce; its empty sender proves nothing."""
    return "delivery-status" in message.header("content-type").lower() or bool(
        _DAEMON.match(message.header("from"))
    )


def _returned(notice: Entity) -> Entity | None:
    """Find the mail, or its headers, that a bounce returns."""
    parts = list(leaves(notice, into_messages=False))
    for part in parts:
        if part.content_type in _RETURNED:
            return part.enclosed()
    texts = [part.text for part in parts if part.content_type.startswith("text/")]
    for whole in (*texts, notice.raw_body):
        text = whole[:_MAX_TEXT_CHARS].replace("\r", "") + "\n"
        for found in _HEADERS.finditer(text):
            if _BY_WHOM.search(found[0]) and _WHICH.search(found[0]):
                return entity(text[found.start() :].encode("utf-8", "surrogateescape"))
    return None


def _report(notice: Entity) -> str:
    """Return the fields that tell what became of the mail, for each recipient."""
    parts = leaves(notice, into_messages=False)
    return "\n".join(part.text for part in parts if part.content_type == "message/delivery-status")


def _origin(
    bottom: Entity, report: str, own: Networks
) -> tuple[str, Observable | None, Observable | None]:
    """Find out who sent a mail, which header tells so, and from where it came.

    A bounce that the own side has made went to who sent the mail before it. One from outside
    went to somebody of the own side, and tells of nobody.
    """
    address = next(hops(bottom, own), None)
    if _is_bounce(bottom):
        made_here = mailboxes(bottom.header("to")) if address is None else []
        return "To", next(iter(made_here), None), None
    received = recipients(bottom)
    for told_in, value in _told(bottom, report):
        for found in mailboxes(value):
            if is_telling(found, received):
                return told_in, found, address
    return "", None, address


def _told(bottom: Entity, report: str) -> Iterator[tuple[str, str]]:
    """Yield what names the sender; the envelope tells more than From, which only people read."""
    if found := _SENDER.search(report):
        yield "X-Postfix-Sender", found[1]
    for name in ("Return-Path", "X-Envelope-From"):
        yield name, bottom.header(name.lower())
    for value in bottom.headers("received"):
        if found := _ENVELOPE.search(value):
            yield "Received", found[1]
    yield "From", bottom.header("from")
