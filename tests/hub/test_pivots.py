"""Pivots: how many values are left out, and who says that two stand together."""

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, domain, ip, mention
from cure.model.finding import digest_of
from hub.kinds import new_hub
from strategies import T0

SOC = Audience("soc", Tlp.RED)
BANK = Audience("bank", Tlp.CLEAR)
START = ip("198.51.100.1")


def told() -> Gate:
    """Return what two sources say of a value: one for all, the other for its owner alone."""
    hub, logged = new_hub(HashKey.of(bytes(range(24)))), []
    for at in range(6):
        beside = ip(f"203.0.113.{at}") if at < 4 else domain(f"d{at}.example.com")
        for source, tlp in (("open", Tlp.CLEAR), ("closed", Tlp.RED)):
            if source == "closed" and at % 2:
                continue
            finding = Finding(Kind.SIGHTING, (mention(START), mention(beside)), T0, T0)
            record = Record(source, Label(tlp, "soc"), digest_of(source, finding), finding)
            logged.append(Logged(len(logged) + 1, record, 0))
    hub.accept(batch_of(logged))
    return Gate(hub)


def test_what_is_left_out_is_counted_by_topic():
    found = told().view(SOC).pivot(START, 1, 3)

    assert found.truncated
    assert len(found.nodes) + sum(found.left.values()) == 7
    assert set(found.left) == {"ip", "domain"}
    assert told().view(SOC).pivot(START, 1, 7).left == {}


def test_an_edge_tells_how_often_and_by_whom_it_is_said():
    edges = told().view(SOC).pivot(START, 1, 10).edges

    assert sorted((one.records, one.sources) for one in edges) == [
        (1, ["open"]),
        (1, ["open"]),
        (1, ["open"]),
        (2, ["closed", "open"]),
        (2, ["closed", "open"]),
        (2, ["closed", "open"]),
    ]


def test_nobody_is_named_who_may_not_be_seen():
    edges = told().view(BANK).pivot(START, 1, 10).edges

    assert {(one.records, *one.sources) for one in edges} == {(1, "open")}
