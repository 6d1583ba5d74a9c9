"""Association: how malicious that is which stands beside a value. No part of its own score."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import numpy as np

from cure.enrichers.maliciousness.factors import factors
from cure.enrichers.reliability.trust import Trust
from cure.hub.batch import microseconds
from cure.hub.view import View
from cure.model import Observable, Topic

NEIGHBOURS = 10


class Neighbour(msgspec.Struct, frozen=True):
    """A value that stands in the same records.

    Attributes:
        topic: Its topic.
        value: Its canonical form.
        maliciousness: Its score.
        records: In how many records both stand.
    """

    topic: Topic
    value: str
    maliciousness: float
    records: int


class Association(msgspec.Struct, frozen=True):
    """What stands beside a value most often.

    Attributes:
        maliciousness: The mean of their scores, each by the number of records; 0: there are none.
        neighbours: They, those in most records in front.
    """

    maliciousness: float
    neighbours: Sequence[Neighbour]


def association(view: View, observable: Observable, at: datetime, trust: Trust) -> Association:
    """Return how malicious that is which stands beside a value most often; tags aside.

    Args:
        view: A view without records from which nothing may be derived.
        observable: The value.
        at: As of when.
        trust: How far sources are believed.

    Cost: a pivot of one hop.
    """
    found = view.pivot(observable, 1, 5 * NEIGHBOURS)
    beside = [
        (Observable(node.topic, node.value), edge.records)
        for edge in found.edges
        if edge.a == 0
        for node in (found.nodes[edge.b],)
        if node.topic is not Topic.TAG
    ][:NEIGHBOURS]
    if not beside:
        return Association(0.0, [])
    values, records = zip(*beside, strict=True)
    scores = factors(view, values, at, trust).maliciousness(microseconds(at))
    return Association(
        round(float(np.average(scores, weights=records)), 1),
        [
            Neighbour(one.topic, one.value, round(score, 1), count)
            for one, score, count in zip(values, scores.tolist(), records, strict=True)
        ],
    )
