"""A hub made of its snapshot, and brought up to what a log has."""

from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from cure.errors import LogError
from cure.hub.batch import batch_of
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.partitions.hub import PartedHub
from cure.interfaces import Cards, Log
from cure.log import snapshots
from cure.log.sqlite import SqliteLog
from cure.model.networks import Networks

Replayed = Callable[[int, int], None]
"""Told while a log is replayed: up to which number, of how many."""


class Begun(NamedTuple):
    """A hub before it is brought up.

    Attributes:
        hub: The hub: that of the snapshot, or an empty one.
        seq: Up to which record it knows the log.
        holds_dropped: Whether the snapshot still has what the log dropped since.
        warnings: Why the snapshot was passed over, in a sentence.
    """

    hub: Hub
    seq: int = 0
    holds_dropped: bool = False
    warnings: tuple[str, ...] = ()


def dropped_of(log: Log) -> dict[str, int]:
    """Return up to which record those of each source were dropped for their age."""
    return {one.source: one.upto for one in log.retentions() if one.cards is Cards.DROP}


def has_dropped_more(hub: Hub | PartedHub, dropped: Mapping[str, int]) -> bool:
    """Tell whether a hub lacks what a log has, such as that of a later backup."""
    return any(dropped.get(source, 0) < upto for source, upto in hub.horizons.items())


def begin(path: Path, log: SqliteLog, key: HashKey, unlinked: Networks) -> Begun:
    """Take the hub of a snapshot; an empty one, if there is none that can be used.

    Raises:
        LogError: If it knows more than the log.
    """
    try:
        snapshot = snapshots.load(path, log.log_id)
    except LogError as error:
        return Begun(Hub(key, unlinked), warnings=(f"{error}; replaying the log instead",))
    if snapshot is None:
        return Begun(Hub(key, unlinked))
    if snapshot.seq > log.last():
        raise LogError(
            f"{path} knows record {snapshot.seq}, but the log ends at {log.last()}: "
            "the log was cut or replaced"
        )
    hub = Hub.restore(snapshot.state, key, unlinked)
    dropped = dropped_of(log)
    if has_dropped_more(hub, dropped):
        warning = f"{path} is of another log; replaying this one"
        return Begun(Hub(key, unlinked), warnings=(warning,))
    return Begun(hub, snapshot.seq, dict(hub.horizons) != dropped)


def replay(log: Log, hub: Hub | PartedHub, replayed: Replayed) -> None:
    """Let a hub take in what the log has beyond it, exchanges of labels at their place.

    What was dropped for its age goes first: no order matters between that and anything else.
    """
    for source, upto in dropped_of(log).items():
        hub.drop(source, upto)
    waiting = deque(log.relabellings()[hub.relabelled :])
    for batch in log.read(after=len(hub)):
        rest = batch
        while waiting and waiting[0].after < rest[-1].seq:
            upto = waiting[0].after - len(hub)
            if upto > 0:
                hub.accept(batch_of(rest[:upto]))
                rest = rest[upto:]
            hub.relabel(*waiting.popleft()[1:])
        hub.accept(batch_of(rest))
        replayed(len(hub), log.last())
    for done in waiting:
        hub.relabel(*done[1:])
