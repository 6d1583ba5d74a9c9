"""Questions about behaviour: which addresses are alike, and what two of them share."""

from http import HTTPStatus
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from cure.asking import span
from cure.enrichers.alike.answers import Asked, Compared, Similar, leaving
from cure.model import Purpose
from cure.web.asker import AskerHere
from cure.web.behaviour import LikenessHere
from cure.web.errors import told
from cure.web.serving import checked_length

MAX_ALIKE = 1000
_NOT_KNOWN = told(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
_Ip = Annotated[str, QueryParameter(description="An address, defanged or not.")]
_Window = Annotated[
    str,
    QueryParameter(description="How far back from the latest that is known: `30d`, `24h`."),
]


@get("/similar", responses=_NOT_KNOWN, sync_to_thread=True)
def similar(  # noqa: PLR0913, PLR0917 - each is a filter of one question
    asker: AskerHere,
    likeness: LikenessHere,
    ip: _Ip,
    k: Annotated[int, QueryParameter(description=f"How many at most, up to {MAX_ALIKE}.")] = 20,
    min_score: Annotated[
        float, QueryParameter(description="How alike they are at least, 0.0 to 1.0.")
    ] = 0.7,
    exclude: Annotated[
        str,
        QueryParameter(description="`same-net` (/24 or /48), `known-scanner`, by commas."),
    ] = "",
    window: _Window = "30d",
) -> Similar:
    """Return the addresses that behave like one, each with what its score rests on."""
    asked = Asked(min(max(k, 1), MAX_ALIKE), min_score, leaving(exclude), span(window))
    found = likeness.similar(asker.audience(), checked_length(ip), asked)
    asker.note("similar", found.ip, count=len(found.results), purpose=Purpose.DERIVE)
    return found


@get("/compare", responses=_NOT_KNOWN, sync_to_thread=True)
def compare(
    asker: AskerHere, likeness: LikenessHere, ip: _Ip, other: _Ip, window: _Window = "30d"
) -> Compared:
    """Tell how alike two addresses behave, what they share, and what sets them apart."""
    ips = (checked_length(ip), checked_length(other))
    found = likeness.compare(asker.audience(), ips, span(window))
    asker.note("compare", *found.ips, count=len(found.shared), purpose=Purpose.DERIVE)
    return found
