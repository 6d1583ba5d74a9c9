"""Deliveries over HTTP: where an organisation wants its hits sent."""

from http import HTTPStatus
from typing import Annotated

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from cure.subscribers.deliveries.delivery import DeliveryForm
from cure.subscribers.deliveries.desk import DeliveryDesk, MadeDelivery, SendsAgain, Tested
from cure.subscribers.deliveries.post import DeliveryPost
from cure.subscribers.deliveries.progress import DeadLetter, DeliveryState
from cure.web.asker import Asker, AskerHere
from cure.web.errors import told

DeliveryPostHere = NamedDependency[DeliveryPost]
"""A handler's parameter `delivery_post` of this type is given that of its server."""
_REFUSES = told(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_Since = Annotated[
    str | None,
    QueryParameter(
        description="From when on to send everything again: ISO 8601 with a zone, or `24h` ago. "
        "Without it: dead letters only.",
    ),
]


@post("/deliveries", responses=_REFUSES, sync_to_thread=True)
def add_delivery(
    asker: AskerHere, delivery_post: DeliveryPostHere, data: JSONBody[DeliveryForm]
) -> MadeDelivery:
    """Have the hits of one's organisation sent from now on; the secret is told this once.

    It sends no more than whoever makes it may read, and no more than is to be pushed.
    """
    made = _desk(asker, delivery_post).add(data)
    asker.note_deed("delivery.add")
    return made


@get("/deliveries", responses=_REFUSES, sync_to_thread=True)
def deliveries(asker: AskerHere, delivery_post: DeliveryPostHere) -> list[DeliveryState]:
    """Return the deliveries of one's organisation, and how each fares."""
    return _desk(asker, delivery_post).all()


@delete("/deliveries/{delivery_id:str}", responses=_REFUSES, sync_to_thread=True)
def remove_delivery(
    asker: AskerHere, delivery_post: DeliveryPostHere, delivery_id: FromPath[str]
) -> None:
    """Remove a delivery with its dead letters; what waits for it is not sent."""
    _desk(asker, delivery_post).remove(delivery_id)
    asker.note_deed("delivery.remove")


@post("/deliveries/{delivery_id:str}/test", status_code=HTTPStatus.OK, responses=_REFUSES)
async def test_delivery(
    asker: AskerHere, delivery_post: DeliveryPostHere, delivery_id: FromPath[str]
) -> Tested:
    """Send something invented, at once, and tell what came of it."""
    done = await _desk(asker, delivery_post).test(delivery_id)
    asker.note_deed("delivery.test")
    return done


@get("/deliveries/{delivery_id:str}/dead", responses=_REFUSES, sync_to_thread=True)
def dead_letters(
    asker: AskerHere, delivery_post: DeliveryPostHere, delivery_id: FromPath[str]
) -> list[DeadLetter]:
    """Return the hits that could not be sent for a day, the oldest first."""
    return _desk(asker, delivery_post).dead(delivery_id)


@post(
    "/deliveries/{delivery_id:str}/redrive",
    status_code=HTTPStatus.OK,
    responses=_REFUSES,
    sync_to_thread=True,
)
def redrive_delivery(
    asker: AskerHere,
    delivery_post: DeliveryPostHere,
    delivery_id: FromPath[str],
    since: _Since = None,
) -> SendsAgain:
    """Send dead letters again, and go on with a delivery that has stopped or waits to try again."""
    moment = asker.serving.moment(since)
    done = _desk(asker, delivery_post).redrive(delivery_id, moment)
    asker.note_deed("delivery.redrive")
    return done


def _desk(asker: Asker, delivery_post: DeliveryPost) -> DeliveryDesk:
    return delivery_post.desk(asker.principal)


OPERATIONS = (
    add_delivery,
    deliveries,
    remove_delivery,
    test_delivery,
    dead_letters,
    redrive_delivery,
)
