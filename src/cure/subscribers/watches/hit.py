"""Hits: a watch met a value. As they are kept, and as they are shown."""

from datetime import datetime
from enum import StrEnum

import msgspec

from cure.hub.view import Seen
from cure.model import Topic
from cure.subscribers.watches.meaning import Sentence


class HitState(StrEnum):
    """What has become of a hit."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    WITHDRAWN = "withdrawn"
    """All that it was found in was taken back or corrected; told as a hit is."""


class Hit(msgspec.Struct, frozen=True):
    """A hit as it is kept: who met what, never what was said, which the view says when asked.

    Attributes:
        id: Its id, told to programs.
        organisation: Whose hit it is.
        position: Grows by one for each hit of the organisation; never told.
        watch: The id of the watch.
        entry: The pattern of the entry that fits.
        topic: Topic of the value.
        value: The value.
        after: Its records have higher numbers; never told.
        upto: Its records have no higher numbers; never told.
        at: When it was found, UTC.
        retro: Whether it was found in what was held already when the watch was made.
        state: What has become of it.
        acknowledged_by: By whom it was acknowledged.
        acknowledged_at: When.
    """

    id: str
    organisation: str
    position: int
    watch: str
    entry: str
    topic: Topic
    value: str
    after: int
    upto: int
    at: datetime
    retro: bool = False
    state: HitState = HitState.NEW
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None


class HitShown(msgspec.Struct, frozen=True):
    """A hit as an audience may see it now; each time computed from its view.

    Attributes:
        id: Its id.
        watch: The id of the watch.
        name: The name of the watch.
        own: Whether the watch names what belongs to the organisation.
        entry: The pattern of the entry that fits.
        topic: Topic of the value.
        value: The value that was met.
        meaning: What it may mean: a code of `meaning.MEANINGS`.
        text: The same in words.
        count: How many records it has.
        sources: What each source said of the value in them.
        roles: The roles that the value had in them, the most frequent first.
        tags: The tags that stand beside the value anywhere, the most used first.
        also: The sources that speak of the value in other records.
        first_seen: The earliest first_seen of its records.
        last_seen: The latest last_seen of its records.
        at: When it was found.
        retro: Whether it was found in what was held already when the watch was made.
        state: What has become of it.
        acknowledged_by: By whom it was acknowledged.
        acknowledged_at: When.
    """

    id: str
    watch: str
    name: str
    own: bool
    entry: str
    topic: Topic
    value: str
    meaning: str
    text: Sentence
    count: int
    sources: dict[str, Seen]
    roles: list[str]
    tags: list[str]
    also: list[str]
    first_seen: datetime
    last_seen: datetime
    at: datetime
    retro: bool
    state: HitState
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
