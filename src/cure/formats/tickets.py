"""Tickets: what a case of an incident team says in one place, whatever program it comes from."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from cure.model import Mention

MAX_LABELS = 100
"""More tags on one thing are left out."""


class Ticket(NamedTuple):
    """What one element of a case says.

    Attributes:
        mentions: The observables that it names, with their roles.
        seen: When, UTC; None: the case does not say.
        labels: What analysts tagged it with, as they wrote it.
        attributes: What else belongs to it.
        key: The program's own id of it, or nothing.
        text: What people wrote, to be searched for more.
        last_seen: Until when, if not only then.
    """

    mentions: Sequence[Mention]
    seen: datetime | None
    labels: Sequence[str]
    attributes: Mapping[str, Any]
    key: str = ""
    text: str = ""
    last_seen: datetime | None = None


class Element(NamedTuple):
    """An element of a case: its bytes, and what reads it, which may raise `MalformedError`."""

    raw: bytes
    read: Callable[[], Ticket | None]
