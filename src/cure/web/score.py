"""Scores over HTTP: how malicious a value is, as of a moment, and what that is made of."""

from http import HTTPStatus

from litestar import get

from cure.asking import known_value
from cure.enrichers.maliciousness.score import Score, score
from cure.model import Purpose
from cure.web.asker import AskerHere
from cure.web.errors import told
from cure.web.observables import Moment, Value
from cure.web.serving import checked_length
from cure.web.trusted import trusted


@get(
    "/score",
    responses=told(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    sync_to_thread=True,
)
def score_of_value(asker: AskerHere, value: Value, at: Moment = None) -> Score:
    """Return how malicious a value is: the evidence with its decay, what speaks for it, a verdict.

    With `at`, as of then: what was seen or judged later does not count.
    """
    serving = asker.serving
    moment = serving.moment(at) or serving.clock()
    about = known_value(asker.view(), checked_length(value))
    audience, view = asker.audience(Purpose.DERIVE), asker.view(Purpose.DERIVE)
    found = score(view, about, moment, trusted(serving, audience, view, moment))
    sources = {one.source for one in found.factors}
    count = len(found.factors)
    asker.note("score", about.value, at, sources=sources, count=count, purpose=Purpose.DERIVE)
    return found
