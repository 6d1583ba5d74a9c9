"""What is said of some values, as a bundle of STIX 2.1."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from cure.asking import known_value
from cure.errors import MalformedError
from cure.hub.view import Followed
from cure.model import Purpose
from cure.subscribers.stix.ids import object_id
from cure.subscribers.taxii.contents import START, secret_of
from cure.subscribers.taxii.derived import Derived
from cure.web.asker import AskerHere
from cure.web.errors import told
from cure.web.serving import checked_length

MAX_VALUES = 1000
MAX_OBJECTS = 20_000
MEDIA_TYPE = "application/stix+json;version=2.1"


class Bundle(msgspec.Struct, frozen=True):
    """A bundle (STIX 2.1, section 8).

    Attributes:
        type: ``bundle``.
        id: Its identifier, the same for the same values.
        objects: What it holds.
    """

    type: str
    id: str
    objects: list[dict[str, Any] | msgspec.Raw]


@get(
    "/stix",
    responses={
        HTTPStatus.OK: ResponseSpec(
            Bundle, generate_examples=False, description="The bundle.", media_type=MEDIA_TYPE
        ),
        **told(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    },
    sync_to_thread=True,
)
def stix_bundle(
    asker: AskerHere,
    value: Annotated[
        list[str],
        QueryParameter(description=f"A value, or several, up to {MAX_VALUES}; defanged or not."),
    ],
) -> Response[bytes]:
    """Return what is said of values, as far as it may leave, as a bundle of STIX 2.1.

    Of values that are spoken of very often it refuses: they are drained as collections of TAXII.
    """
    if len(value) > MAX_VALUES:
        raise MalformedError("value", f"{len(value)} values", f"want {MAX_VALUES} at most")
    view = asker.view(Purpose.EXPORT)
    values = tuple(known_value(view, checked_length(one)) for one in value)
    installation = asker.serving.installation
    audience, secret = asker.audience(Purpose.EXPORT), secret_of(installation.directory)
    contents = Derived(view, installation.log, audience, Followed(observables=values), secret)
    objects: list[dict[str, Any] | msgspec.Raw] = []
    sources: set[str] = set()
    for one in contents.following(START):
        if len(objects) == MAX_OBJECTS:
            raise MalformedError(
                "value", value[0], f"more than {MAX_OBJECTS} objects; drain a collection of TAXII"
            )
        objects.append(one.entry.content)
        sources.add(one.source)
    names = sorted(one.value for one in values)
    asker.note("stix", *names, sources=sources, count=len(objects), purpose=Purpose.EXPORT)
    bundle = Bundle("bundle", object_id("bundle", *names), objects)
    return Response(msgspec.json.encode(bundle), media_type=MEDIA_TYPE)
