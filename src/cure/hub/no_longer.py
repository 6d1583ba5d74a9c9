"""What is said no longer: what a view tells of records that its audience could once read."""

from collections.abc import Sequence

import numpy as np

from cure.hub import firsts
from cure.hub.visible import Numbers, Visible
from cure.hub.watched import withdrawn
from cure.hub.watched.touched import Span
from cure.interfaces import Released
from cure.model import Observable


class Gone:
    """The part of a view that tells of what is gone."""

    _sight: Visible

    def withdrawn(self, spans: Sequence[Span]) -> list[bool]:
        """Tell of each span whether all that it could read there was taken back or corrected."""
        return withdrawn.withdrawn(self._sight, spans)

    def no_longer_said(self, after: int) -> list[tuple[Observable, Numbers]]:
        """Return the values of records that were done away with behind a record; see there."""
        return withdrawn.no_longer_said(self._sight, after, len(self._sight.moment.records.stamps))

    def no_longer_named(self, released: Released, roles: frozenset[str]) -> list[list[bool]]:
        """Tell of each mention of records that are gone whether it is named so no longer."""
        numbers = np.array(released, np.int64) - 1
        return [
            one.tolist() for one in firsts.no_longer_named(firsts.Here(self._sight), numbers, roles)
        ]
