"""Plain text: paragraphs, lists, and lines that are headings to people."""

import re
from collections.abc import Callable
from itertools import zip_longest

from cure.extract.documents.page import Flow, Line, lines_of
from cure.extract.text import Document

_NOTHING = Line("", 0, 0)
_MAX_HEADING = 100
_ITEM = re.compile(r"\s*(?:[*•・●◦‣–—-]+|\d{1,3}[.)]|\(\d{1,3}\))\s+\S")
_VALUE = re.compile(r"[0-9A-Za-z]\S*[.@:/\\]\S*\w|[0-9A-Fa-f]{20}|@|\[\.")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-Z(ぁ-鿿][^.。,;:]{2,80}(?<![ .\d])")
_USUAL = re.compile(
    r"(?:appendix\b.{0,60}|(?:.{0,40} )?(?:indicators? of compromise|iocs?)(?: \(iocs?\))?"
    r"|(?:executive )?summary|introduction|conclusions?|references?|sources"
    r"|mitre att&ck.{0,40}|acknowledge?ments)|参考(?:文献|資料|リンク|情報)?|出典|まとめ"
    r"|はじめに|おわりに|.{0,20}(?:侵害指標|痕跡情報|インディケータ|IoC情報)",
    re.IGNORECASE,
)
_RULER = re.compile(r"\W{3,}")
_SHORTEST = 4


def plain(text: str, is_frame: Callable[[str], bool] = lambda _: False) -> Document:
    """Read plain text.

    A heading is a short line without a value in it that has a number or a usual name, ends with
    a colon, is in capitals, is underlined, or stands first after a blank line and right over
    what it is about.

    Args:
        is_frame: Whether a line stands around the text, such as a running title.
    """
    flow = Flow()
    before = ""
    following = lines_of(text)
    next(following)
    for line, after in zip_longest(lines_of(text), following, fillvalue=_NOTHING):
        stripped = line.text.strip()
        if not stripped or _RULER.fullmatch(stripped):
            flow.close()
        elif is_frame(line.text):
            flow.single("frame", line.start, line.end)
        elif level := _level(stripped, before, after.text, is_first=not flow.has_any):
            flow.heading(line, stripped.rstrip("：: "), level)
        elif "\t" in stripped:
            flow.row(line.start, line.end)
        else:
            flow.line(line, "item" if _ITEM.match(line.text) else "")
        before = stripped
    return flow.document(text)


def _level(line: str, before: str, after: str, *, is_first: bool) -> int:
    """Return the level of a heading, 0 for any other line."""
    if len(line) > _MAX_HEADING:
        return 0
    after = after[:_MAX_HEADING].strip()
    if found := _NUMBERED.fullmatch(line):
        return 1 + found[1].count(".")
    if _VALUE.search(line) or _ITEM.match(line):
        return 0
    is_underlined = len(after) >= _SHORTEST and not after.strip("=-~")
    if is_first and (not after or is_underlined):
        return 1
    announces = line.endswith((":", "：")) and (not before or not line[0].islower())
    is_shouted = line.isupper() and len(line) >= _SHORTEST
    is_over = not before and bool(_VALUE.search(after)) and " " not in after
    is_over = is_over and not line.endswith((".", "。", ","))
    return 2 if announces or is_shouted or is_underlined or is_over or _USUAL.fullmatch(line) else 0
