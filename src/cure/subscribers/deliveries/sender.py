"""Sending: what is due of one delivery, in order, and what becomes of it.

Nothing here waits for time to pass: `Sender.send_due` says when it is to be called again.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple, ParamSpec, TypeVar

import msgspec

from cure.errors import LogError, NotKnownError
from cure.subscribers.deliveries.channel import Channel, Outcome, Parcel, most_at_once
from cure.subscribers.deliveries.delivery import Delivery, Pace, Way
from cure.subscribers.deliveries.outlook import Look, Outlook
from cure.subscribers.deliveries.progress import Progress
from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.deliveries.times import (
    GIVE_UP,
    LONGEST_WAIT,
    MAIL_GAP,
    back_off,
    digest_after,
    digest_before,
    quiet_until,
)
from cure.subscribers.watches.hit import Hit, HitShown
from cure.subscribers.watches.store import WatchStore

P = ParamSpec("P")
T = TypeVar("T")
_HITS_AT_ONCE = 200
_THREADS = 2


class _Due(NamedTuple):
    """What is to be sent now.

    Attributes:
        progress: How far the delivery has come.
        hits: What is looked at, in order; the last of them is how far it has come afterwards.
        again: Positions and ids of dead letters that are sent again; then `hits` are these.
        look: What of the hits may be sent.
    """

    progress: Progress
    hits: Sequence[Hit]
    again: Sequence[tuple[int, str]]
    look: Look


class Sender:
    """Sends what is due of deliveries; files and views are looked into by a few threads."""

    def __init__(
        self,
        store: DeliveryStore,
        watches: WatchStore,
        outlook: Outlook,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        """Send hits of a store.

        Args:
            store: The deliveries, and how far they have come.
            watches: The hits.
            outlook: What of them may be sent.
            clock: What time it is, UTC.
            chance: A number from 0 to 1, each time another.
        """
        self._store = store
        self._watches = watches
        self._outlook = outlook
        self._clock = clock
        self._chance = chance
        self._threads = ThreadPoolExecutor(_THREADS, "deliveries")

    async def send_due(self, delivery: Delivery, channel: Channel) -> datetime | None:
        """Send what is due, up to the first failure.

        Returns:
            When to be called again; None: once there are new hits, or the delivery has changed.

        Raises:
            LogError: If a file cannot be read or written.
        """
        found = await self._apart(self._due, delivery)
        if not isinstance(found, _Due):
            return found
        size = most_at_once(delivery)
        chosen = found.look.chosen
        parcels = [chosen[at : at + size] for at in range(0, len(chosen), size)]
        progress = found.progress
        for parcel in parcels:
            outcome = await self._sent(delivery, channel, found.look, [one for _, one in parcel])
            if outcome.why:
                return await self._apart(self._failed, delivery, progress, outcome, found.again)
            progress = await self._apart(self._acknowledged, delivery, progress, parcel, found)
            if not await self._apart(self._outlook.holds, delivery, found.look):
                return self._clock()
        await self._apart(self._done, delivery, progress, found)
        return self._clock()

    async def close(self) -> None:
        """Let go of the threads, once they have done what they are at."""
        self._threads.shutdown(wait=False)

    async def _apart(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*given, **named))

    # What is due ------------------------------------------------------------------------

    def _due(self, delivery: Delivery) -> _Due | datetime | None:
        """Return what is to be sent now, or else when to look again; None: when something comes."""
        progress, now = self._store.progress(delivery.id), self._clock()
        if progress is None or progress.is_stopped:
            return None
        until = _held_until(delivery, progress, now)
        if until is not None:
            return until
        again = self._store.to_send_again(delivery.id, _HITS_AT_ONCE)
        if again:
            hits = [one for _, hit_id in again if (one := self._hit(delivery, hit_id))]
        else:
            found = self._watches.after(delivery.organisation, progress.position, _HITS_AT_ONCE)
            if not found:
                return None
            before = digest_before(delivery, now)
            # One from the future was found while the clock was wrong, and holds up no others.
            hits = list(takewhile(lambda one: one.at < before or one.at > now, found))
            if not hits:
                return digest_after(delivery, now)
        look = self._outlook.look(delivery, hits)
        if look is None:
            return None
        return _Due(progress, hits, again, look)

    def _hit(self, delivery: Delivery, hit_id: str) -> Hit | None:
        try:
            return self._watches.hit(delivery.organisation, hit_id)
        except NotKnownError:  # its watch was removed: nobody asks for it any more
            return None

    # Sending ----------------------------------------------------------------------------

    async def _sent(
        self, delivery: Delivery, channel: Channel, look: Look, hits: Sequence[HitShown]
    ) -> Outcome:
        try:
            await self._apart(self._outlook.note, delivery, look, hits)
        except LogError:
            return Outcome("the audit log of this installation cannot be written")
        secret = await self._apart(self._store.secret, delivery.id)
        return await channel.send(Parcel(delivery, secret, hits, self._clock()))

    # What becomes of it -----------------------------------------------------------------

    def _acknowledged(
        self,
        delivery: Delivery,
        before: Progress,
        parcel: Sequence[tuple[Hit, HitShown]],
        due: _Due,
    ) -> Progress:
        positions = [hit.position for hit, _ in parcel]
        progress = Progress(
            position=before.position if due.again else positions[-1],
            sent=before.sent + len(parcel),
            withheld=before.withheld,
            sent_at=self._clock(),
            begun=before.begun,
        )
        self._store.put(delivery.id, progress, done=positions if due.again else ())
        return progress

    def _done(self, delivery: Delivery, progress: Progress, due: _Due) -> None:
        """Pass over what was looked at and not sent."""
        passed = msgspec.structs.replace(
            progress,
            position=progress.position if due.again else due.hits[-1].position,
            withheld=progress.withheld + due.look.withheld,
        )
        if passed != progress or due.again:
            self._store.put(delivery.id, passed, done=[position for position, _ in due.again])

    def _failed(
        self,
        delivery: Delivery,
        before: Progress,
        outcome: Outcome,
        again: Sequence[tuple[int, str]],
    ) -> datetime | None:
        now = self._clock()
        since = min(before.failing_since or now, now)
        failures = before.failures + 1
        wait = max(back_off(failures, self._chance()), timedelta(seconds=outcome.retry_after_s))
        progress = msgspec.structs.replace(
            before,
            failures=failures,
            failing_since=since,
            retry_at=now + wait,
            why=outcome.why,
            is_stopped=outcome.wants_nothing,
        )
        dead: list[tuple[int, str]] = []
        if now - since >= GIVE_UP:
            progress, dead = self._given_up(delivery, progress, now - GIVE_UP, again)
        self._store.put(delivery.id, progress, dead=dead, at=now)
        return None if progress.is_stopped else progress.retry_at

    def _given_up(
        self,
        delivery: Delivery,
        progress: Progress,
        before: datetime,
        again: Sequence[tuple[int, str]],
    ) -> tuple[Progress, list[tuple[int, str]]]:
        """Return what becomes dead letters: all that was found before a moment, and waits."""
        position = progress.position
        dead = list(again)
        while page := self._watches.after(delivery.organisation, position, _HITS_AT_ONCE):
            old = list(takewhile(lambda one: one.at <= before, page))
            dead += [
                (one.position, one.id) for one in old if self._outlook.is_wanted(delivery, one)
            ]
            if old:
                position = old[-1].position
            if len(old) < len(page):
                break
        return msgspec.structs.replace(progress, position=position), dead


def _held_until(delivery: Delivery, progress: Progress, now: datetime) -> datetime | None:
    """Return until when nothing is sent, whatever waits; None: it may be sent."""
    if progress.retry_at is not None and now < progress.retry_at <= now + LONGEST_WAIT:
        return progress.retry_at
    if delivery.way is Way.MAIL and delivery.pace is Pace.IMMEDIATE and progress.sent_at:
        following = progress.sent_at + MAIL_GAP
        if now < following <= now + MAIL_GAP:
            return following
    return quiet_until(delivery, now)
