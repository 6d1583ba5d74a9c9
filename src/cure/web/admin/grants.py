"""Grants: which sources an organisation may read, and as which it may publish."""

from http import HTTPStatus

import msgspec
from litestar import delete, get, put
from litestar.params import FromPath, FromQuery

from cure.access.grants import Verb
from cure.web.admin.asking import REFUSES, desk_of, found
from cure.web.asker import AskerHere

_ONE = "/grants/{organisation_name:str}/{verb:str}/{source:str}"


class GrantShown(msgspec.Struct, frozen=True):
    """A source granted to an organisation.

    Attributes:
        organisation: To whom.
        verb: What.
        source: The source; ``*``: all; ``publisher@*``: all instances of a publisher.
    """

    organisation: str
    verb: Verb
    source: str


@get("/grants", responses=REFUSES, sync_to_thread=True)
def grants(asker: AskerHere, organisation: FromQuery[str | None] = None) -> list[GrantShown]:
    """Return the grants of an organisation; if none is named, of all that one manages."""
    accounts, by, _ = desk_of(asker)
    names = [organisation] if organisation else [o.name for o in accounts.organisations.all(by)]
    return [GrantShown(*one) for name in names for one in accounts.grants.of(by, name)]


@put(_ONE, status_code=HTTPStatus.NO_CONTENT, responses=REFUSES, sync_to_thread=True)
def add_grant(
    asker: AskerHere, organisation_name: FromPath[str], verb: FromPath[Verb], source: FromPath[str]
) -> None:
    """Grant a source to an organisation."""
    accounts, by, at = desk_of(asker)
    with found("known organisation", organisation_name):
        accounts.grants.add(by, verb, organisation_name, [source], at)


@delete(_ONE, status_code=HTTPStatus.NO_CONTENT, responses=REFUSES, sync_to_thread=True)
def remove_grant(
    asker: AskerHere, organisation_name: FromPath[str], verb: FromPath[Verb], source: FromPath[str]
) -> None:
    """Take a grant back; the name of the source stays the organisation's."""
    accounts, by, at = desk_of(asker)
    with found("grant", source):
        accounts.grants.remove(by, verb, organisation_name, [source], at)
