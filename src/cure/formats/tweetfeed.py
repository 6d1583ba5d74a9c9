"""TweetFeed: the values that security researchers post, one a line, as CSV without a heading.

Source: https://github.com/0xDanielLopez/TweetFeed
"""

import csv
import re
from datetime import datetime

import msgspec

from cure.errors import MalformedError
from cure.formats.entries import Entry, entry
from cure.formats.stamps import stamp

_CELLS = 6
_ROW = re.compile(
    rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,[^,\n]*,(?:url|ip|domain|sha256|md5|sha1),", re.ASCII
)


class Row(msgspec.Struct, frozen=True):
    """A value that was posted.

    Attributes:
        posted_at: When, UTC.
        author: By whom.
        listed: The value, with a port perhaps.
        tags: The hashtags of the post, without their ``#``.
        page: The URL of the post, as it is written.
    """

    posted_at: datetime
    author: str
    listed: Entry
    tags: tuple[str, ...]
    page: str


def is_tweetfeed(head: bytes) -> bool:
    """Tell by its first bytes whether a file is one of TweetFeed's."""
    return _ROW.match(head) is not None


def row(line: bytes) -> Row:
    """Read a line.

    Raises:
        MalformedError: If it has not six cells, or its time or value is none.
    """
    text = line.decode()
    cells = next(csv.reader([text])) if '"' in text else text.split(",")
    if len(cells) != _CELLS:
        raise MalformedError("row", text, f"want {_CELLS} cells, there are {len(cells)}")
    posted, author, _, value, tags, page = cells
    hashtags = tuple(tag.removeprefix("#") for tag in tags.split())
    return Row(stamp(posted), author, entry(value), hashtags, page)
