"""Lists of values, for what fetches them by itself: firewalls, resolvers, sensors, spreadsheets."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, QueryParameter

from cure.enrichers.maliciousness.score import scores
from cure.errors import MalformedError
from cure.hub.view import View
from cure.model import Observable, Purpose, Topic, tag
from cure.subscribers.lists.entries import MOST, Asked
from cure.subscribers.lists.form import ZONE, Heading, form_called, forms
from cure.subscribers.lists.made import make
from cure.web.asker import AskerHere
from cure.web.errors import told
from cure.web.observables import Moment
from cure.web.serving import checked_length
from cure.web.trusted import trusted


class ListFormShown(msgspec.Struct, frozen=True):
    """A form of lists.

    Attributes:
        name: Its name, as in its path.
        title: Who takes it.
        media_type: As which it is sent.
        topics: Of what there can be such a list.
        blocks: Whether something is blocked by it: then it respects PAP and warning lists.
    """

    name: str
    title: str
    media_type: str
    topics: list[Topic]
    blocks: bool


@get("/api/v1/lists", sync_to_thread=False)
def lists() -> list[ListFormShown]:
    """Return the forms in which values can be fetched as lists."""
    return [
        ListFormShown(one.name, one.title, one.media_type, list(one.topics), one.blocks)
        for one in forms().values()
    ]


@get(
    "/lists/{form_name:str}",
    media_type="text/plain",
    responses={
        HTTPStatus.OK: ResponseSpec(
            str,
            generate_examples=False,
            description="The list; its form says how.",
            media_type="text/plain",
        ),
        **told(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    },
    sync_to_thread=True,
)
def value_list(  # noqa: PLR0913, PLR0917 - each is a filter of one list
    request: Request[Any, Any, Any],
    asker: AskerHere,
    form_name: FromPath[str],
    topic: FromQuery[Topic],
    min_score: Annotated[
        float | None,
        QueryParameter(description="The lowest maliciousness; where something is blocked, 50."),
    ] = None,
    since: Moment = None,
    with_tag: Annotated[
        str | None, QueryParameter(name="tag", description="Only what stands beside this tag.")
    ] = None,
    source: Annotated[str | None, QueryParameter(description="Only what it says.")] = None,
    limit: Annotated[int, QueryParameter(description=f"Up to {MOST}.")] = MOST,
    zone: Annotated[str, QueryParameter(description="Of an RPZ, its name.")] = ZONE,
) -> Response[bytes]:
    """Return a list of values named as bad, the most malicious first; `ETag` tells of changes."""
    form = form_called(form_name, topic)
    serving, now = asker.serving, asker.serving.clock()
    about = None if with_tag is None else tag(checked_length(with_tag))
    asked = Asked(
        topic,
        form.blocks,
        form.lowest(min_score),
        serving.moment(since),
        about,
        source,
        min(max(limit, 1), MOST),
    )

    whole = asker.view(Purpose.EXPORT)
    trust = trusted(serving, asker.audience(Purpose.EXPORT), whole, now)

    def score(view: View, values: Sequence[Observable]) -> Sequence[float]:
        return scores(view, values, now, trust).tolist()

    made = make(whole, form, asked, score, Heading(made=now, zone=_zone(zone)))
    named = {name for entry in made.entries for name in entry.sources}
    asker.note(
        "list",
        form_name,
        topic,
        with_tag,
        sources=named,
        count=len(made.entries),
        purpose=Purpose.EXPORT,
    )
    headers = {"ETag": f'"{made.tag}"', "Cache-Control": "private, no-cache"}
    if made.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(made.text.encode(), media_type=form.media_type, headers=headers)


def _zone(name: str) -> str:
    """Read the name of a zone."""
    labels = name.rstrip(".").split(".")
    plain = all(
        label.isascii() and label.replace("-", "").replace("_", "").isalnum() for label in labels
    )
    if not plain or len(name) > _LONGEST_ZONE:
        raise MalformedError("zone", name, "want letters, digits and hyphens between dots")
    return ".".join(labels).lower()


_LONGEST_ZONE = 100
ROUTER = Router("/", route_handlers=[lists, value_list])
