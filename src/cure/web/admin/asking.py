"""What the administrative operations share: the accounts, and how a thing is not found."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from cure.access.accounts import Accounts
from cure.access.principal import Principal
from cure.errors import MalformedError, NotKnownError, UnauthenticatedError
from cure.web.asker import Asker
from cure.web.errors import told

REFUSES = told(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
)


class Desk(NamedTuple):
    """The accounts, who asks, and when."""

    accounts: Accounts
    by: Principal
    at: datetime


def desk_of(asker: Asker) -> Desk:
    """Return the accounts, for whoever asks; also while the server is open."""
    accounts = asker.serving.authentication.accounts
    if accounts is None:
        raise UnauthenticatedError
    return Desk(accounts, asker.principal, asker.serving.clock())


@contextmanager
def found(what: str, name: str) -> Iterator[None]:
    """Say of a thing in the path that it is not there, and not that its name is wrong.

    Raises:
        NotKnownError: If it is not there.
    """
    try:
        yield
    except MalformedError as error:
        if (error.what, error.value) != (what, name):
            raise
        raise NotKnownError(f"there is no {what.removeprefix('known ')} {name!r} here") from error
