"""Questions about groups of addresses that behave alike, and their publication."""

from http import HTTPStatus
from typing import Annotated

from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from cure.enrichers.groups.answers import COMPUTING
from cure.enrichers.groups.shown import GroupMembers, GroupsPublished, GroupsShown, Order
from cure.errors import ForbiddenError
from cure.model import Purpose, recognise
from cure.web.asker import AskerHere
from cure.web.behaviour import LikenessHere, published
from cure.web.errors import told
from cure.web.serving import checked_length

MAX_GROUPS = 1000
_WAIT_S = 5.0


def _computing(shown: type) -> dict[int, ResponseSpec]:
    text = "They are being computed."
    return {HTTPStatus.ACCEPTED: ResponseSpec(shown, generate_examples=False, description=text)}


@get(
    "/groups",
    responses={**_computing(GroupsShown), **told(HTTPStatus.UNPROCESSABLE_ENTITY)},
    sync_to_thread=True,
)
def groups(
    asker: AskerHere,
    likeness: LikenessHere,
    order: Annotated[Order, QueryParameter(description="Which come first.")] = Order.SIZE,
    limit: Annotated[int, QueryParameter(description=f"How many, up to {MAX_GROUPS}.")] = 100,
    ip: Annotated[str | None, QueryParameter(description="Only those of this address.")] = None,
) -> Response[GroupsShown]:
    """Return the groups of addresses that behave alike, computed once an hour.

    While they are being computed the status is 202, and `status` says `computing`.
    """
    of = None if ip is None else recognise(checked_length(ip)).value
    limit = min(max(limit, 1), MAX_GROUPS)
    found = likeness.groups(asker.audience(), order, limit, _WAIT_S, of)
    asker.note("groups", of, count=len(found.groups), purpose=Purpose.DERIVE)
    return Response(found, status_code=_status(found.status))


@get(
    "/groups/{name:str}",
    responses={**_computing(GroupMembers), **told(HTTPStatus.NOT_FOUND)},
    sync_to_thread=True,
)
def group(asker: AskerHere, likeness: LikenessHere, name: FromPath[str]) -> Response[GroupMembers]:
    """Return a group with its members, those in its middle first."""
    found = likeness.group(asker.audience(), name, _WAIT_S)
    asker.note("group", name, count=len(found.members), purpose=Purpose.DERIVE)
    return Response(found, status_code=_status(found.status))


def _status(status: str) -> int:
    return HTTPStatus.ACCEPTED if status == COMPUTING else HTTPStatus.OK


@post(
    "/groups/publish",
    status_code=HTTPStatus.OK,
    responses=told(HTTPStatus.FORBIDDEN),
    sync_to_thread=True,
)
def publish_groups(asker: AskerHere, likeness: LikenessHere) -> GroupsPublished:
    """Publish the groups of what the operating organisation owns; a server does so by itself."""
    if not asker.principal.operates:
        raise ForbiddenError
    asker.note_deed("groups.publish")
    return published(asker.serving, likeness, asker.owner)
