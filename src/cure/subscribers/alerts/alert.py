"""Alerts of the own side, as they are shown: with all that is known of the outside."""

from datetime import datetime
from enum import StrEnum

import msgspec

from cure.hub.view import Seen
from cure.model import Mention, Topic
from cure.subscribers.watches.meaning import Sentence

PUBLISHER = "nirvana"
"""The publisher of alerts."""


class AlertState(StrEnum):
    """What has become of an alert."""

    NEW = "new"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    FALSE_POSITIVE = "false-positive"


class Mark(msgspec.Struct, frozen=True):
    """What an analyst has said of an alert.

    Attributes:
        state: What has become of it.
        note: What he wrote.
        by: Who.
        at: When.
        seen: The number of the latest news that there was by then; never told.
    """

    state: AlertState
    note: str
    by: str
    at: datetime
    seen: int


class Reason(msgspec.Struct, frozen=True):
    """Why an alert matters: one clause.

    Attributes:
        code: One word for programs.
        text: The same in words.
    """

    code: str
    text: Sentence


class Known(msgspec.Struct, frozen=True):
    """What is known of an outside value of an alert, beside alerts.

    Attributes:
        topic: Its topic.
        value: The value.
        role: The role that it has in the alert.
        sources: What each other source says of it.
        roles: The roles that it had anywhere, the most frequent first.
        tags: The tags beside it, the most used first.
        contained_in: The known networks that contain it.
        score: How malicious it is, 0 to 100; None: nothing speaks of that.
        reasons: Why that matters.
    """

    topic: Topic
    value: str
    role: str
    sources: dict[str, Seen]
    roles: list[str]
    tags: list[str]
    contained_in: list[str]
    score: float | None
    reasons: list[Reason]


class WhatWasNew(msgspec.Struct, frozen=True):
    """What opened an alert again.

    Attributes:
        value: The value of which something new was said.
        sources: Who said it.
        at: When it was found.
    """

    value: str
    sources: list[str]
    at: datetime


class AlertShown(msgspec.Struct, frozen=True):
    """An alert, as an audience may see it now.

    Attributes:
        id: Its id; the same for the same organisation each time.
        source: The appliance's source.
        signature: The rule that matched.
        category: The class of the rule.
        direction: From where to where.
        first_seen: Start of the minutes that it stands for.
        last_seen: Their end.
        count: For how many alerts it stands.
        own: The own side, as far as one may see it.
        outside: What is known of its outside values, the best known first.
        matched: Whether any other source knows one of them.
        state: What has become of it.
        note: What an analyst wrote.
        by: Who said what has become of it.
        at: When he did.
        new: What opened it again.
    """

    id: str
    source: str
    signature: str
    category: str
    direction: str
    first_seen: datetime | None
    last_seen: datetime | None
    count: int
    own: list[Mention]
    outside: list[Known]
    matched: bool
    state: AlertState
    note: str = ""
    by: str = ""
    at: datetime | None = None
    new: WhatWasNew | None = None
