"""HTML: the text that a reader of the page sees, in blocks."""

import re
from html.parser import HTMLParser

from cure.errors import MalformedError
from cure.extract.documents.page import Page
from cure.extract.text import Document

_KINDS = {
    **{f"h{level}": "heading" for level in range(1, 7)},
    "li": "item",
    "tr": "row",
    "pre": "code",
    "blockquote": "quote",
}
_BREAKS = frozenset(
    {"p", "div", "section", "article", "main", "dd", "dt", "figcaption", "caption", "body", "ul"}
    | {"ol", "dl", "table", "tbody", "thead", "center", "hr"}
)
_DEEPEST = 100
_FRAMES = frozenset({"nav", "header", "footer", "aside", "form", "menu"})
_UNSEEN = frozenset({"script", "style", "template", "svg", "noscript", "head", "iframe", "select"})
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_LINE_ENDS = re.compile(r" *\n[ \n]*")
_START = re.compile(
    r"[ \t\r\n]*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def is_html(text: str) -> bool:
    """Tell whether a text is a page in HTML."""
    return bool(_START.match(text[:4096]))


def html(text: str) -> Document:
    """Read a page: headings, paragraphs, lists, the rows of tables and code.

    What stands in its frame (navigation, header, footer, sidebars) is there too, as blocks of
    the kind ``frame``. The cells of a row are parted by tabs.

    Raises:
        MalformedError: If it cannot be parsed.
    """
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError as error:  # so the standard library says what it cannot parse
        raise MalformedError("HTML", text[:80], str(error)) from error
    reader.end_block()
    return reader.page.document()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[str] = []  # the tags of open blocks and frames
        self._text: list[str] = []
        self._unseen = ""
        self._is_title = False
        self._rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if self._unseen:
            self._is_title = tag == "title"
        elif tag in _UNSEEN:
            self._unseen = tag
        elif tag in {"td", "th"}:
            self._text.append("\t" if self._text else "")
        elif tag == "br" or (self._kind == "row" and tag != "tr"):
            self._text.append("\n" if tag in _BREAKS or tag in {"br", "li"} else "")
        elif tag in _BREAKS or tag in _KINDS or tag in _FRAMES:
            self.end_block()
            self._rows = 0 if tag == "table" else self._rows
            if tag not in _BREAKS and len(self._open) < _DEEPEST:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._is_title = False
        if self._unseen:
            self._unseen = "" if tag == self._unseen else self._unseen
        elif tag in self._open:
            self.end_block()
            while self._open.pop() != tag:
                pass
        elif tag in _BREAKS and self._kind != "row":
            self.end_block()

    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.page.title = self.page.title or " ".join(data.split())
        elif not self._unseen:
            self._text.append(data if self._kind == "code" else _BLANKS.sub(" ", data))

    @property
    def _kind(self) -> str:
        """The kind of the innermost open block that has one."""
        return next((_KINDS[tag] for tag in reversed(self._open) if tag in _KINDS), "paragraph")

    def end_block(self) -> None:
        """Add what was read since the last block."""
        kind = self._kind
        text = "".join(self._text)
        self._text.clear()
        if not text.strip():
            return
        level = 0
        if kind == "row":
            text = "\t".join(cell.strip() for cell in text.split("\t"))
            self._rows += 1
            level = int(self._rows == 1)
        elif kind == "heading":
            level = next(int(tag[1]) for tag in reversed(self._open) if tag in _KINDS)
        if kind != "code":
            text = _LINE_ENDS.sub("\n", text).strip(" \n")
        is_frame = not _FRAMES.isdisjoint(self._open)
        self.page.add("frame" if is_frame else kind, text.strip("\n"), level)
