"""Views: remembered while nothing changes, and good for their moment whatever comes after."""

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from hub.kinds import AnyHub, new_hub
from laws import KEY
from strategies import T0

TO = Audience("bank", Tlp.GREEN)
OPEN = Label(Tlp.GREEN, "soc")


def logged(source: str, number: int, label: Label = OPEN) -> Logged:
    said = Finding(Kind.SIGHTING, (mention(ip("192.0.2.1")),), T0, T0)
    return Logged(number, Record(source, label, digest_of(source, said), said), 0)


def told(*sources: str) -> AnyHub:
    hub = new_hub(KEY)
    hub.accept(batch_of([logged(source, n) for n, source in enumerate(sources, 1)]))
    return hub


def test_an_unchanged_view_and_its_links_are_remembered():
    gate = Gate(told("cowrie", "exist"))
    view = gate.view(TO)

    assert gate.view(TO) is view
    assert gate.view(TO).links() is view.links()
    assert gate.view(Audience("press", Tlp.GREEN)) is not view


def test_what_comes_later_is_in_the_next_view():
    hub = told("cowrie")
    gate = Gate(hub)
    before = gate.view(TO).links()
    hub.accept(batch_of([logged("exist", 2)]))

    assert before.sources == ["cowrie"]
    assert gate.view(TO).links().matrix == [[1, 1], [1, 1]]


def test_a_view_answers_though_a_source_came_that_it_does_not_know():
    hub = told("cowrie")
    view = Gate(hub).view(TO)
    hub.accept(batch_of([logged("exist", 2)]))

    assert view.links().sources == ["cowrie"]
    assert [one.name for one in view.sources()] == ["cowrie"]


def test_a_relabelled_record_is_gone_from_the_next_view():
    hub = told("cowrie")
    gate = Gate(hub)
    assert gate.view(TO).links().sources == ["cowrie"]
    hub.relabel("cowrie", OPEN, Label(Tlp.AMBER, "soc"))

    assert gate.view(TO).links().sources == []


def test_views_of_ever_so_many_are_right_and_not_all_kept():
    gate = Gate(told("cowrie"))
    many = [Audience(f"organisation-{n}", Tlp.GREEN) for n in range(2000)]

    assert all(gate.view(one).links().sources == ["cowrie"] for one in many)
    assert gate.view(many[0]).links().sources == ["cowrie"]
