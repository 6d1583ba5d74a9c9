"""The forms of documents, and how to tell them apart by their content."""

import re
from collections.abc import Callable, Iterator

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from cure.errors import MalformedError
from cure.extract.documents import mail, markup, misp, stix, tables
from cure.extract.documents.docx import docx
from cure.extract.documents.html import html, is_html
from cure.extract.documents.pdf import pdf
from cure.extract.documents.plain import plain
from cure.extract.text import Block, Document
from cure.formats.lines import whole_file
from cure.interfaces import Input

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_KANA = re.compile(r"[ぁ-んァ-ヶ]")
# A NUL after a letter is half of a letter: people paste UTF-16 into text.
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]|(?<![\t-~])\x00")
_MOST_CONTROLS = 0.02


def is_foreign(data: bytes) -> bool:
    """Tell whether a document needs a parser that an attacker may crash, or keep busy."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    is_plain = head and not head.startswith((*_UTF16, b"PK", b"<")) and b"%PDF-" not in head
    return not is_plain or mail.is_mail(data)


_TEXTS: tuple[tuple[Callable[[str], bool], Callable[[str], Document]], ...] = (
    (is_html, html),
    (markup.is_asciidoc, markup.asciidoc),
    (markup.is_markdown, markup.markdown),
    (tables.is_table, tables.table),
)


def parse(data: bytes, name: str) -> Document:
    """Read a document here, in this process.

    Args:
        data: Its bytes.
        name: Its name, for people.

    Raises:
        MalformedError: If it is of no known form, or broken.
    """
    if b"%PDF-" in data[:1024]:
        return pdf(data, name)
    if data.startswith(b"PK\x03\x04"):
        return docx(data, name)
    if mail.is_mail(data):
        return mail.mail(data)
    text = decoded(data, name)
    start = text[:4096].lstrip(" \t\r\n")[:1]
    structured = _json(text) if start in {"{", "["} else _xml(text) if start == "<" else None
    if structured is not None:
        return structured
    return next((read for holds, read in _TEXTS if holds(text)), plain)(text)


def one_document(source: Input) -> Iterator[Document]:
    """Yield the document that an input is, read here.

    Raises:
        MalformedError: If it is of no known form, or broken.
    """
    yield parse(whole_file(source.blocks), source.name)


def decoded(data: bytes, name: str) -> str:
    """Return the text of bytes: UTF-8, UTF-16 with its mark, or Japanese as Windows has it.

    Line ends become one line feed, and NULs are left out. Bytes that are no UTF-8 become U+FFFD.

    Raises:
        MalformedError: If it is no text.
    """
    if data.startswith(_UTF16):
        text = data.decode("utf-16", "replace")
    else:
        head = data[:4096]
        if len(_CONTROLS.findall(head)) > _MOST_CONTROLS * len(head):
            raise MalformedError("document", name, "of no form that is read, and no text")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp932", "ignore")
            if not _KANA.search(text):
                text = data.decode("utf-8-sig", "replace")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _json(text: str) -> Document | None:
    """Read a document in JSON; broken JSON is text."""
    try:
        content = msgspec.json.decode(text)
        if events := misp.events_of(content):
            return misp.misp(events)
    except (msgspec.DecodeError, RecursionError):  # a ValidationError is a DecodeError
        return None
    if isinstance(content, dict) and content.get("type") == "bundle":
        return stix.stix2(content)
    if stix.is_stix1(content):
        return stix.stix1(content)
    return Document(text, (Block("code", 0, len(text)),))


def _xml(text: str) -> Document | None:
    if "STIX_Package" not in text[:4096]:
        return None
    try:
        return stix.stix1_xml(fromstring(text))
    except (ParseError, DefusedXmlException):
        return None
