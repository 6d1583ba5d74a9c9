"""One hub, and one in partitions: whatever is asked of the one is asked of the other, too."""

from typing import TypeAlias

from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.partitions.hub import PartedHub
from cure.model.networks import Networks

AnyHub: TypeAlias = Hub | PartedHub
PARTS = 3
_asked_of: list[int] = [0]


def new_hub(key: HashKey, unlinked: Networks = Networks(())) -> AnyHub:  # noqa: B008 - no state
    """Make a hub of the kind that is being tried."""
    [parts] = _asked_of
    return PartedHub(key, unlinked, parts) if parts else Hub(key, unlinked)


def try_kind(parts: int) -> None:
    """Make hubs in so many partitions from now on; 0: undivided ones."""
    _asked_of[0] = parts
