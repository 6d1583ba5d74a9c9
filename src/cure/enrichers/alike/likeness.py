"""All that can be asked of how addresses behave: who is alike, and which groups there are."""

from collections.abc import Callable
from datetime import timedelta

import msgspec

from cure.asking import known_value
from cure.enrichers.alike.answers import Asked, Compared, Similar
from cure.enrichers.alike.behaviours import Held
from cure.enrichers.alike.chosen import choose
from cure.enrichers.alike.current import Current, CurrentVectors
from cure.enrichers.alike.similarity import compare, similar
from cure.enrichers.geography import Geography
from cure.enrichers.groups.answers import group_members, groups_shown
from cure.enrichers.groups.publishing import GroupPublishing, Keep, Relabel, own_audience
from cure.enrichers.groups.runs import Grouped, GroupRuns
from cure.enrichers.groups.shown import GroupMembers, GroupsPublished, GroupsShown, Order
from cure.errors import MalformedError
from cure.hub.view import View
from cure.model import Audience, Observable, Purpose, Topic

WINDOW = timedelta(days=30)
"""How far back addresses are compared, where nobody says otherwise."""


class Likeness:
    """Answers each audience from what its view lets through, for the purpose to derive."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is one thing of its own
        self,
        held: Callable[[], Held],
        view_of: Callable[[Audience], View],
        geography: Geography,
        runs: GroupRuns,
        publishing: GroupPublishing,
        keep: timedelta = WINDOW,
    ) -> None:
        """Answer from the columns that are held.

        Args:
            held: The columns of behaviour, as of now.
            view_of: Gives the view of an audience, as of now.
            geography: Where addresses belong.
            runs: Computes and keeps groups.
            publishing: Says them to the hub.
            keep: How far back behaviour is held.
        """
        self.geography = geography
        self.keep = keep
        self._held = held
        self._view_of = view_of
        self._current = CurrentVectors(held)
        self._runs = runs
        self._publishing = publishing

    def similar(self, audience: Audience, value: str, asked: Asked) -> Similar:
        """Return the addresses that behave like one.

        Raises:
            MalformedError: If the value is no address.
            NotKnownError: If the audience knows nothing of it.
        """
        reading = self._view_of(audience)
        ip = _address(reading, value)
        return similar(self._now(audience, asked.window), ip, asked, self.geography, reading)

    def compare(
        self, audience: Audience, values: tuple[str, str], window: timedelta = WINDOW
    ) -> Compared:
        """Tell how alike two addresses are.

        Raises:
            MalformedError: If a value is no address.
            NotKnownError: If the audience knows nothing of one.
        """
        reading = self._view_of(audience)
        ips = (_address(reading, values[0]), _address(reading, values[1]))
        return compare(self._now(audience, window), ips, self.geography)

    def groups(
        self,
        audience: Audience,
        order: Order,
        limit: int,
        wait_s: float | None = None,
        ip: str | None = None,
    ) -> GroupsShown:
        """Return the groups of all that the audience may derive from.

        Args:
            audience: Who asks.
            order: Which come first.
            limit: How many at most.
            wait_s: How long to wait for them; None: until they are there.
            ip: Only those of this address, in canonical form; None: all.

        Raises:
            CureError: If they could not be computed.
        """
        return groups_shown(self._grouped(_deriving(audience), wait_s), order, limit, ip)

    def group(self, audience: Audience, name: str, wait_s: float | None = None) -> GroupMembers:
        """Return a group with its members.

        Raises:
            NotKnownError: If the audience has no group of this name.
            CureError: If the groups could not be computed.
        """
        grouped = self._grouped(_deriving(audience), wait_s)
        return group_members(grouped, name, self._now(audience, self.keep), self.geography)

    def publish_groups(self, organisation: str, keep: Keep, relabel: Relabel) -> GroupsPublished:
        """Publish the groups of what an organisation owns, as far as they have changed.

        Raises:
            CureError: If they could not be computed.
            LogError: If they could not be kept.
        """
        grouped = self._grouped(own_audience(organisation), None)
        assert grouped is not None  # noqa: S101 - it was waited for
        return self._publishing.publish(grouped, keep, relabel)

    def close(self) -> None:
        """Begin no more runs of grouping."""
        self._runs.close()

    def _now(self, audience: Audience, window: timedelta) -> Current:
        return self._current.of(self._view_of(_deriving(audience)), min(window, self.keep))

    def _grouped(self, audience: Audience, wait_s: float | None) -> Grouped | None:
        view = self._view_of(audience)
        everybody = msgspec.structs.replace(audience, user="")
        if audience.user and self._view_of(everybody).rights() == view.rights():
            audience = everybody  # who sees no more than his organisation shares its groups
        return self._runs.of(audience, view, lambda: choose(self._held(), view, self.keep), wait_s)


def _deriving(audience: Audience) -> Audience:
    return msgspec.structs.replace(audience, purpose=Purpose.DERIVE)


def _address(view: View, value: str) -> str:
    """Read an address, and make sure that the audience knows of it."""
    one: Observable = known_value(view, value)
    if one.topic is not Topic.IP or "/" in one.value:
        raise MalformedError("address", value, "only single addresses behave alike")
    return one.value
