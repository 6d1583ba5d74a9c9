"""MIME: a message taken apart into its headers and parts.

Source: https://www.rfc-editor.org/rfc/rfc5322 and RFC 2045, 2046, 2231. Nothing is refused: what
is broken reads as nothing, and what is deeper, or more, than any honest mail has is left out.
"""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from itertools import islice

from cure.formats.encoded_words import decoded, in_charset

MESSAGE = "message/rfc822"
_MAX_DEPTH = 8
_MAX_ENTITIES = 400
_MAX_HEADERS = 1000
_MAX_HEAD_CHARS = 256 << 10
_MAX_HEADER_CHARS = 8000
_MAX_TEXT_BYTES = 2 << 20
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_END_OF_HEAD = re.compile(r"(?:\A|\n)\r?\n")


class Entity:
    """A message, or a part of one: headers, and a body that may be parts again.

    Attributes:
        raw_body: The body as it was transferred.
    """

    def __init__(self, text: str, depth: int = 0) -> None:
        """Take the text apart; bytes beyond ASCII are lone surrogates in it (PEP 383)."""
        self._depth = depth
        end = _END_OF_HEAD.search(text)
        head = text[: min(end.start() if end else len(text), _MAX_HEAD_CHARS)]
        parsed = HeaderParser().parsestr(_CONTROLS.sub("", head))
        self._headers = [
            (name.lower(), _unfolded(value))
            for name, value in islice(parsed.raw_items(), _MAX_HEADERS)
        ]
        self.raw_body = text[end.end() :] if end else ""
        self._mime = Message()  # only what the library shall read
        for name in ("content-type", "content-disposition", "content-transfer-encoding"):
            if value := self.header(name):
                self._mime[name] = value

    def headers(self, name: str) -> list[str]:
        """Return the values of all headers of this name in lower case, unfolded, from the top."""
        return [value for found, value in self._headers if found == name]

    def header(self, name: str) -> str:
        """Return the value of the topmost header of this name, unfolded; empty: none."""
        return next(iter(self.headers(name)), "")

    @property
    def content_type(self) -> str:
        """Main and sub type in lower case, such as ``"text/plain"``."""
        return self._mime.get_content_type()

    @property
    def file_name(self) -> str:
        """The name under which to save it; empty: it is no file; ``?``: it cannot be decoded."""
        try:
            return decoded(self._mime.get_filename(""))
        except ValueError:  # the library takes any codec of Python for a charset
            return "?"

    @property
    def is_attached(self) -> bool:
        """Whether it is a file, or neither text nor made of parts."""
        return bool(self.file_name) or not self.content_type.startswith(
            ("text/", "multipart/", "message/")
        )

    @property
    def body(self) -> bytes:
        """The body with its transfer encoding undone."""
        self._mime.set_payload(self.raw_body)
        payload = self._mime.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""

    @property
    def text(self) -> str:
        """The body as text, the first 2 MiB of it; what is no character there is U+FFFD."""
        charset = self._mime.get_content_charset() or "utf-8"
        return in_charset(self.body[:_MAX_TEXT_BYTES], charset)

    def parts(self) -> Iterator["Entity"]:
        """Yield the parts of a multipart body, or the message that is the body."""
        if self._depth >= _MAX_DEPTH:
            return
        if self.content_type == MESSAGE:
            yield self.enclosed()
        elif self.content_type.startswith("multipart/"):
            for text in _between(self._mime.get_boundary(""), self.raw_body):
                yield Entity(text, self._depth + 1)

    def enclosed(self) -> "Entity":
        """Return the message, or its headers, that the body is."""
        return Entity(_as_text(self.body), self._depth + 1)


def entity(raw: bytes) -> Entity:
    """Take a message apart, whatever its line ends."""
    return Entity(_as_text(raw))


def leaves(of: Entity, *, into_messages: bool = True) -> Iterator[Entity]:
    """Yield the parts, at any depth, that are not made of parts themselves, in order.

    Args:
        of: Itself, if it has no parts.
        into_messages: Whether to go on in messages that are parts, or to yield them.
    """
    waiting = [iter((of,))]
    left = _MAX_ENTITIES
    while waiting and left:
        one = next(waiting[-1], None)
        if one is None:
            waiting.pop()
            continue
        left -= 1
        if one.content_type.startswith("multipart/") or (
            into_messages and one.content_type == MESSAGE
        ):
            waiting.append(one.parts())
        else:
            yield one


def _as_text(raw: bytes) -> str:
    unix = raw if b"\n" in raw else raw.replace(b"\r", b"\n")
    return unix.decode("ascii", "surrogateescape")


def _unfolded(value: str) -> str:
    raw = value[:_MAX_HEADER_CHARS].encode("utf-8", "surrogateescape")
    return " ".join(raw.decode("utf-8", "replace").split())


def _between(boundary: str, body: str) -> Iterator[str]:
    """Yield what stands between the lines of a boundary, and after the last if none ends it."""
    if not boundary:
        return
    delimiter = re.compile(rf"^--{re.escape(boundary)}(--)?[ \t]*\r?$\n?", re.MULTILINE)
    start = None
    for found in delimiter.finditer(body):
        if start is not None:
            yield body[start : found.start()].removesuffix("\n").removesuffix("\r")
        start = found.end()
        if found[1]:
            return
    if start is not None:
        yield body[start:]
