"""Questions at the edges of the policy: who may read what, by one rule at a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

import msgspec

from access.cedar import Question
from cure.model import Audience, Caveat, Confidentiality, Label, Purpose, Tlp
from strategies import TURNS

MOMENTS = [
    None,
    *(turn + timedelta(microseconds=n) for turn, n in product(TURNS, (-1, 0, 1))),
]
BANK = Audience("bank", Tlp.RED, groups=frozenset({"isac"}))


def edges() -> Iterator[Question]:
    """Yield every combination of what one rule looks at, the other rules letting it pass."""
    owners, names = ["bank", "soc"], [(), ("bank",), ("group:isac",), ("user:rin",), ("press",)]
    for owner, tlp, cleared, named, user, cut in product(
        owners, Tlp, Tlp, names, ["", "rin"], [False, True]
    ):
        to = msgspec.structs.replace(BANK, tlp=cleared, user=user)
        yield to, "cowrie", Label(tlp, owner, named, but_owner=cut), None
    for owner, level, cleared in product(owners, Confidentiality, Confidentiality):
        to = msgspec.structs.replace(BANK, confidentiality=cleared)
        yield to, "cowrie", Label(Tlp.CLEAR, owner, confidentiality=level), None
    for owner, granted in product(owners, [None, (), ("cowrie",), ("exist",)]):
        sources = None if granted is None else frozenset(granted)
        to = msgspec.structs.replace(BANK, sources=sources)
        yield to, "cowrie", Label(Tlp.CLEAR, owner), None
    for owner, caveat, purpose in product(owners, Caveat, Purpose):
        to = msgspec.structs.replace(BANK, purpose=purpose)
        yield to, "cowrie", Label(Tlp.CLEAR, owner, caveats=(caveat,)), None
    turns: list[datetime | None] = [None, *TURNS]
    for owner, opens, closes, at in product(owners, turns, turns, MOMENTS):
        yield BANK, "cowrie", Label(Tlp.CLEAR, owner, not_before=opens, expires=closes), at
