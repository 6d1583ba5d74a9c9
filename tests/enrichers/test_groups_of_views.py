"""Groups of each audience, and what is published of those of the operator."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bots import HIDDEN, TELNET, WINDOW, bot, crowd, seen, world
from bots import SOC as DERIVING
from cure.enrichers.alike.chosen import choose
from cure.enrichers.alike.likeness import Likeness
from cure.enrichers.alike.opening import opened_over
from cure.enrichers.behaviour.events import Events
from cure.enrichers.geography import Geography
from cure.enrichers.groups import running
from cure.enrichers.groups.group import Group, Groups
from cure.enrichers.groups.publishing import SOURCE, GroupPublishing
from cure.enrichers.groups.running import Apart, Run, Task, run
from cure.enrichers.groups.runs import GroupRuns
from cure.enrichers.groups.shown import Order
from cure.errors import CureError, EnricherError, NotKnownError
from cure.installation import Installation
from cure.model import Audience, Caveat, Label, Record, Tlp, ip
from cure.model import tag as tag_called
from strategies import T0

SOC = Audience("soc", Tlp.RED)
PRESS = Audience("press", Tlp.GREEN)
HOUR = timedelta(hours=1)
STRANGER = Group("g", ("192.0.2.77",), (), 1.0, (), T0, T0, 1, None, 0.0, 1, 0)
LIE = msgspec.json.encode(Run(Groups((STRANGER,), (), 1, ()), []))


def test_bots_of_a_campaign_make_a_group(tmp_path: Path):
    alike = opened(crowd(), tmp_path)
    found = alike.groups(SOC, Order.SIZE, 100)

    assert found.status == "ok"
    assert [one.size for one in found.groups] == [8, 8]
    members = alike.group(SOC, found.groups[0].id).members
    assert len({one.ip.rpartition(".")[0] for one in members}) == 1
    assert all(one.score is not None and one.score > 0.9 for one in members)


def test_no_group_is_known_of_what_only_others_see(tmp_path: Path):
    hidden = [
        one
        for n in range(9)
        for one in bot(f"203.0.113.{n}", "/h", range(5), hour=9, label=HIDDEN, port=99)
    ]
    alike = opened([*crowd(), *hidden], tmp_path)
    mine = {one.id for one in alike.groups(SOC, Order.SIZE, 100).groups}
    theirs = {one.id for one in alike.groups(Audience("bank", Tlp.RED), Order.SIZE, 100).groups}

    assert len(mine) == 2
    assert theirs > mine or len(theirs) == 3
    with pytest.raises(NotKnownError):
        alike.group(SOC, next(iter(theirs - mine)))


def test_a_group_keeps_its_name_when_it_grows(tmp_path: Path):
    before = opened(crowd(), tmp_path).groups(SOC, Order.SIZE, 100)
    more = [
        one
        for n in range(3)
        for one in bot(f"203.0.113.{n}", "/x", range(0, 9, 3), hour=3, **TELNET)
    ]
    after = opened([*crowd(), *more], tmp_path, at=2).groups(SOC, Order.GROWTH, 100)

    assert {one.id for one in after.groups} == {one.id for one in before.groups}
    assert (after.groups[0].size, after.groups[0].growth) == (11, 3)


def test_what_is_kept_is_read_by_its_owner_only(tmp_path: Path):
    opened(crowd(), tmp_path).groups(SOC, Order.SIZE, 100)

    [kept] = (tmp_path / "groups").glob("*.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_a_run_in_a_process_of_its_own_finds_the_same(tmp_path: Path):
    task = Task(events(), None, ["192.0.2.1"], {"192.0.2.1": 64500})

    assert Apart(tmp_path / "groups")(task) == run(task)
    assert not list((tmp_path / "groups").iterdir())


def test_a_run_that_fails_says_so(tmp_path: Path):
    broken = Task(events(), None, [], {"x": "y"})  # pyright: ignore[reportArgumentType]

    with pytest.raises(CureError, match="grouping ended with code 1"):
        Apart(tmp_path / "groups")(broken)


def events() -> Events:
    columns, gate, _ = world(crowd())
    return choose(columns.now, gate.view(DERIVING, T0), WINDOW).events


def opened(said: list[Record], folder: Path, at: int = 0) -> Likeness:
    columns, gate, _ = world(said)
    geography = Geography()
    return Likeness(
        lambda: columns.now,
        lambda audience: gate.view(audience, T0),
        geography,
        GroupRuns(folder / "groups", run, geography, lambda: T0 + at * HOUR),
        GroupPublishing(folder / "published.json"),
    )


class Published:
    """An installation into which groups are published."""

    def __init__(self, directory: Path, said: Sequence[Record]) -> None:
        self.installation = Installation(directory / "d", write=True, link_reserved=True)
        self.directory = directory
        self.installation.append(said)

    def publish(self, hours: int = 0) -> tuple[int, int, int]:
        columns, alike = opened_over(
            self.installation,
            lambda source: source != SOURCE,
            lambda: T0 + hours * HOUR,
            geography=Geography(),
        )
        columns.catch_up()
        done = alike.publish_groups("soc", self.installation.append, self.installation.relabel)
        return done.groups, done.joined, done.left

    def said(self, to: Audience) -> set[str]:
        return {one.name for one in self.installation.gate.view(to, T0).sources()}


def test_a_published_group_stands_in_links_and_campaigns(tmp_path: Path):
    world = Published(tmp_path, crowd())

    assert world.publish() == (2, 16, 0)
    view = world.installation.gate.view(SOC, T0)
    card = view.card(ip("192.0.2.1"))
    [name] = card.tags
    links = view.links()
    at = links.sources.index(SOURCE), links.sources.index("cowrie@a")
    assert links.matrix[at[0]][at[1]] == 16
    members = {one.value for one in view.campaign([tag_called(name)], 100).members}
    assert {f"192.0.2.{10 * n + 1}" for n in range(8)} <= members


def test_what_has_not_changed_is_not_said_again(tmp_path: Path):
    world = Published(tmp_path, crowd())
    world.publish()
    before = len(world.installation)

    assert world.publish(2) == (2, 0, 0)
    assert len(world.installation) == before


def test_an_address_that_leaves_its_group_is_in_none(tmp_path: Path):
    world = Published(tmp_path, crowd())
    world.publish()
    world.installation.append(
        [
            one
            for n in range(8)
            for one in bot(f"198.51.100.{10 * n + 1}", "/wp-login.php", range(40, 47), hour=15)
        ]
    )

    assert world.publish(2)[2] == 8
    view = world.installation.gate.view(SOC, T0)
    assert SOURCE in view.card(ip("192.0.2.1")).sources
    assert view.card(ip("192.0.2.1")).tags == {}


def test_published_groups_rest_on_what_the_organisation_owns(tmp_path: Path):
    shared = Label(Tlp.GREEN, "bank")
    theirs = [
        one
        for n in range(9)
        for one in bot(f"203.0.113.{n}", "/h", range(5), hour=9, label=shared, port=99)
    ]
    world = Published(tmp_path, [*crowd(), *theirs])

    assert world.publish() == (2, 16, 0)
    assert world.installation.gate.view(SOC, T0).card(ip("203.0.113.1")).tags == {}


def test_published_groups_are_for_those_who_may_see_all_that_was_read(tmp_path: Path):
    secret = seen("203.0.113.9", T0, label=Label(Tlp.RED, "soc"))
    open_world = Published(tmp_path / "open", crowd())
    open_world.publish()
    world = Published(tmp_path / "secret", [*crowd(), secret])
    world.publish()

    assert SOURCE in open_world.said(PRESS)
    assert SOURCE in world.said(SOC)
    assert SOURCE not in world.said(PRESS)


def test_what_was_published_follows_when_stricter_data_comes(tmp_path: Path):
    world = Published(tmp_path, crowd())
    world.publish()
    world.installation.append(
        [seen("203.0.113.9", T0, label=Label(Tlp.AMBER, "soc", caveats=(Caveat.NO_PUSH,)))]
    )
    world.publish(2)

    assert SOURCE in world.said(SOC)
    assert SOURCE not in world.said(PRESS)


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("import os; os.abort()", "ended with code -6"),
        ("import time; time.sleep(60)", r"takes more than 1 s"),
        ("pass", "answers nonsense"),
        ("import sys; open(sys.argv[1] + '/run.json', 'w').write('[]')", "answers nonsense"),
        (
            f"import sys; open(sys.argv[1] + '/run.json', 'wb').write({LIE!r})",
            "of which it was told nothing",
        ),
    ],
    ids=["crashes", "hangs", "is silent", "babbles", "lies"],
)
def test_a_run_that_crashes_hangs_or_lies_is_an_error_of_the_enricher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, why: str
):
    task = Task(events(), None, [], None)
    monkeypatch.setattr(running, "_PROGRAM", ("-c", does))

    with pytest.raises(EnricherError, match=why):
        Apart(tmp_path / "groups", time_limit_s=1.0)(task)
    assert not list((tmp_path / "groups").iterdir())


def test_a_run_is_cut_off_when_it_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    task = Task(events(), None, [], None)
    monkeypatch.setattr(running, "_PROGRAM", ("-c", "import time; time.sleep(60)"))
    apart = Apart(tmp_path / "groups")
    closing = threading.Timer(0.5, apart.close)
    closing.start()

    with pytest.raises(EnricherError, match="ended with code -9"):
        apart(task)
    closing.join()


def test_what_a_run_that_was_killed_left_behind_goes(tmp_path: Path):
    (tmp_path / "groups" / "run-left").mkdir(parents=True)

    Apart(tmp_path / "groups")(Task(events(), None, [], None))

    assert not list((tmp_path / "groups").iterdir())
