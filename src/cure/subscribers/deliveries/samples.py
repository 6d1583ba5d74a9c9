"""An invented hit, by which people see whether a delivery works and what it looks like."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cure.hub.view import Seen
from cure.model import Topic
from cure.subscribers.watches.hit import HitShown, HitState
from cure.subscribers.watches.meaning import MEANINGS

_MEANING = "own-address-attacks"


def sample_hit(
    at: datetime,
    *,
    name: str = "test of this delivery",
    topic: Topic = Topic.IP,
    value: str = "192.0.2.1",
    tags: Sequence[str] = (),
) -> HitShown:
    """Return a hit of an address that nobody has."""
    begin = at - timedelta(minutes=5)
    return HitShown(
        id=f"test-{at.timestamp():.6f}",
        watch="test",
        name=name,
        own=True,
        entry=value,
        topic=topic,
        value=value,
        meaning=_MEANING,
        text=MEANINGS[_MEANING],
        count=1,
        sources={"test": Seen(1, begin, at)},
        roles=["attacker"],
        tags=list(tags),
        also=[],
        first_seen=begin,
        last_seen=at,
        at=at,
        retro=False,
        state=HitState.NEW,
    )
