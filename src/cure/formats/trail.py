"""Trails: the values of Maltrail's lists, in their several short forms.

Source: https://github.com/stamparm/maltrail#architecture
"""

import re
from typing import NamedTuple

from cure.errors import MalformedError
from cure.model import Observable, Topic, recognise, url

_PART = re.compile(r"[./]|[^/]*[\\(){}|*^$]")
_WITH_PORT = re.compile(r"(\[[^\]]+\]|[^\s:/@\[\]]+):(\d{1,5})")
_WITH_PATH = re.compile(r"(?:\[[^\]]+\]|[^\s:/@\[\]]+)(?::\d{1,5})?/.*")
_NETWORK = re.compile(r"[0-9a-f.:]+/\d{1,3}", re.IGNORECASE)
_MAX_PORT = 65535


class Trail(NamedTuple):
    """A trail that stands for one value.

    Attributes:
        observable: The value.
        port: The port of its service, where the trail names one.
    """

    observable: Observable
    port: int | None = None


def trail(text: str) -> Trail | None:
    """Read a trail, without the comment that may follow it.

    Args:
        text: An address, a network or a name, with or without a port; a URL with or without its
            ``http://``; a hash or an e-mail address, in lists that quote such.

    Returns:
        None for a trail that is only a part of a value: a path (``/gate.php``), the end of a
        name (``.example.com``) or a pattern.

    Raises:
        MalformedError: If it is none of these.

    >>> trail("192.0.2.7:8443").port, trail("example.com/a").observable.value, trail("/a.php")
    (8443, 'http://example.com/a', None)
    """
    clean = text.strip()
    if _PART.match(clean):
        return None
    if found := _WITH_PORT.fullmatch(clean):
        if not 0 < int(found[2]) <= _MAX_PORT:
            raise MalformedError("trail", text, f"want a port from 1 to {_MAX_PORT}")
        return Trail(_value(found[1].strip("[]"), text), int(found[2]))
    if "://" not in clean and _WITH_PATH.fullmatch(clean) and not _NETWORK.fullmatch(clean):
        return Trail(url(f"http://{clean}"))
    return Trail(_value(clean, text))


def _value(clean: str, text: str) -> Observable:
    found = recognise(clean)
    if found.topic is Topic.TAG:
        raise MalformedError("trail", text, "neither a host nor a URL nor a hash")
    return found
