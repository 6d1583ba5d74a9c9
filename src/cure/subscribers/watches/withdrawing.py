"""Hits of which all was taken back: they are told again, as withdrawn."""

from cure.hub.view import Span, View
from cure.model import Observable
from cure.subscribers.watches.hit import Hit
from cure.subscribers.watches.hit_store import HitStore


def withdrawn_hits(store: HitStore, organisation: str, view: View, after: int) -> list[str]:
    """Return the ids of hits of which nothing is said any more, the oldest first.

    Args:
        store: The hits.
        organisation: Whose hits.
        view: What it may see now.
        after: What was taken back up to this record was looked at before.
    """
    gone = dict(view.no_longer_said(after))
    if not gone:
        return []
    concerned = [
        one
        for one in store.of_values(organisation, sorted({one.value for one in gone}))
        if (numbers := gone.get(Observable(one.topic, one.value))) is not None
        and ((numbers >= one.after) & (numbers < one.upto)).any()
    ]
    said = view.withdrawn([span_of(one) for one in concerned])
    found = [one for one, is_gone in zip(concerned, said, strict=True) if is_gone]
    return [one.id for one in sorted(found, key=lambda one: one.position)]


def span_of(hit: Hit) -> Span:
    """Return the records that a hit stands for."""
    return Span(Observable(hit.topic, hit.value), hit.after, hit.upto)
