"""The laws of what may be learnt, each for one world: hypothesis and the seeded leaks try many."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.intake import Intake
from cure.hub.view import View
from cure.interfaces import Input, Logged
from cure.model import Audience, Caveat, Finding, Label, Observable, Record, Tlp, mention
from cure.model.networks import Networks
from cure.publishers.findings import PUBLISHER
from cure.showing import RecordShown
from hidden import labelled
from strategies import T0, VALUES, numbered
from surfaces import everything, news, told

UNLINKED = Networks(("192.0.2.2/32",))
"""One of the addresses that strategies draw links nothing."""
KEY = HashKey.of(bytes(range(24)))
AT = T0 + timedelta(hours=12)
"""When questions are asked: some labels have opened by then, some have closed."""
NOW = T0 + timedelta(days=30)
EVERYBODY = [Audience("soc", Tlp.RED), Audience("bank", Tlp.RED), Audience("press", Tlp.RED)]


def learnt(logged: Sequence[Logged], news_from: int, to: Audience, at: datetime) -> bytes:
    """Return all that an audience is told of records, the last of which are news to it.

    Others have asked before, and so has the audience at other times.
    """
    hub = Hub(KEY, UNLINKED)
    hub.accept(batch_of(logged[:news_from]))
    changes = hub.accept(batch_of(logged[news_from:]))
    gate = Gate(hub)
    for one in (*EVERYBODY, to):
        gate.view(one, T0 - timedelta(days=1)).links()
    for one in EVERYBODY:
        gate.view(one, at).links()
    view = gate.view(to, at)
    known = everything(view, list(logged)) + told(view, list(logged))
    return known + news(view, [changes]) + _shown(view, logged, to)


def _shown(view: View, logged: Sequence[Logged], to: Audience) -> bytes:
    records = {one.seq: one.record for one in logged}
    released = [number for value in VALUES for number in view.records(value)[0]]
    return msgspec.json.encode([RecordShown.of(records[number], to) for number in released])


def hidden_is_as_never_said(
    logged: list[Logged], kept: list[Logged], to: Audience, at: datetime
) -> bool:
    """Nobody learns from records that he may not see; `kept` are those that he may."""
    half = len(logged) // 2
    still_there = {id(one.record) for one in kept}
    before = sum(id(one.record) in still_there for one in logged[:half])
    return learnt(logged, half, to, at) == learnt(kept, before, to, at)


def relabelled_is_as_ever_labelled(
    logged: list[Logged], kept: list[Logged], to: Audience, at: datetime
) -> bool:
    """Nobody who has seen records under open labels sees more once they have their own."""
    stamps = {(one.record.source, one.record.label): None for one in logged}
    opened = {
        (source, label): Label(Tlp.CLEAR, f"open-{number}")
        for number, (source, label) in enumerate(stamps)
    }
    hub, never_told = Hub(KEY, UNLINKED), Hub(KEY, UNLINKED)
    hub.accept(batch_of(labelled(logged, opened)))
    never_told.accept(batch_of(kept))
    gate = Gate(hub)
    gate.view(to, at).links()
    for (source, label), before in opened.items():
        hub.relabel(source, before, label)
    there = Gate(never_told).view(to, at)
    return everything(gate.view(to, at), logged) == everything(there, kept)


def unnamed_could_be_anybody(records: Iterable[Record], to: Audience, at: datetime) -> bool:
    """Nobody learns whose a record is that stays unnamed, if he may read every source."""
    to = msgspec.structs.replace(to, sources=None)
    said = list(records)
    other = [
        msgspec.structs.replace(
            one, source="elsewhere", label=msgspec.structs.replace(one.label, owner="somebody")
        )
        if Caveat.NO_ATTRIB in one.label.caveats and one.label.owner != to.organisation
        else one
        for one in said
    ]
    half = len(said) // 2
    return learnt(numbered(said), half, to, at) == learnt(numbered(other), half, to, at)


def victims_could_be_anybody(said: list[Finding], label: Label, to: Audience, at: datetime) -> bool:
    """Nobody but the owner learns who was hit."""
    if to.organisation == label.owner:
        return True
    one, other = (_taken_in(said, label, hit) for hit in (VALUES[0], VALUES[7]))
    half = len(one) // 2
    return learnt(one, half, to, at) == learnt(other, half, to, at)


def _taken_in(said: list[Finding], label: Label, hit: Observable) -> list[Logged]:
    """Take findings in that each name who was hit, too."""
    named = [
        msgspec.structs.replace(one, observables=(*one.observables, mention(hit, "victim")))
        for one in said
    ]
    lines = iter([msgspec.json.encode(one) for one in named])
    intake = Intake(PUBLISHER, "cowrie", label, NOW)
    parts = intake.take_in(Input(name="test", as_of=NOW, lines=lines))
    return numbered([record for part in parts for record in part.records])
