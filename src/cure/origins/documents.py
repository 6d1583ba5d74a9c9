"""Tell by its first bytes whether a file is a document or a packing, or grows line by line."""

import re

GZIP, ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
PACKED = (GZIP, ZSTD, ZIP)
"""What the files begin with that hold others."""
_DOCUMENTS = (*PACKED, b"%PDF-")
_MARKUP = re.compile(rb"\s*<[?!a-z]", re.IGNORECASE)  # but <134> begins a line of syslog
_MAIL = re.compile(
    rb"From \S+@|(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version|From|X-[\w-]+): ?",
    re.IGNORECASE,
)


def is_document(head: bytes) -> bool:
    r"""Tell whether a file that begins like this is read as a whole.

    Args:
        head: Its first bytes; of some thousand enough is seen.

    >>> is_document(b'{\n  "type": "bundle",'), is_document(b'{"eventid": "a"}\n{"eventid')
    (True, False)
    """
    if head.startswith(_DOCUMENTS) or b"\0" in head:
        return True
    start = head.lstrip()
    if start.startswith((b"[{", b"[\n", b"[\r")):
        return True
    if start.startswith(b"{"):
        line, end, _ = start.partition(b"\n")
        return bool(end) and not line.rstrip().endswith(b"}")
    return bool(_MARKUP.match(head) or _MAIL.match(head))


def comments_of(head: bytes) -> list[bytes]:
    """Return the lines with # at the very beginning of a file, where Zeek names its columns."""
    *lines, _ = head.split(b"\n")
    for at, line in enumerate(lines):
        if not line.startswith(b"#"):
            return lines[:at]
    return lines
