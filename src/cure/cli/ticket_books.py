"""The tickets of a data directory here, or of a server, for the commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Protocol

import cure
from cure.access.in_force import rated_intake, ratings_in
from cure.access.ratings import Ratings
from cure.app import label_of, operator, publisher_called
from cure.cli.opening import opened
from cure.cli.options import settings_of
from cure.errors import ConfigError
from cure.installation import Installation
from cure.model import Record
from cure.ticketing import (
    SOURCE,
    Desk,
    TicketChange,
    TicketForm,
    TicketShown,
    ticket_in,
    tickets_in,
)


class TicketBook(Protocol):
    """What can be done with tickets."""

    def add(self, form: TicketForm) -> TicketShown:
        """Make one."""
        ...

    def change(self, ticket_id: str, change: TicketChange) -> TicketShown:
        """Change one."""
        ...

    def one(self, ticket_id: str) -> TicketShown:
        """Return one."""
        ...

    def all(self, status: str | None) -> list[TicketShown]:
        """Return all, or those with this status."""
        ...


@contextmanager
def ticket_book(data: Path | None, url: str | None, *, write: bool = False) -> Iterator[TicketBook]:
    """Open the tickets that were named on the command line.

    Raises:
        ConfigError: If both were, or there is no data.
    """
    if url is None:
        settings = settings_of(data)
        with (
            opened(settings, write=write) as installation,
            ratings_in(installation.directory) as ratings,
        ):
            yield _Here(installation, settings.organisation, ratings)
    elif data is None:
        with cure.Client(url) as client:
            yield import_module("cure.cli.there").TicketsThere(client)
    else:
        raise ConfigError("give --data or --url, not both")


class _Here:
    def __init__(
        self, installation: Installation, organisation: str, ratings: Ratings | None
    ) -> None:
        now = datetime.now(UTC)
        publisher = publisher_called(SOURCE)
        label = label_of(publisher, organisation)
        self._desk = Desk(publisher, SOURCE, label, now, partial(rated_intake, ratings))
        self._installation = installation
        self._audience = operator(organisation)
        self._view = installation.gate.view(self._audience, now)

    def add(self, form: TicketForm) -> TicketShown:
        return self._kept(self._desk.opened(form))

    def change(self, ticket_id: str, change: TicketChange) -> TicketShown:
        record = ticket_in(self._view, self._installation.log, ticket_id)
        return self._kept(self._desk.changed(record, change))

    def one(self, ticket_id: str) -> TicketShown:
        record = ticket_in(self._view, self._installation.log, ticket_id)
        return TicketShown.of(record, self._audience)

    def all(self, status: str | None) -> list[TicketShown]:
        return tickets_in(self._view, self._installation.log, self._audience, status)

    def _kept(self, records: list[Record]) -> TicketShown:
        self._installation.append(records)
        return TicketShown.of(records[0], self._audience)
