"""JSON arrays of any length, cut into elements without being held as objects."""

import re
from collections.abc import Iterator
from mmap import mmap

from cure.interfaces import Line, Unreadable

# Strings, and what is no bracket; outside of all brackets a comma ends an element as well.
# Nothing is ever given back (``++``), so the time is linear whatever is sent.
_INSIDE = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_OUTSIDE = re.compile(rb'(?:[^"\[\]{},]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_BLANKS = re.compile(rb"[ \t\r\n]*+")
_SHOWN_BYTES = 4096


def elements(data: bytes | mmap) -> Iterator[Line]:
    """Yield the elements of an array as they were sent; what they are is not looked at.

    Args:
        data: An array, perhaps with blanks before it.

    Cost: about 3 µs for a finding.

    >>> list(elements(b'[{"a": "]"}, [1, 2] ,3]'))
    [b'{"a": "]"}', b'[1, 2]', b'3']
    """
    at = _after_blanks(data, _after_blanks(data, 0) + 1)
    if data[at : at + 1] == b"]":
        yield from _behind(data, at + 1)
        return
    while True:
        end = _end_of_element(data, at)
        closing = data[end : end + 1]
        if closing not in {b",", b"]"}:
            yield Unreadable(data[at : at + _SHOWN_BYTES], "the array breaks off here")
            return
        yield data[at:end].rstrip()
        if closing == b"]":
            yield from _behind(data, end + 1)
            return
        at = _after_blanks(data, end + 1)


def _end_of_element(data: bytes | mmap, at: int) -> int:
    """Return where the comma or bracket stands that ends the element, or where data ends."""
    depth = 0
    while True:
        found = (_INSIDE if depth else _OUTSIDE).match(data, at)
        at = found.end() if found else at
        sign = data[at : at + 1]
        if sign in {b"[", b"{"}:
            depth += 1
        elif sign in {b"]", b"}"} and depth:
            depth -= 1
        else:
            return at
        at += 1


def _after_blanks(data: bytes | mmap, at: int) -> int:
    found = _BLANKS.match(data, at)
    return found.end() if found else at


def _behind(data: bytes | mmap, at: int) -> Iterator[Line]:
    at = _after_blanks(data, at)
    if at < len(data):
        yield Unreadable(data[at : at + _SHOWN_BYTES], "something stands behind the array")
