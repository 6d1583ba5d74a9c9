"""Organisations: what is agreed with each."""

from http import HTTPStatus

from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody

from cure.access.forms import NewOrganisation, Organisation, OrganisationChange
from cure.web.admin.asking import REFUSES, desk_of, found
from cure.web.asker import AskerHere


@get("/organisations", responses=REFUSES, sync_to_thread=True)
def organisations(asker: AskerHere) -> list[Organisation]:
    """Return the organisations that one manages."""
    accounts, by, _ = desk_of(asker)
    return accounts.organisations.all(by)


@get("/organisations/{organisation_name:str}", responses=REFUSES, sync_to_thread=True)
def organisation(asker: AskerHere, organisation_name: FromPath[str]) -> Organisation:
    """Return an organisation."""
    accounts, by, _ = desk_of(asker)
    with found("known organisation", organisation_name):
        return accounts.organisations.get(by, organisation_name)


@post("/organisations", responses=REFUSES, sync_to_thread=True)
def add_organisation(asker: AskerHere, data: JSONBody[NewOrganisation]) -> Organisation:
    """Add an organisation."""
    accounts, by, at = desk_of(asker)
    return accounts.organisations.add(by, data, at)


@patch("/organisations/{organisation_name:str}", responses=REFUSES, sync_to_thread=True)
def change_organisation(
    asker: AskerHere, organisation_name: FromPath[str], data: JSONBody[OrganisationChange]
) -> Organisation:
    """Change what is agreed with an organisation; its people and keys are bounded by it at once."""
    accounts, by, at = desk_of(asker)
    with found("known organisation", organisation_name):
        return accounts.organisations.change(by, organisation_name, data, at)


@delete(
    "/organisations/{organisation_name:str}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=REFUSES,
    sync_to_thread=True,
)
def remove_organisation(asker: AskerHere, organisation_name: FromPath[str]) -> None:
    """Remove an organisation with its people, keys and grants; its records stay."""
    accounts, by, at = desk_of(asker)
    with found("known organisation", organisation_name):
        accounts.organisations.remove(by, organisation_name, at)
