"""Links in the text of a mail, without what would tell to whom it was sent."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from urllib.parse import unquote

from cure.formats.mime import Entity
from cure.formats.typed import typed_url
from cure.model import Observable

_MAX_LINKS = 300
_MAX_TRIED = 3000
"""So many texts of each part are looked at."""
_TAG = re.compile(
    r"<(?:a|area|form)\s[^<>]*?\b(?:href|action)\s{0,9}=\s{0,9}"
    r"""(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(r"https?://[^\s<>\"'`\[\]{}|\\^]+", re.IGNORECASE)
_AFTER_TEXT = ".,;:!?)*_"
_LINE_ENDS = re.compile(r"[\t\r\n]")
_SCHEMES = ("http://", "https://", "ftp://")
_STEP = re.compile(r"(?=[/?#])")


def links(parts: Iterable[Entity], recipients: Iterable[str]) -> list[Observable]:
    """Return the URLs that the text of a mail links to, in order, each once, 300 at most.

    Args:
        parts: The mail's parts that are text.
        recipients: The mailboxes to which it was sent; a URL is cut before the step with one.
    """
    told = [word for mailbox in recipients for word in _spellings(mailbox)]
    found: dict[Observable, None] = {}
    for part in parts:
        texts = (_linked if part.content_type == "text/html" else _written)(part.text)
        for text in dict.fromkeys(islice(texts, _MAX_TRIED)):
            if one := typed_url(_without(text, told)):
                found[one] = None
    return list(found)[:_MAX_LINKS]


def _linked(html: str) -> Iterator[str]:
    for quoted, single, bare in _TAG.findall(html):
        text = _LINE_ENDS.sub("", unescape(quoted or single or bare)).strip()
        if text.lower().startswith(_SCHEMES):
            yield text


def _written(text: str) -> Iterator[str]:
    for found in _IN_TEXT.finditer(text):
        yield found[0].rstrip(_AFTER_TEXT)


def _spellings(mailbox: str) -> tuple[str, str]:
    """Return a mailbox as it is, and the part of its Base64 that does not hang on what follows."""
    raw = mailbox.encode()
    return mailbox.lower(), b64encode(raw[: len(raw) // 3 * 3]).decode().lower()


def _without(url: str, told: Iterable[str]) -> str:
    """Cut a URL before the first step of it that holds any of the words."""
    kept = ""
    for step in _STEP.split(url):
        plain = unquote(step).lower()
        if any(word in plain for word in told):
            return kept
        kept += step
    return url
