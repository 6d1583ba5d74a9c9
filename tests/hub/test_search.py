"""Searching: the index finds what looking at every value would find."""

from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.view import View
from cure.interfaces import Logged
from cure.model import (
    Audience,
    Finding,
    Kind,
    Label,
    Observable,
    Record,
    Tlp,
    Topic,
    mention,
    recognise,
)
from cure.model.finding import digest_of
from hub.kinds import new_hub
from strategies import T0


def view_of(values: list[Observable]) -> View:
    hub = new_hub(HashKey.of(bytes(range(24))))
    logged: list[Logged] = []
    for number, one in enumerate(values, 1):
        finding = Finding(Kind.SIGHTING, (mention(one),), T0, T0)
        record = Record("exist", Label(Tlp.GREEN, "soc"), digest_of("exist", finding), finding)
        logged.append(Logged(number, record, 0))
    for at in range(0, len(logged), 7):
        hub.accept(batch_of(logged[at : at + 7]))
    return Gate(hub).view(Audience("soc"))


def found(view: View, pattern: str) -> set[str]:
    return {one.value for one in view.search(pattern).results}


addresses = st.ip_addresses(v=4, network="192.0.2.0/27") | st.ip_addresses(
    v=6, network="2001:db8::/120"
)
networks = st.builds(
    lambda address, length: ip_network((address, min(length, address.max_prefixlen)), strict=False),
    addresses,
    st.integers(20, 128),
)


@given(st.lists(addresses.map(str) | networks.map(str), max_size=20, unique=True), networks)
@settings(max_examples=200, deadline=None)
def test_a_network_finds_all_that_lies_in_it(texts: list[str], wanted) -> None:
    values = list({recognise(text) for text in texts})
    inside = {
        one.value
        for one in values
        if (network := ip_network(one.value)).version == wanted.version
        and network.subnet_of(wanted)
    }
    pattern = f"{wanted.network_address}/{wanted.prefixlen}"

    assert found(view_of(values), pattern) == inside


alike = st.builds("{}{}".format, st.sampled_from(("", "mail-server", "mail-serves")), st.text("ab"))


@given(
    st.lists(alike.map(lambda name: recognise(f"x{name}.example.jp")), max_size=20, unique=True),
    st.integers(1, 8),
)
def test_the_first_of_many_are_the_first_of_all(values: list[Observable], limit: int) -> None:
    first = view_of(values).search("*.example.jp", limit=limit)

    assert [one.value for one in first.results] == sorted(one.value for one in values)[:limit]
    assert first.total == len(values)


labels = st.text("abc", min_size=1, max_size=10)
names = st.lists(labels, min_size=1, max_size=4).map(lambda parts: ".".join(parts) + ".jp")


@given(st.lists(names, max_size=20, unique=True), names)
@settings(max_examples=200, deadline=None)
def test_a_suffix_finds_all_names_and_mailboxes_below_it(texts: list[str], wanted: str) -> None:
    values = [recognise(text) for text in texts if len(text) > 3]
    mailboxes = [recognise(f"user@{one.value}") for one in values]
    view = view_of(values + mailboxes)

    assert found(view, f"*.{wanted}") == {v.value for v in values if v.value.endswith(f".{wanted}")}
    assert found(view, f"*@{wanted}") == {f"user@{v.value}" for v in values if v.value == wanted}
    assert found(view, "*.jp") == {v.value for v in values}


@given(
    st.lists(st.text("ab", min_size=32, max_size=32), max_size=20, unique=True),
    st.text("ab", min_size=4, max_size=20),
)
@settings(max_examples=200, deadline=None)
def test_the_beginning_of_a_hash_finds_it(texts: list[str], wanted: str) -> None:
    view = view_of([Observable(Topic.HASH, text) for text in texts])

    assert found(view, wanted) == {text for text in texts if text.startswith(wanted)}
    assert found(view, f"{wanted.upper()}*") == found(view, wanted)


def test_tags_are_found_by_glob_and_values_by_themselves() -> None:
    view = view_of(
        [recognise(t) for t in ("malware:emotet", "malware:emo", "actor:emotet", "192.0.2.1")]
    )

    assert found(view, "malware:emo*") == {"malware:emotet", "malware:emo"}
    assert found(view, "*:emotet") == {"malware:emotet", "actor:emotet"}
    assert found(view, "192[.]0.2.1") == {"192.0.2.1"}
    assert found(view, "192.0.2.2") == set()


def test_addresses_come_in_their_own_order_and_all_are_counted() -> None:
    view = view_of([recognise(f"192.0.2.{n}") for n in (10, 9, 100)] + [recognise("192.0.2.0/28")])
    answer = view.search("192.0.2.0/24", limit=3)

    assert [one.value for one in answer.results] == ["192.0.2.0/28", "192.0.2.9", "192.0.2.10"]
    assert (answer.total, answer.truncated) == (4, True)


@pytest.mark.parametrize("pattern", ["", "*", "ex*mple.com", "*.a b", "192.0.2.*", "192.0.2.0/99"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(MalformedError):
        view_of([]).search(pattern)
