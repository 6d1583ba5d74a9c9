"""Reliability over HTTP: how far each source is believed, how it compares, what analysts say."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from cure.access.in_force import rated_intake
from cure.enrichers.reliability.judgements import analysts_of
from cure.enrichers.reliability.judging import Bench, Judgement, JudgementForm, judgements_about
from cure.enrichers.reliability.sources import SourceReliability, reliability
from cure.model import Audience, Purpose
from cure.web.asker import AskerHere
from cure.web.errors import told
from cure.web.records import check_publish
from cure.web.serving import FINDINGS, checked_length


@get("/reliability", sync_to_thread=True)
def reliability_of_sources(asker: AskerHere) -> list[SourceReliability]:
    """Return how far each source is believed, and how it compares with the others."""
    found = reliability(asker.view(Purpose.DERIVE), asker.serving.clock())
    names = (one.source for one in found)
    asker.note("reliability", sources=names, count=len(found), purpose=Purpose.DERIVE)
    return found


@get(
    "/ratings",
    responses=told(HTTPStatus.UNPROCESSABLE_ENTITY),
    sync_to_thread=True,
)
def judgements(
    asker: AskerHere,
    about: Annotated[str, QueryParameter(description="A value, or the name of a source.")],
) -> list[Judgement]:
    """Return what analysts said of a value or a source, the latest first."""
    log = asker.serving.installation.log
    found = judgements_about(asker.view(), log, asker.audience(), checked_length(about))
    asker.note("judgements", about, sources={one.source for one in found}, count=len(found))
    return found


@post(
    "/ratings",
    responses=told(
        HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE
    ),
    sync_to_thread=True,
)
def judge(asker: AskerHere, data: JSONBody[JudgementForm]) -> Judgement:
    """Rate a value or a source in the Admiralty code; the answer comes once it is durable.

    It belongs to the organisation of whoever rates, and stays there unless `tlp` says otherwise.
    Whether anybody knows of the value is not told.
    """
    serving, who = asker.serving, asker.principal
    check_publish(asker, analysts_of(who.organisation))
    intake = partial(rated_intake, serving.ratings)
    publisher = serving.publishers[FINDINGS]
    bench = Bench(publisher, who.organisation, who.user, serving.clock(), intake)
    records = bench.judged(data)
    serving.writer.submit(records).result()
    return Judgement.of(records[0], Audience(who.organisation))
