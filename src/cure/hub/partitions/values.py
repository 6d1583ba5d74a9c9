"""Questions about given values: each goes to the partition of the value, which knows it all."""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_network

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from cure.hub import about, card, evidence, match, overview
from cure.hub.card import Card, Seen
from cure.hub.evidence import Evidence
from cure.hub.packing import Form, Packed, pack_all
from cure.hub.partitions.asking import Answering, Asked, Asking, by_part, placed
from cure.hub.view import released
from cure.hub.visible import Numbers
from cure.hub.watched import touched, withdrawn
from cure.hub.watched.touched import SaidIn, Span
from cure.interfaces import Released
from cure.model import Observable, Topic


class OfValues(Answering):
    """What a partition says of its values."""

    def known(self, words: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which packed values are known."""
        return self.sight.known(self.moment.hub.values.find(Packed(words, starts)))

    def card(self, observable: Observable) -> Card:
        """Return a card; the networks and names on it are those of this partition alone."""
        return card.card(self.sight, observable)

    def match(self, observables: list[Observable]) -> list[dict[str, Seen]]:
        """Return what each source says of values."""
        return match.match(self.sight, observables)

    def about(
        self,
        observable: Observable,
        source: str | None,
        before: datetime | None,
        after: datetime | None,
        most: int,
    ) -> Numbers:
        """Return the numbers of so many records of a value."""
        rows = about.about(self.sight, observable, source, before, after)
        return self.numbers(rows)[:most]

    def timeline_of(
        self,
        observable: Observable,
        bucket_s: int,
        since: datetime | None,
        until: datetime | None,
    ) -> overview.Timeline:
        """Return how many records of a value began when."""
        value_id = self.sight.find_one(observable)
        if value_id < 0:
            return overview.Timeline(bucket_s, None, {})
        return overview.timeline(self.sight, bucket_s, since, until, value_id)

    def said_in(self, spans: list[Span]) -> list[SaidIn | None]:
        """Return what the records of each span say of its value."""
        return touched.said_in(self.sight, self._spans_here(spans))

    def withdrawn(self, spans: list[Span]) -> list[bool]:
        """Tell of each span whether all in it was taken back."""
        return withdrawn.withdrawn(self.sight, self._spans_here(spans))

    def _spans_here(self, spans: list[Span]) -> list[Span]:
        return [Span(one, self.row(after), self.row(upto)) for one, after, upto in spans]

    def evidence(
        self, observables: list[Observable], until: datetime, beside: list[str]
    ) -> Evidence:
        """Return what is said of values."""
        return evidence.evidence(self.sight, observables, until, beside)


class AskingOfValues(Asking):
    """The part of a view that answers for given values."""

    def card(self, observable: Observable) -> Card:
        """Return all that is known of an observable, per source."""
        found: Card = self.one(observable, "card", observable)
        above, around = card.above(observable), self._around(observable)
        known, count = self.is_known([*above, *around]), len(above)
        return replace(
            found,
            parents=[above[at].value for at in np.flatnonzero(known[:count]).tolist()],
            contained_in=[around[at].value for at in np.flatnonzero(known[count:]).tolist()],
        )

    def _around(self, observable: Observable) -> list[Observable]:
        """Return the networks that contain an address and that there may be, narrowest first."""
        if observable.topic is not Topic.IP:
            return []
        inner = ip_network(observable.value)
        form = Form.NET4 if inner.version == 4 else Form.NET6  # noqa: PLR2004
        longest = inner.prefixlen - 1 if "/" in observable.value else inner.max_prefixlen
        lengths = sorted(
            (length for one, length in self.front.networks if one is form and length <= longest),
            reverse=True,
        )
        return [Observable(Topic.IP, str(inner.supernet(new_prefix=length))) for length in lengths]

    def is_known(self, observables: Sequence[Observable]) -> NDArray[np.bool_]:
        """Tell which observables are known."""
        known = np.zeros(len(observables), bool)
        if not len(observables):
            return known
        packed = pack_all(observables)
        which = by_part(self.parts_of(packed))
        asked = [Asked(part, "known", tuple(packed.some(rows))) for part, rows in which]
        for (_, rows), answer in zip(which, self.front.ask(self.asker, asked), strict=True):
            known[rows] = answer
        return known

    def match(self, observables: Sequence[Observable]) -> list[dict[str, Seen]]:
        """Return for each observable what each source says of it; empty: unknown."""
        return placed(len(observables), self.routed(observables, "match"))

    def records(  # noqa: PLR0913 - each is a filter of one question
        self,
        observable: Observable,
        *,
        source: str | None = None,
        before: datetime | None = None,
        after: datetime | None = None,
        limit: int = 100,
        skip: int = 0,
    ) -> tuple[Released, bool]:
        """Return the records of an observable, the latest first; see `View.records`."""
        most = skip + limit + 1
        numbers = self.one(observable, "about", observable, source, before, after, most)
        return released(numbers[skip : skip + limit]), len(numbers) > skip + limit

    def said_in(self, spans: Sequence[Span]) -> list[SaidIn | None]:
        """Return what the records of each span say of its value; None: nothing to this audience."""
        return self._of_spans("said_in", spans)

    def withdrawn(self, spans: Sequence[Span]) -> list[bool]:
        """Tell of each span whether all that it could read there was taken back or corrected."""
        return self._of_spans("withdrawn", spans)

    def _of_spans(self, name: str, spans: Sequence[Span]) -> list:  # pyright: ignore[reportMissingTypeArgument]
        if not spans:
            return []
        parts = self.parts_of(pack_all([one.observable for one in spans]))
        return placed(len(spans), self.split(parts, spans, name))

    def evidence(
        self, observables: Sequence[Observable], until: datetime, beside: Sequence[str]
    ) -> Evidence:
        """Return what is said of values up to a moment, by source, role and day."""
        answers = self.routed(observables, "evidence", until, list(beside))
        return evidence.together(
            [one._replace(value=rows[one.value]) for rows, one in answers if len(one.value)]
        )
