"""Which addresses link nothing, and what that means."""

import pytest

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Changes, Hub
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from cure.model.networks import RESERVED
from hub.kinds import AnyHub, new_hub
from strategies import T0

KEY = HashKey.of(bytes(range(24)))
SOC = Audience("soc")


def told_by_two_sources(*values: str) -> tuple[AnyHub, Changes]:
    """Return a hub to which two sources told the same values, each in a record of its own."""
    hub = new_hub(KEY, RESERVED)
    logged = []
    for source in ("a", "b"):
        for value in values:
            finding = Finding(Kind.SIGHTING, (mention(ip(value), "attacker"),), T0, T0)
            record = Record(source, Label(Tlp.CLEAR, "soc"), digest_of(source, finding), finding)
            logged.append(Logged(len(logged) + 1, record, 0))
    return hub, hub.accept(batch_of(logged))


@pytest.mark.parametrize(
    "value",
    [
        "10.0.0.1",
        "172.31.255.255",
        "192.168.1.0/24",
        "192.0.2.9",
        "127.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fd00:1::5",
        "2001:db8:ffff::/48",
        "ff02::1",
    ],
)
def test_a_reserved_address_in_two_sources_is_known_but_no_link(value):
    hub, changes = told_by_two_sources(value)
    view = Gate(hub).view(SOC)
    card = view.card(ip(value))
    assert (set(card.sources), card.links) == ({"a", "b"}, [])
    assert view.links().matrix == [[1, 0], [0, 1]]
    assert view.new_links([changes]) == []


@pytest.mark.parametrize(
    "value", ["9.255.255.255", "11.0.0.0", "172.32.0.1", "192.0.3.1", "8.8.8.0/24", "2001:db9::1"]
)
def test_the_addresses_beside_the_reserved_ones_link(value):
    hub, changes = told_by_two_sources(value)
    view = Gate(hub).view(SOC)
    assert view.links().matrix == [[1, 1], [1, 1]]
    assert [one.count for one in view.new_links([changes])] == [1]


def test_a_restored_hub_links_as_before():
    hub, _ = told_by_two_sources("10.0.0.1", "8.8.8.8")
    again = Hub.restore(hub.state(), KEY, RESERVED)
    assert Gate(again).view(SOC).links() == Gate(hub).view(SOC).links()


def test_a_pivot_reaches_a_private_address_and_stops_there():
    hub = new_hub(KEY, RESERVED)
    logged = []
    for number, values in enumerate((("9.9.9.9", "10.0.0.1"), ("10.0.0.1", "8.8.8.8")), 1):
        mentions = tuple(mention(ip(value)) for value in values)
        finding = Finding(Kind.SIGHTING, mentions, T0, T0)
        record = Record("a", Label(Tlp.CLEAR, "soc"), digest_of("a", finding), finding)
        logged.append(Logged(number, record, 0))
    hub.accept(batch_of(logged))
    view = Gate(hub).view(SOC)
    assert [one.value for one in view.pivot(ip("9.9.9.9"), 3, 10).nodes] == ["9.9.9.9", "10.0.0.1"]
    told = view.campaign([ip("9.9.9.9")], 10)
    assert {one.value for one in told.members} == {"9.9.9.9", "10.0.0.1"}
