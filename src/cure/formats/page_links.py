"""Links of a page to documents in PDF."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from cure.errors import MalformedError
from cure.formats.lines import whole_file
from cure.interfaces import Input

_MAX_LINKS = 5


def pdf_links(source: Input) -> Iterator[str]:
    """Yield the PDF documents on the same host that a page in HTML links to, up to five.

    Raises:
        MalformedError: If it could not be delivered, or cannot be parsed.
    """
    reader = _Reader()
    try:
        reader.feed(whole_file(source.blocks).decode("utf-8", "replace"))
        reader.close()
    except AssertionError as error:  # so the standard library says what it cannot parse
        raise MalformedError("page", source.name, str(error)) from error
    home = urlsplit(source.name).netloc
    found: dict[str, None] = {}
    for href in reader.hrefs:
        try:
            link = urldefrag(urljoin(source.name, href.strip())).url
            parts = urlsplit(link)
        except ValueError:  # no URL at all
            continue
        if parts.netloc == home and parts.path.lower().endswith(".pdf"):
            found[link] = None
    yield from list(found)[:_MAX_LINKS]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.hrefs += (value for name, value in attrs if name == "href" and value)
