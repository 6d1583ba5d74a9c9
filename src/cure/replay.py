"""A hub brought up to what a log has."""

from collections import deque
from collections.abc import Callable

from cure.hub.batch import batch_of
from cure.hub.index import Hub
from cure.hub.partitions.hub import PartedHub
from cure.interfaces import Cards, Log

Replayed = Callable[[int, int], None]
"""Told while a log is replayed: up to which number, of how many."""


def replay(log: Log, hub: Hub | PartedHub, replayed: Replayed) -> None:
    """Let a hub take in what the log has beyond it, exchanges of labels at their place.

    What was dropped for its age goes first: no order matters between that and anything else.
    """
    for one in log.retentions():
        if one.cards is Cards.DROP:
            hub.drop(one.source, one.upto)
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
