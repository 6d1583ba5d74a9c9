"""Hits as CloudEvents 1.0 in structured JSON.

Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

from collections.abc import Sequence

import msgspec

from cure.subscribers.watches.hit import HitShown, HitState

HIT = "jp.cure.hit.v1"
"""The type of an event that tells of a hit."""
RETRACTED = "jp.cure.hit.retracted.v1"
"""The type of an event that tells that a hit was withdrawn: its source took back what it said."""
TEST = "jp.cure.test.v1"
"""The type of an event that shows that a delivery works; what it holds is invented."""
ONE = "application/cloudevents+json"
MANY = "application/cloudevents-batch+json"
_encode = msgspec.json.Encoder().encode


def event(hit: HitShown, source: str, kind: str = HIT) -> dict[str, object]:
    """Return the event that tells of a hit; its id is that of the hit, each time it is sent.

    One that tells that the hit was withdrawn has another, and the id of the hit in its data.

    Args:
        hit: The hit.
        source: URI of this installation.
        kind: Its type.
    """
    is_gone = kind == HIT and hit.state is HitState.WITHDRAWN
    return {
        "specversion": "1.0",
        "id": f"{hit.id}.retracted" if is_gone else hit.id,
        "source": source,
        "type": RETRACTED if is_gone else kind,
        "subject": f"{hit.topic}/{hit.value}",
        "time": hit.at,
        "datacontenttype": "application/json",
        "data": hit,
    }


def body_of(events: Sequence[dict[str, object]], *, batch: bool) -> tuple[bytes, str]:
    """Return the body that holds events, and its media type; without `batch` it is one."""
    if batch:
        return _encode(events), MANY
    [one] = events
    return _encode(one), ONE
