"""What an audience is answered: the hub's words beside those of the plain model."""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_network

import numpy as np

from cure.hub.watched.entry import Entry, Fit
from cure.hub.watched.table import Watched
from cure.installation import Installation
from cure.model import Audience, Mention, Observable, Topic
from cure.model.networks import Networks
from hub.comparing import assert_same_cards_and_links
from hub.dict_hub import DictHub
from simulation.plain_log import PlainLog
from strategies import VALUES

NOTHING_UNLINKED = Networks(())
_NETWORK = "192.0.0.0/16"
_DIGITS = "d41d8"


def same_answers(installation: Installation, plain: PlainLog, to: Audience, at: datetime) -> None:
    """Ask both for everything, and compare."""
    model = DictHub(plain.logged(), to, at, NOTHING_UNLINKED)
    view = installation.gate.view(to, at)
    assert_same_cards_and_links(view, model)
    _same_records(installation, plain, to, at)
    _same_search(installation, model, to, at)
    _same_watch(installation, plain, to, at)


def _same_records(installation: Installation, plain: PlainLog, to: Audience, at: datetime) -> None:
    """The same records, word for word, under the labels of now."""
    view = installation.gate.view(to, at)
    left = {one.seq: one.record for one in plain.logged()}
    seen = {one.seq for one in plain.said if one.is_live and one.is_seen(to, at)}
    for value in VALUES:
        numbers, _ = view.records(value, limit=1000)
        named = {seq for seq in seen if _names(left[seq].finding.observables, value)}
        assert set(numbers) == named
        for number, record in zip(numbers, installation.log.fetch(numbers), strict=True):
            assert record == left[number]


def _names(mentions: Sequence[Mention], value: Observable) -> bool:
    return any((one.topic, one.value) == (value.topic, value.value) for one in mentions)


def _same_search(installation: Installation, model: DictHub, to: Audience, at: datetime) -> None:
    view = installation.gate.view(to, at)
    known = {(m.topic, m.value) for record in model.records for m in record.finding.observables}
    wide = ip_network(_NETWORK)
    inside = {
        value
        for topic, value in known
        if topic is Topic.IP
        and ip_network(value).version == wide.version
        and ip_network(value).subnet_of(wide)  # pyright: ignore[reportArgumentType]
    }
    digests = {value for topic, value in known if topic is Topic.HASH and value[:5] == _DIGITS}
    for pattern, values in ((_NETWORK, inside), (_DIGITS, digests)):
        found = view.search(pattern)
        assert ({one.value for one in found.results}, found.total) == (values, len(values))


def _same_watch(installation: Installation, plain: PlainLog, to: Audience, at: datetime) -> None:
    """A watch for addresses is touched by all that came and names one, or a network around it."""
    view = installation.gate.view(to, at)
    watched = [one for one in VALUES if one.topic is Topic.IP and "/" not in one.value]
    table = Watched()
    table.add([Entry(one.topic, Fit.VALUE, one.value) for one in watched], 0)
    after = len(plain.said) // 2
    touched, _ = view.watched(table).touched(after, np.ones(1, bool))
    came = [one for one in plain.said[after:] if one.is_live and one.is_seen(to, at)]
    assert {one.observable.value for one in touched} == {
        mentioned.value
        for one in came
        for mentioned in one.record.finding.observables
        if mentioned.topic is Topic.IP and any(_holds(mentioned.value, own) for own in watched)
    }


def _holds(network: str, one: Observable) -> bool:
    around, address = ip_network(network), ip_network(one.value)
    return around.version == address.version and address.subnet_of(around)  # pyright: ignore[reportArgumentType]
