"""One mail, as an attack: who sent it from where, what it links to, which files came with it.

Whom it was sent to is used only to leave it out: of the mailboxes, of the links.
"""

from collections.abc import Container
from datetime import datetime
from hashlib import md5, sha256
from itertools import islice

import msgspec

from cure.errors import MalformedError
from cure.formats.encoded_words import decoded
from cure.formats.mail_headers import (
    display_name,
    is_telling,
    mailboxes,
    moment,
    recipients,
    results,
    sending_address,
    withheld,
)
from cure.formats.mail_links import links
from cure.formats.mime import Entity, entity, leaves
from cure.model import Observable, filehash
from cure.model.networks import Networks

_SENDING = ("from", "sender", "reply-to", "return-path")
_MAX_FILES = 50
_EMPTY = frozenset({md5(usedforsecurity=False).hexdigest(), sha256().hexdigest()})
_REMOVED = b"[attachment removed: "


class File(msgspec.Struct, frozen=True):
    """A file that came with a mail, as it was or as somebody tells who took it out.

    Attributes:
        name: Its name there; None, or empty: none.
        content_type: What the mail says it is.
        size: In bytes.
        md5: In hexadecimal, as are the others; empty: not told.
    """

    name: str | None = msgspec.field(default=None, name="filename")
    content_type: str = ""
    size: int | None = None
    md5: str = ""
    sha1: str = ""
    sha256: str = ""

    def hashes(self) -> list[Observable]:
        """Return the hashes that are told, unless it is the empty file.

        Raises:
            MalformedError: If one is none, or there is none.
        """
        told = [filehash(one) for one in (self.md5, self.sha1, self.sha256) if one]
        if not told:
            raise MalformedError("file", self.name or "", "no hash is told of it")
        return [] if any(one.value in _EMPTY for one in told) else told


class Mail(msgspec.Struct, frozen=True):
    """What a mail says of those who sent it.

    Attributes:
        senders: The mailboxes that it names as sending, each once: From, Sender, Reply-To,
            Return-Path. None of them is proven.
        address: Where the own side had it from.
        links: The URLs in its text.
        files: Those that came with it.
        sent: When.
        name: That of the sender, for people.
        subject: Decoded.
        results: What came of SPF, DKIM and DMARC.
    """

    senders: list[Observable]
    address: Observable | None
    links: list[Observable]
    files: list[File]
    sent: datetime | None
    name: str
    subject: str
    results: dict[str, str]


_decode = msgspec.json.Decoder(File).decode


def read_mail(raw: bytes, as_of: datetime, own: Networks) -> Mail:
    """Read a message (RFC 5322).

    Args:
        raw: All of it.
        as_of: A moment before which it was sent.
        own: The networks of those who received it.

    Raises:
        msgspec.MsgspecError: If somebody took a file out and left something else than its hashes.
    """
    message = entity(raw)
    parts = list(leaves(message))
    received = recipients(message)
    return Mail(
        senders=_senders(message, received),
        address=sending_address(message, own),
        links=links(filter(_is_text, parts), received),
        files=[_file(one) for one in islice(filter(_is_file, parts), _MAX_FILES)],
        sent=moment(message, as_of),
        name=withheld(display_name(message.header("from")), received),
        subject=withheld(decoded(message.header("subject")), received),
        results=results(message),
    )


def _is_file(part: Entity) -> bool:
    return part.is_attached


def _is_text(part: Entity) -> bool:
    return part.content_type.startswith("text/") and not part.is_attached


def _senders(message: Entity, received: Container[str]) -> list[Observable]:
    found = {
        one: None
        for name in _SENDING
        for value in message.headers(name)
        for one in mailboxes(value)
        if is_telling(one, received)
    }
    return list(found)


def _file(part: Entity) -> File:
    """Describe a file; data sets in which all files were taken out have its hashes instead."""
    body = part.body
    stub = body.strip()
    if stub.startswith(_REMOVED) and stub.endswith(b"]"):
        told = _decode(stub.removeprefix(_REMOVED)[:-1])
        return msgspec.structs.replace(told, name=part.file_name)
    return File(
        part.file_name,
        part.content_type,
        len(body),
        md5(body, usedforsecurity=False).hexdigest(),
        sha256=sha256(body).hexdigest(),
    )
