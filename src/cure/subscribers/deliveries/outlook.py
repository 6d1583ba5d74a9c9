"""What of an organisation's hits may be sent now: looked up again before each parcel."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from cure.access.accounts import Accounts
from cure.access.entries import Entry, digest_of
from cure.hub.gate import Gate
from cure.hub.view import View
from cure.model import Audience
from cure.subscribers.deliveries.delivery import Delivery, Way
from cure.subscribers.watches.audiences import Audiences
from cure.subscribers.watches.hit import Hit, HitShown, HitState
from cure.subscribers.watches.showing import shown
from cure.subscribers.watches.store import WatchStore
from cure.subscribers.watches.watch import Watch


class Look(NamedTuple):
    """Some hits of an organisation, as they may be sent at a moment.

    Attributes:
        audience: As whom the receiver is told.
        view: What it may be sent.
        chosen: The hits that are to be sent, in order, each as it is kept and as it is shown.
        withheld: How many are not, because nothing of them may be sent any more.
    """

    audience: Audience
    view: View
    chosen: list[tuple[Hit, HitShown]]
    withheld: int


class Outlook:
    """Shows hits as whoever receives a delivery may see them."""

    def __init__(
        self,
        gate: Gate,
        watches: WatchStore,
        audiences: Audiences,
        accounts: Accounts | None,
        clock: Callable[[], datetime],
    ) -> None:
        """Look through a gate, at the hits of a store.

        Args:
            gate: The gate.
            watches: Watches and hits.
            audiences: As whom organisations are told, for `Purpose.PUSH`.
            accounts: Whose audit log is told what was sent; None: there is none.
            clock: What time it is, UTC.
        """
        self._gate = gate
        self._watches = watches
        self._audiences = audiences
        self._accounts = accounts
        self._clock = clock
        self._known: tuple[int, dict[str, Watch]] = (-1, {})

    def look(self, delivery: Delivery, hits: Sequence[Hit]) -> Look | None:
        """Show what a delivery wants of some hits; None: its organisation is no longer let in.

        Raises:
            LogError: If rights or watches cannot be looked up.
        """
        audience = self._audience(delivery)
        if audience is None:
            return None
        view = self._gate.view(audience, self._clock())
        watches = self._every_watch()
        wanted = [one for one in hits if self.is_wanted(delivery, one)]
        known = [one for one in wanted if one.watch in watches]
        seen = {one.id: one for one in shown(view, known, watches)}
        chosen = [
            (one, seen[one.id])
            for one in wanted
            if one.id in seen and _is_due(delivery, one, seen[one.id])
        ]
        return Look(audience, view, chosen, len(wanted) - len(seen))

    @staticmethod
    def is_wanted(delivery: Delivery, hit: Hit) -> bool:
        """Tell whether a hit is of a watch that a delivery is for."""
        return not delivery.watches or hit.watch in delivery.watches

    def holds(self, delivery: Delivery, look: Look) -> bool:
        """Tell whether what was looked up would still look the same. Cost: about 10 µs.

        Raises:
            LogError: If rights cannot be looked up.
        """
        if self._audience(delivery) != look.audience:
            return False
        sees = self._gate.view(look.audience, self._clock()).clearance
        return sees.agrees_with(look.view.clearance)

    def note(self, delivery: Delivery, look: Look, hits: Sequence[HitShown]) -> None:
        """Have the audit log say what is sent to whom, before it is.

        Raises:
            LogError: If it cannot; then nothing is to be sent.
        """
        if self._accounts is None:
            return
        self._accounts.store.audit.note(
            Entry(
                self._clock(),
                delivery.organisation,
                delivery.id,
                delivery.organisation,
                "deliver",
                about=delivery.way.value,
                audience=digest_of(look.audience),
                policy=self._accounts.store.seen_policy_version,
                sources=tuple(sorted({name for one in hits for name in one.sources})),
                count=len(hits),
            )
        )

    def _audience(self, delivery: Delivery) -> Audience | None:
        found = self._audiences.of(delivery.organisation)
        return None if found is None else delivery.limits.narrowed(found)

    def _every_watch(self) -> dict[str, Watch]:
        version = self._watches.version
        if self._known[0] != version:
            found = {one.watch.id: one.watch for one in self._watches.standing()}
            self._known = (version, found)
        return self._known[1]


def _is_due(delivery: Delivery, hit: Hit, said: HitShown) -> bool:
    """Tell whether a hit is told: people are told of nothing that somebody has seen to already."""
    if delivery.way is Way.MAIL and hit.state is HitState.ACKNOWLEDGED:
        return False
    if hit.state is HitState.WITHDRAWN:
        return True
    return not delivery.meanings or said.meaning in delivery.meanings
