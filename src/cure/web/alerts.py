"""Own alerts over HTTP, each answered with all that is known of its outside."""

from http import HTTPStatus
from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from cure.model import Purpose
from cure.subscribers.alerts.alert import AlertShown, AlertState
from cure.subscribers.alerts.desk import AlertDesk, Asked
from cure.subscribers.watch_post import WatchPost
from cure.web.asker import Asker, AskerHere
from cure.web.errors import told
from cure.web.observables import Moment
from cure.web.watches import WatchPostHere

MAX_ALERTS = 1000
_MAX_FORM_BYTES = 1 << 16
_REFUSES = told(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


class Alerts(msgspec.Struct, frozen=True):
    """Some own alerts.

    Attributes:
        alerts: They, those that any other source knows something of in front, then the latest.
        total: How many fit.
    """

    alerts: list[AlertShown]
    total: int


class MarkForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an analyst says of an alert.

    Attributes:
        state: What has become of it.
        note: What he writes.
    """

    state: Literal["new", "acknowledged", "false-positive"]
    note: Annotated[str, Meta(max_length=2000)] = ""


@get("/alerts", responses=_REFUSES, sync_to_thread=True)
def alerts(  # noqa: PLR0913 - each is one filter of the question
    asker: AskerHere,
    watch_post: WatchPostHere,
    *,
    since: Moment = None,
    in_state: Annotated[
        AlertState | None, QueryParameter(name="state", description="Only those.")
    ] = None,
    matched: FromQuery[bool] = False,
    offset: Annotated[int, QueryParameter(description="How many to pass over.")] = 0,
    limit: Annotated[
        int, QueryParameter(description=f"How many at most, up to {MAX_ALERTS}.")
    ] = 100,
) -> Alerts:
    """Return own alerts with all that is known of their outside values, matched ones first."""
    asked = Asked(
        asker.serving.moment(since),
        in_state,
        matched,
        max(offset, 0),
        min(max(limit, 1), MAX_ALERTS),
    )
    page = alert_desk(asker, watch_post).alerts(asked)
    asker.note("alerts", sources={one.source for one in page.alerts}, count=len(page.alerts))
    return Alerts(page.alerts, page.total)


@post(
    "/alerts/{alert_id:str}/mark",
    status_code=HTTPStatus.OK,
    responses=_REFUSES,
    sync_to_thread=True,
    request_max_body_size=_MAX_FORM_BYTES,
)
def mark_alert(
    asker: AskerHere,
    watch_post: WatchPostHere,
    alert_id: FromPath[str],
    data: JSONBody[MarkForm],
) -> AlertShown:
    """Say what has become of an alert: acknowledged, a false positive, or new again; with a note.

    New intelligence of one of its outside values opens it again whatever it was.
    """
    done = alert_desk(asker, watch_post).mark(alert_id, AlertState(data.state), data.note)
    asker.note_deed(f"alert.{data.state}")
    return done


def alert_desk(asker: Asker, watch_post: WatchPost, purpose: Purpose = Purpose.READ) -> AlertDesk:
    """Return where somebody looks at the alerts of his organisation, as of now."""
    serving = asker.serving
    return AlertDesk(
        watch_post.alerts,
        serving.installation.log,
        watch_post.alert_ids,
        audience=asker.audience(purpose),
        view=asker.view(purpose),
        by=asker.principal.name,
        now=serving.clock(),
    )


OPERATIONS = (alerts, mark_alert)
