"""DNS messages as they came over the wire: which name was asked for, and what it stands for.

Source: https://www.rfc-editor.org/rfc/rfc1035#section-4.
"""

from ipaddress import IPv4Address, IPv6Address
from struct import Struct, error
from typing import NamedTuple

_HEADER = Struct(">2xHHH4x")
_QUESTION = Struct(">4x")
_ANSWER = Struct(">H6xH")
_RESPONSE = 0x8000
_POINTER = 0xC0
_MAX_NAME_PARTS = 128
_A, _CNAME, _AAAA = 1, 5, 28
_MAX_ANSWERS = 50


class DnsMessage(NamedTuple):
    """What we use of a message.

    Attributes:
        is_response: Whether it answers.
        name: The first name that was asked for, without a final dot.
        answers: Addresses, and names on the way to them; at most 50.
    """

    is_response: bool
    name: str
    answers: tuple[str, ...]


def dns_message(data: bytes) -> DnsMessage | None:
    """Read a message.

    Returns:
        None, if it is malformed, cut off or asks for nothing.
    """
    try:
        flags, questions, answers = _HEADER.unpack_from(data)
        if not questions:
            return None
        name, at = _name(data, _HEADER.size)
        at += _QUESTION.size
        for _ in range(questions - 1):
            at = _name(data, at)[1] + _QUESTION.size
        found = _answers(data, at, min(answers, _MAX_ANSWERS))
    except (error, IndexError, ValueError):  # it ends too soon, or turns in circles
        return None
    return DnsMessage(bool(flags & _RESPONSE), name, tuple(found))


def _answers(data: bytes, at: int, count: int) -> list[str]:
    found: list[str] = []
    for _ in range(count):
        at = _name(data, at)[1]
        kind, size = _ANSWER.unpack_from(data, at)
        at += _ANSWER.size
        content = data[at : at + size]
        if kind == _A:
            found.append(str(IPv4Address(content)))
        elif kind == _AAAA:
            found.append(str(IPv6Address(content)))
        elif kind == _CNAME:
            found.append(_name(data, at)[0])
        at += size
    return found


def _name(data: bytes, at: int) -> tuple[str, int]:
    """Return the name at an offset, and the offset behind it."""
    labels: list[str] = []
    behind = 0
    for _ in range(_MAX_NAME_PARTS):
        size = data[at]
        if size >= _POINTER:
            behind = behind or at + 2
            at = (size & ~_POINTER) << 8 | data[at + 1]
        elif size:
            labels.append(data[at + 1 : at + 1 + size].decode("ascii", "backslashreplace"))
            at += 1 + size
        else:
            return ".".join(labels), behind or at + 1
    raise ValueError("a name without an end")
