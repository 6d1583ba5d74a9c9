"""As whom organisations are told of what their watches meet: by agreement, nobody in person."""

from collections.abc import Callable

import msgspec

from cure.access.accounts import Accounts
from cure.access.narrowing import principal_of
from cure.model import Audience, Purpose


class Audiences:
    """The audience of each organisation, for one purpose."""

    def __init__(
        self,
        open_to: Audience,
        accounts: Accounts | None = None,
        is_open: Callable[[], bool] = lambda: True,
        purpose: Purpose = Purpose.PUSH,
    ) -> None:
        """Find the audiences of organisations.

        Args:
            open_to: Who asks while no credentials are needed.
            accounts: The agreements; None: there are none, and never will be.
            is_open: Tells whether no credentials are needed.
            purpose: What it is told for.
        """
        self._open_to = msgspec.structs.replace(open_to, purpose=purpose)
        self._accounts = accounts
        self._is_open = is_open
        self._purpose = purpose
        self._policy = -1
        self._known: dict[str, Audience | None] = {}

    def organisations(self) -> list[str]:
        """Return all organisations, by name.

        Raises:
            LogError: If the agreements cannot be read.
        """
        if self._is_open() or self._accounts is None:
            return [self._open_to.organisation]
        return self._accounts.organisations.names()

    def of(self, organisation: str) -> Audience | None:
        """Return the audience of an organisation; None: there is no such organisation any more.

        Raises:
            LogError: If the agreements cannot be read.
        """
        if self._is_open() or self._accounts is None:
            return self._open_to if organisation == self._open_to.organisation else None
        version = self._accounts.policy_version
        if version != self._policy:
            self._policy, self._known = version, {}
        if organisation not in self._known:
            agreement = self._accounts.organisations.called(organisation)
            self._known[organisation] = (
                None
                if agreement is None
                else principal_of(
                    agreement, None, None, credential="watches", strength="local"
                ).audience(self._purpose)
            )
        return self._known[organisation]
