"""Mail: the subject and the text of a message; its headers and signature are its frame."""

import re
from email import errors, message_from_bytes, policy
from email.message import EmailMessage, Message

from cure.errors import MalformedError
from cure.extract.documents.html import html
from cure.extract.documents.page import Page
from cure.extract.documents.plain import plain
from cure.extract.text import Document

_HEADERS = ("From", "Sender", "Reply-To", "Return-Path", "Date")
_HEADER = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]*:)[^\n]*")
_TELLING = re.compile(
    rb"^(?:Received|Message-ID|MIME-Version|Return-Path|Subject|From|Date):",
    re.IGNORECASE | re.MULTILINE,
)
_FEWEST = 3
_MAX_PARTS = 10_000
"""Each takes 60 µs, whatever is in it."""
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


def is_mail(data: bytes) -> bool:
    """Tell whether the bytes are a message as RFC 5322 has it."""
    head = data[:8192].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return bool(_HEADER.match(head)) and len(_TELLING.findall(head)) >= _FEWEST


def mail(data: bytes) -> Document:
    """Read a message. Attachments are named, not read.

    Raises:
        MalformedError: If it has more parts than any mail has.
    """
    if data.count(b"\n--") > _MAX_PARTS:
        raise MalformedError("mail", "", f"more than {_MAX_PARTS} parts")
    message = message_from_bytes(data, policy=policy.default)
    page = Page()
    page.add("heading", str(message.get("Subject", "")), 1)
    for name in _HEADERS:
        for value in _values(message, name):
            page.add("frame", f"{name}: {value}")
    for part in message.walk():
        _add(page, part)
    return page.document()


def _values(message: Message, name: str) -> list[str]:
    """Return what headers of a name say; as it is written, where the library breaks on it."""
    try:
        return [str(value) for value in message.get_all(name, ())]
    except AttributeError:  # of a group of addresses that never ends
        return [str(raw) for header, raw in message.raw_items() if header.lower() == name.lower()]


def _add(page: Page, part: Message) -> None:
    if name := part.get_filename():
        page.add("item", f"Attachment: {name}")
        return
    if not isinstance(part, EmailMessage) or part.get_content_maintype() != "text":
        return
    try:
        content = str(part.get_content()).replace("\r\n", "\n")
    except (LookupError, errors.MessageError):  # a character set that nobody knows
        content = str(part.get_payload())
    if part.get_content_subtype() == "html":
        page.add_document(html(content))
        return
    body, *signature = _SIGNATURE.split(content, maxsplit=1)
    page.add_document(plain(body))
    for lines in signature:
        page.add("frame", lines.strip())
