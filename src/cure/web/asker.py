"""Who asks, for one request: with the view of its own audience, and the audit log of its reads."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from litestar.di import NamedDependency
from litestar.types import Scope

from cure.access.accounts import Accounts
from cure.access.entries import entry_of
from cure.hub.view import View
from cure.model import Audience, Purpose
from cure.web.authentication import Proof
from cure.web.serving import Serving


class Asker:
    """A principal who asks this server something.

    Attributes:
        principal: Who.
        shown: What was shown to prove it; None: nothing was needed.
        address: From where.
        serving: What is asked.
    """

    __slots__ = ("_audiences", "_policy", "address", "principal", "serving", "shown")

    def __init__(self, serving: Serving, proof: Proof, address: str) -> None:
        """Ask, once it is known who does."""
        self.serving = serving
        self.principal, self.shown, self._policy = proof
        self.address = address
        self._audiences: dict[Purpose, Audience] = {}

    def audience(self, purpose: Purpose = Purpose.READ) -> Audience:
        """Return as whom the gate sees it.

        Raises:
            ForbiddenError: If it may not read at all.
        """
        if self.shown is None:
            return self.serving.open_audience(purpose)
        found = self._audiences.get(purpose)
        if found is None:
            found = self._audiences[purpose] = self.principal.audience(purpose)
        return found

    def view(self, purpose: Purpose = Purpose.READ) -> View:
        """Return what it may see now."""
        return self.serving.view(self.audience(purpose))

    @property
    def owner(self) -> str:
        """The organisation that what it posts belongs to."""
        return self.principal.organisation

    @property
    def accounts(self) -> Accounts | None:
        """The accounts by which it was let in; None: whoever reaches the server is let in."""
        return None if self.shown is None else self.serving.authentication.accounts

    def is_live(self, at: datetime) -> bool:
        """Tell whether it would still be let in, with the same rights."""
        return self.serving.authentication.is_live(self.principal, at, self.address)

    def note_deed(self, action: str, sources: Sequence[str] = (), count: int = 0) -> None:
        """Have the audit log say that it did something that is no reading of records."""
        accounts = self.serving.authentication.accounts
        if accounts is not None:
            now = self.serving.clock()
            entry = entry_of(self.principal, now, action, sources=sources, count=count)
            accounts.store.audit.note(entry)

    def note(
        self,
        action: str,
        *values: str | None,
        sources: Iterable[str] = (),
        count: int = 0,
        purpose: Purpose = Purpose.READ,
    ) -> None:
        """Have the audit log say what it read, within a second; while all is open, nothing.

        Args:
            action: What it did.
            values: What it asked for; only a keyed hash is kept.
            sources: The sources of which something is in the answer.
            count: How many results there are.
            purpose: What the answer is for.

        Raises:
            LogError: If the audit log fails; then there is no answer.
        """
        accounts = self.accounts
        if accounts is None:
            return
        audit = accounts.store.audit
        audit.note(
            entry_of(
                self.principal,
                self.serving.clock(),
                action,
                audience=self.audience(purpose),
                policy=self._policy,
                query=audit.digest_of_query(*(one or "" for one in values)) if values else "",
                sources=tuple(sorted(sources)),
                count=count,
            )
        )


AskerHere = NamedDependency[Asker]
"""A handler's parameter `asker` of this type is given who asks."""


def asker_of(scope: Scope) -> Asker:
    """Return who asks, as the guard has found out."""
    return scope["user"]
