"""What the handlers of one server share."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from queue import Full

import msgspec
from litestar.di import NamedDependency

from cure import warninglists
from cure.access.entries import entry_of
from cure.access.principal import Principal
from cure.access.ratings import Ratings
from cure.asking import moment
from cure.background import Background
from cure.errors import MalformedError
from cure.hub.view import View
from cure.installation import Installation
from cure.interfaces import Publisher
from cure.matching import MAX_LINE_CHARS
from cure.model import Audience, Purpose
from cure.web.authentication import Authentication
from cure.web.metrics import Metrics
from cure.web.readiness import Readiness
from cure.web.turns import Turns
from cure.writer import Writer

FINDINGS = "findings"
"""The publisher that reads what is posted."""
_BODIES_AT_ONCE = 4


class Serving:
    """An installation, and what is needed to serve it to all who ask.

    Attributes:
        installation: The installation.
        authentication: Finds out who asks.
        publishers: The publishers that are installed, by name.
        clock: What time it is, UTC.
        max_body_bytes: How large a request body may be, also after expansion.
        writer: Keeps what is posted.
        ratings: The ratings of the sources; None: there are none.
        metrics: The counters.
        readiness: Whether it can do its work.
        turns: In what order what is posted is read.
        background: Turns of those for whom nobody waits.
    """

    def __init__(  # noqa: PLR0913 - each is one thing of its own
        self,
        installation: Installation,
        *,
        authentication: Authentication,
        open_to: Audience,
        publishers: Mapping[str, Publisher],
        clock: Callable[[], datetime],
        max_body_bytes: int,
    ) -> None:
        """Serve an installation; as long as it needs no credentials, to the audience `open_to`."""
        self.installation = installation
        self.authentication = authentication
        self.publishers = publishers
        self.clock = clock
        self.max_body_bytes = max_body_bytes
        self.metrics = Metrics(lambda: len(installation), lambda: len(self.writer))
        self.writer = Writer(
            installation.append, follows=installation.is_node, written=self.metrics.written
        )
        installation.told_by(self.writer.announce)
        self.readiness = Readiness(installation, self.writer)
        self._open_to = {
            purpose: msgspec.structs.replace(open_to, purpose=purpose) for purpose in Purpose
        }
        accounts = authentication.accounts
        self.ratings = None if accounts is None else Ratings(accounts.store)
        self._own: set[tuple[str, str]] = set()
        self._body_bytes = 0
        self.turns = Turns(self.writer)
        self.background = Background(lambda: self.turns.is_busy or self.writer.is_busy)

    def start(self) -> None:
        """Begin to keep what is posted, and read meanwhile what cards will need."""
        self.writer.start()
        threading.Thread(target=warninglists.prepare, daemon=True).start()

    def stop(self) -> None:
        """Keep what waits, then end."""
        self.turns.stop()
        self.writer.stop()

    def view(self, audience: Audience) -> View:
        """Return what an audience may see now."""
        return self.installation.gate.view(audience, self.clock())

    def open_audience(self, purpose: Purpose) -> Audience:
        """Return as whom the gate sees whoever asks while no credentials are needed."""
        return self._open_to[purpose]

    def publisher_of(self, source: str) -> Publisher:
        """Return who reads a source; of one that is not installed, who reads findings."""
        return self.publishers.get(source.partition("@")[0], self.publishers[FINDINGS])

    def is_own(self, source: str, organisation: str) -> bool:
        """Tell whether all that a source has said belongs to an organisation, if anything."""
        if (source, organisation) not in self._own:
            if not self.installation.owners_of(source) <= {organisation}:
                return False
            self._own.add((source, organisation))
        return True

    def note_denied(self, who: Principal, action: str) -> None:
        """Have the audit log say that somebody who is known wanted what he may not."""
        if self.authentication.accounts is not None:
            entry = entry_of(who, self.clock(), action, decision="denied")
            self.authentication.accounts.store.audit.note(entry)

    @contextmanager
    def room_for(self, size_bytes: int) -> Iterator[None]:
        """Make room for a body that is being read.

        Raises:
            Full: If too much is being read already.
        """
        most = _BODIES_AT_ONCE * self.max_body_bytes
        if self._body_bytes and self._body_bytes + size_bytes > most:
            raise Full
        self._body_bytes += size_bytes
        try:
            yield
        finally:
            self._body_bytes -= size_bytes

    def moment(self, text: str | None) -> datetime | None:
        """Read a moment in a query."""
        if text is None:
            return None
        # An unquoted + in a query means a blank; none stands in a time that has a T.
        return moment(text.replace(" ", "+") if "T" in text else text, self.clock())


ServingHere = NamedDependency[Serving]
"""A handler's parameter `serving` of this type is given the one of its server."""


def checked_length(text: str) -> str:
    """Return a text that is short enough to be a question.

    Raises:
        MalformedError: If it is longer than any value can be.
    """
    if len(text) > MAX_LINE_CHARS:
        raise MalformedError("value", text, f"longer than {MAX_LINE_CHARS} characters")
    return text
