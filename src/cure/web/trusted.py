"""How far an asker's view believes its sources; who copies whom is looked up once an hour."""

from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from cure.enrichers.reliability.feeds import Copies, copies
from cure.enrichers.reliability.trust import Trust, trust_in
from cure.hub.view import Clearance, View
from cure.model import Audience
from cure.web.serving import Serving

HOLDS = timedelta(hours=1)
_MOST = 256


class _Known(NamedTuple):
    """Who copies whom, as an audience could see at a moment with a clearance."""

    copies: Copies
    at: datetime
    clearance: Clearance


_known: WeakKeyDictionary[Serving, dict[Audience, _Known]] = WeakKeyDictionary()


def trusted(serving: Serving, audience: Audience, view: View, at: datetime) -> Trust:
    """Return how far a view of an audience believes its sources, as of a moment.

    What was found out an hour ago holds as long as the audience may see what it saw then.
    """
    of_server = _known.setdefault(serving, {})
    known, now = of_server.get(audience), serving.clock()
    if (
        known is None
        or abs(now - known.at) > HOLDS
        or not view.clearance.agrees_with(known.clearance)
    ):
        if len(of_server) >= _MOST:
            of_server.clear()
        known = of_server[audience] = _Known(copies(view), now, view.clearance)
    return trust_in(view, at, known.copies)
