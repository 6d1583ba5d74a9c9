"""GET stream: server-sent events for the screen and for other programs."""

from http import HTTPStatus

from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from cure.web.asker import AskerHere
from cure.web.broadcast import Broadcast

_EVENTS = "text/event-stream"


@get(
    "/stream",
    media_type=_EVENTS,
    responses={
        HTTPStatus.OK: ResponseSpec(
            str,
            generate_examples=False,
            description="Events: `snapshot`, then `changes`; `lost` before a new snapshot.",
            media_type=_EVENTS,
        )
    },
)
async def stream(broadcast: NamedDependency[Broadcast], asker: AskerHere) -> Stream:
    """Tell of new records and links as they come, once a second at most."""
    return Stream(broadcast.events(asker), media_type=_EVENTS, headers={"X-Accel-Buffering": "no"})
