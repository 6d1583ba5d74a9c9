"""Text in mail headers: RFC 2047 encoded words, and charsets by the names that mails give them.

Source: https://www.rfc-editor.org/rfc/rfc2047
"""

import binascii
import codecs
import re

_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_BETWEEN = re.compile(r"(\?=)\s+(?==\?)")
# No charsets of mail, or such that take quadratic time.
_NO_CHARSETS = re.compile(r"idna|punycode|.*escape|undefined")
_PIECES = 4
"""What splitting gives for each word: the text before it, charset, encoding, encoded text."""


def decoded(text: str) -> str:
    """Return a header as people read it; what cannot be decoded stays as it is.

    >>> decoded("=?utf-8?b?5pel?= =?utf-8?q?=E6=9C=AC?= =?iso-8859-1?q?_=FC?=")
    '日本 ü'
    """
    if "=?" not in text:
        return text
    # Blanks between two words are none of the text; a character may begin in one word and end
    # in the next.
    *pieces, rest = _WORD.split(_BETWEEN.sub(r"\1", text))
    said: list[str] = []
    charset, waiting = "", b""
    for place in range(0, len(pieces), _PIECES):
        before, name, encoding, word = pieces[place : place + _PIECES]
        if before or name.lower() != charset:
            said += (in_charset(waiting, charset), before)
            charset, waiting = name.lower(), b""
        waiting += _bytes_of(word, encoding)
    return "".join((*said, in_charset(waiting, charset), rest))


def _bytes_of(word: str, encoding: str) -> bytes:
    raw = word.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    try:
        return binascii.a2b_base64(raw + b"==")
    except binascii.Error:
        return raw


def in_charset(raw: bytes, charset: str) -> str:
    """Decode bytes; what is no character is U+FFFD, and an unknown charset is read as UTF-8."""
    try:
        codec = codecs.lookup(charset).name if charset else "utf-8"
        text = raw.decode("utf-8" if _NO_CHARSETS.fullmatch(codec) else codec, "replace")
    except (LookupError, ValueError):
        text = raw.decode("utf-8", "replace")
    return text.encode("utf-8", "replace").decode()  # UTF-7 can spell half characters
