"""Tables of posts: CSV with a heading, one post a row, as data sets of posts come.

Source: https://github.com/bigbases/CTI-ANN
"""

import csv
import re
from collections.abc import Callable

from cure.errors import MalformedError
from cure.formats.posts import Post
from cure.formats.stamps import optional_stamp

_TEXTS = ("text", "summary", "tweet", "content", "post")
_IDS = ("id", "tweet_id", "status_id", "post_id")
_TIMES = ("created_at", "date", "time", "timestamp")
_ID_OF_X = re.compile(r"\d{15,20}", re.ASCII)


def post_table(heading: bytes) -> Callable[[bytes], Post | None] | None:
    """Make the reader of a table's lines from its first, or None if it is no such table.

    Returns:
        What reads a line; it returns None for the heading and for blank lines.
    """
    names = [name.strip().lower() for name in heading.decode("utf-8-sig", "replace").split(",")]
    texts, ids, times = (
        next((names.index(name) for name in some if name in names), None)
        for some in (_TEXTS, _IDS, _TIMES)
    )
    if texts is None or ids is None:
        return None

    def read(line: bytes) -> Post | None:
        if not line.strip() or line == heading.rstrip(b"\r"):
            return None
        cells = next(csv.reader([line.decode()]), [])
        if len(cells) != len(names):
            raise MalformedError("row", line[:200].decode("utf-8", "replace"), "want other columns")
        is_of_x = _ID_OF_X.fullmatch(cells[ids])
        return Post(
            cells[texts],
            optional_stamp(cells[times]) if times is not None else None,
            page=f"https://x.com/i/status/{cells[ids]}" if is_of_x else "",
        )

    return read
