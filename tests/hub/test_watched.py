"""Watched values: the vectorised matching equals a plain one, in whatever order things come."""

import re
from ipaddress import ip_address, ip_network

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.view import Touch
from cure.hub.watched.entry import Entry, Fit
from cure.hub.watched.table import Watched
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Observable, Record, Tlp, Topic, mention
from cure.model.finding import digest_of
from cure.model.observable import ip, tag
from hub.kinds import AnyHub, new_hub
from strategies import T0, audiences, numbered, records

KEY = HashKey.of(bytes(range(24)))
OPERATOR = Audience("soc", Tlp.RED)
OPEN = Label(Tlp.CLEAR, "soc")

ip4 = st.builds("192.0.2.{}".format, st.integers(0, 15)) | st.ip_addresses(v=4).map(str)
ip6 = st.builds("2001:db8::{:x}:{:x}".format, st.integers(0, 2), st.integers(0, 9))
addresses = (ip4 | ip6).map(lambda text: ip(text).value)


@st.composite
def networks(draw: st.DrawFn) -> str:
    address = ip_address(draw(addresses))
    length = draw(st.integers(12 if address.version == 4 else 28, address.max_prefixlen - 1))
    return ip(f"{address}/{length}").value


label = st.sampled_from(["a", "b", "www", "x-1", "very-long-label-of-a-host", "example"])
domains = st.lists(label, max_size=3).map(lambda some: ".".join([*some, "example.jp"]))
mails = st.builds("{}@{}".format, st.sampled_from(["a", "b.c", "Rin"]), domains)
hashes = st.sampled_from(["a" * 32, "b" * 32, "a" * 40, "a" * 64, "c" * 128])
urls = st.builds("http://{}/{}".format, domains, st.sampled_from(["", "x", "y?z=1"]))
vocabularies = st.sampled_from(["malware", "group", "tool"])
terms = st.sampled_from(["emotet", "emotet-2", "lazarus-group", "ア", "日本語の名", "T1059.001"])
tags = st.builds("{}:{}".format, vocabularies, terms)
letters = st.text("emotlazrus日本*?-.", min_size=1, max_size=8)
wild = letters.filter(lambda text: text.strip("*?") and ("*" in text or "?" in text))
globs = st.builds("{}:{}".format, vocabularies | st.just("*"), wild | terms.map(str.lower))

observables = st.one_of(
    (addresses | networks()).map(lambda text: Observable(Topic.IP, text)),
    domains.map(lambda text: Observable(Topic.DOMAIN, text)),
    mails.map(lambda text: Observable(Topic.EMAIL, text)),
    hashes.map(lambda text: Observable(Topic.HASH, text)),
    urls.map(lambda text: Observable(Topic.URL, text)),
    tags.map(tag),
)
entries = st.one_of(
    addresses.map(lambda text: Entry(Topic.IP, Fit.VALUE, text)),
    networks().map(lambda text: Entry(Topic.IP, Fit.NETWORK, text)),
    domains.map(lambda text: Entry(Topic.DOMAIN, Fit.DOMAIN, text)),
    mails.map(lambda text: Entry(Topic.EMAIL, Fit.VALUE, text)),
    domains.map(lambda text: Entry(Topic.EMAIL, Fit.MAIL_DOMAIN, f"*@{text}")),
    hashes.map(lambda text: Entry(Topic.HASH, Fit.VALUE, text)),
    urls.map(lambda text: Entry(Topic.URL, Fit.VALUE, text)),
    globs.map(lambda text: Entry(Topic.TAG, Fit.TAG, text)),
)


def fits(entry: Entry, one: Observable) -> bool:
    """Match one entry with one value, as plainly as can be."""
    return entry.topic is one.topic and fits_of_topic(entry, one)


def fits_of_topic(entry: Entry, one: Observable) -> bool:
    match entry.fit:
        case Fit.DOMAIN:
            return one.value == entry.pattern or one.value.endswith(f".{entry.pattern}")
        case Fit.MAIL_DOMAIN:
            return one.value.endswith(entry.pattern[1:])
        case Fit.TAG:
            plain = re.escape(entry.pattern).replace(r"\*", ".*").replace(r"\?", ".")
            return re.fullmatch(plain, one.value.lower()) is not None
        case _ if one.topic is Topic.IP:
            named, asked = ip_network(entry.pattern), ip_network(one.value)
            narrow = asked.prefixlen >= (16 if asked.version == 4 else 32)
            return named.version == asked.version and (
                asked.subnet_of(named) or (narrow and named.subnet_of(asked))  # pyright: ignore[reportArgumentType]
            )
        case _:
            return one.value == entry.pattern


def hub_of(some: list[Observable], hub: AnyHub | None = None) -> AnyHub:
    """Have a hub hear of values, one record each."""
    hub = new_hub(KEY) if hub is None else hub
    first = len(hub) + 1
    found = [Finding(Kind.SIGHTING, (mention(one),), T0, T0, key=str(first)) for one in some]
    logged = [
        Logged(first + at, Record("cowrie", OPEN, digest_of("cowrie", one), one), 0)
        for at, one in enumerate(found)
    ]
    if logged:
        hub.accept(batch_of(logged))
    return hub


def told(touches: list[Touch]) -> set[tuple[int, str, str]]:
    return {
        (one.owner, pattern, one.observable.value) for one in touches for pattern in one.patterns
    }


@given(
    st.lists(observables, max_size=12), st.lists(observables, max_size=12),
    st.lists(entries, max_size=8), st.lists(entries, max_size=8),
)  # fmt: skip
def test_matching_equals_a_plain_one(
    some: list[Observable], more: list[Observable], watched: list[Entry], later: list[Entry]
) -> None:
    hub, table = hub_of(some), Watched()
    gate = Gate(hub)
    table.add(watched, 0)
    gate.view(OPERATOR).watched(table)
    after = len(hub)
    hub_of(more, hub)
    gate.view(OPERATOR).watched(table)
    table.add(later, 1)
    everyone, first = np.ones(2, bool), np.array([True, False])
    values = gate.view(OPERATOR).watched(table)

    expected = {
        (owner, entry.pattern, one.value)
        for one in (*some, *more)
        for owner, of_owner in enumerate((watched, later))
        for entry in of_owner
        if fits(entry, one)
    }
    assert told(values.held(everyone)) == expected
    assert told(values.held(first)) == {one for one in expected if one[0] == 0}
    of_more = {
        (owner, p, value) for owner, p, value in expected if value in {m.value for m in more}
    }
    found, upto = values.touched(after, everyone)
    assert told(found) == of_more
    assert upto == len(hub)
    assert told(values.touched(0, everyone)[0]) == expected


def test_entries_that_nobody_wants_any_more_are_forgotten() -> None:
    hub, table = hub_of([]), Watched()
    gate = Gate(hub)
    for n in range(6):
        table.add([Entry(Topic.IP, Fit.VALUE, "192.0.2.1")], n)
        gate.view(OPERATOR).watched(table)
        if n < 5:
            table.forget(n)
    hub_of([Observable(Topic.IP, "192.0.2.1")], hub)
    found, _ = gate.view(OPERATOR).watched(table).touched(0, np.arange(6) == 5)

    assert [(one.owner, one.patterns) for one in found] == [(5, ["192.0.2.1"])]


def test_many_additions_are_put_together_and_still_fit() -> None:
    hub, table = hub_of([Observable(Topic.IP, f"192.0.2.{n}") for n in range(40)]), Watched()
    gate = Gate(hub)
    for n in range(40):
        table.add([Entry(Topic.IP, Fit.VALUE, f"192.0.2.{n}")], n)
        gate.view(OPERATOR).watched(table)
    hub_of([Observable(Topic.IP, "192.0.2.0/28")], hub)

    found, _ = gate.view(OPERATOR).watched(table).touched(40, np.ones(40, bool))

    assert {one.owner for one in found} == set(range(16))


@given(st.lists(records(), max_size=12), audiences, st.lists(entries, max_size=6))
def test_what_one_may_not_see_touches_nothing(
    said: list[Record], to: Audience, watched: list[Entry]
) -> None:
    """The same world without the hidden records gives the same touches, but for numbers."""
    logged = [one for one in numbered(said) if not one.replaces]
    seen = [one for one in logged if to.may_read(one.record.source, one.record.label, T0)]
    fresh = [Logged(at, one.record, 0) for at, one in enumerate(seen, 1)]
    answers = []
    for world in (logged, fresh):
        hub, table = new_hub(KEY), Watched()
        if world:
            hub.accept(batch_of(world))
        table.add([*watched, Entry(Topic.IP, Fit.NETWORK, "192.0.0.0/8")], 0)
        values = Gate(hub).view(to, T0).watched(table)
        wanted = np.ones(1, bool)
        answers.append(
            [
                {(one.observable, *one.patterns, one.sources) for one in touches}
                for touches in (values.held(wanted), values.touched(0, wanted)[0])
            ]
            + [values.would_be(wanted, T0, 3600)]
        )

    assert answers[0] == answers[1]
