"""Batches: numbered records as columns, the form in which the hub takes them in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.packing import Packed, pack_all
from cure.interfaces import Logged
from cure.model import Label

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US = 86_400_000_000


def microseconds(moment: datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    since = moment - _EPOCH
    return since.days * _DAY_US + since.seconds * 1_000_000 + since.microseconds


def instant(microseconds_since_1970: int) -> datetime:
    """Return the moment that `microseconds` made a number of.

    A double holds seconds to a quarter of a microsecond until 2100, and is rounded to whole
    microseconds: so it is exact, and twice as fast as adding a `timedelta`.
    """
    return datetime.fromtimestamp(microseconds_since_1970 / 1_000_000, UTC)


class Batch(NamedTuple):
    """Records that follow those which the hub has, in columns of one row each.

    Attributes:
        sources: Names that `source` counts in.
        labels: Labels that `label` counts in.
        role_names: Names that `roles` counts in.
        source: Source of each record.
        label: Label of each record.
        first: First seen, in microseconds since 1970.
        last: Last seen, likewise.
        counts: How often.
        ends: Where the mentions of each record end.
        values: Packed value of each mention.
        roles: Role of each mention.
        replaced: Numbers of records, older ones or of this batch, that are replaced.
        replacing: Number of the record that replaces each of them, ascending.
    """

    sources: tuple[str, ...]
    labels: tuple[Label, ...]
    role_names: tuple[str, ...]
    source: NDArray[np.uint16]
    label: NDArray[np.uint16]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    counts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    values: Packed
    roles: NDArray[np.uint16]
    replaced: NDArray[np.int64]
    replacing: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.source)


def batch_of(logged: Sequence[Logged]) -> Batch:
    """Turn records of the log into columns. Cost: about 4 µs a record."""
    count = len(logged)
    findings = [one.record.finding for one in logged]
    newer = [one for one in logged if one.replaces]
    mentions = [mention for finding in findings for mention in finding.observables]
    sources: dict[str, int] = {}
    labels: dict[Label, int] = {}
    roles: dict[str, int] = {}
    source = [sources.setdefault(one.record.source, len(sources)) for one in logged]
    label = [labels.setdefault(one.record.label, len(labels)) for one in logged]
    role = [roles.setdefault(mention.role, len(roles)) for mention in mentions]
    first = (microseconds(finding.first_seen or _EPOCH) for finding in findings)
    last = (microseconds(finding.last_seen or _EPOCH) for finding in findings)
    return Batch(
        tuple(sources),
        tuple(labels),
        tuple(roles),
        np.array(source, np.uint16),
        np.array(label, np.uint16),
        np.fromiter(first, np.int64, count),
        np.fromiter(last, np.int64, count),
        np.fromiter((finding.count for finding in findings), np.uint32, count),
        np.cumsum(
            np.fromiter((len(finding.observables) for finding in findings), np.uint32, count),
            dtype=np.uint32,
        ),
        pack_all(mentions),
        np.array(role, np.uint16),
        np.array([one.replaces - 1 for one in newer], np.int64),
        np.array([one.seq - 1 for one in newer], np.int64),
    )
