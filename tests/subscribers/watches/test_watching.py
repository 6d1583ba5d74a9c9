"""Watching: at least once over crashes, once told, and each organisation only what is its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cure.errors import MalformedError, NotKnownError
from cure.installation import Installation
from cure.model import Audience, Caveat, Finding, Kind, Label, Purpose, Record, Tlp, mention
from cure.model import recognise as read
from cure.model.finding import digest_of
from cure.subscribers.watch_post import WatchPost
from cure.subscribers.watches import desk
from cure.subscribers.watches.audiences import Audiences
from cure.subscribers.watches.desk import Added, WatchDesk
from cure.subscribers.watches.hit import HitShown
from cure.subscribers.watches.watch import WatchForm

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
GREEN = Label(Tlp.GREEN, "press")
BANK = Audience("bank", Tlp.GREEN, purpose=Purpose.PUSH)


@dataclass
class Place:
    """An installation with a post, as `bank` sees it."""

    installation: Installation
    post: WatchPost
    times: list[datetime]
    count: int = 0
    desk: WatchDesk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = self.post.desk("bank", "rin@bank")

    def say(
        self, value: str, role: str = "listed", *, source: str = "exist", label: Label = GREEN
    ) -> None:
        self.count = len(self.installation) + 1
        said = (mention(read(value), role),)
        finding = Finding(Kind.SIGHTING, said, AT, AT, key=f"{source} {self.count}")
        self.installation.append([Record(source, label, digest_of(source, finding), finding)])

    def watch(self, *entries: str, own: bool = True) -> Added:
        return self.desk.add(WatchForm("ours", own, list(entries)))

    def hits(self) -> list[HitShown]:
        """Return the hits, the oldest first."""
        view = self.installation.gate.view(BANK, self.times[-1])
        return self.desk.hits(view).hits[::-1]

    def values(self) -> list[str]:
        return [one.value for one in self.hits()]


@contextmanager
def place(directory: Path) -> Iterator[Place]:
    """Open a place; the clock stands until a test moves it."""
    with Installation(directory, write=True, link_reserved=True) as installation:
        times = [AT]
        post = WatchPost(directory, installation.gate, Audiences(BANK), lambda: times[-1])
        try:
            yield Place(installation, post, times)
        finally:
            post.store.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    with place(tmp_path) as one:
        yield one


def test_what_came_before_a_crash_is_matched_after_it(tmp_path: Path) -> None:
    with place(tmp_path) as before:
        before.watch("192.0.2.0/24")
        before.say("192.0.2.1")
        before.post.match()
        before.say("192.0.2.2")  # kept in the log, and the process ends
    with place(tmp_path) as after:
        after.say("192.0.2.3")
        after.post.match()

        assert after.values() == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]


def test_a_crash_before_a_new_watch_was_compared_loses_nothing(tmp_path: Path) -> None:
    with place(tmp_path) as before:
        before.say("192.0.2.1")
        watch = before.watch("192.0.2.0/24").watch
        before.post.store.add_entries(watch.id, [])  # changed, and not compared yet
        before.post.store.rows("DELETE FROM hit")
    with place(tmp_path) as after:
        after.post.match()
        after.post.match()

        assert after.values() == ["192.0.2.1"]


def test_the_same_records_matched_twice_are_one_hit(tmp_path: Path) -> None:
    with place(tmp_path) as one:
        one.watch("192.0.2.0/24")
        one.say("192.0.2.1")
        one.post.match()
        one.post.store.rows("DELETE FROM matched")
        one.post.store.rows("INSERT INTO matched VALUES ('bank', 0)")
    with place(tmp_path) as again:
        again.post.match()
        [hit] = again.hits()

        assert hit.count == 1


def test_after_an_hour_the_same_is_a_hit_again(here: Place) -> None:
    here.watch("192.0.2.1")
    for minutes in (0, 50, 70):
        here.times.append(AT + timedelta(minutes=minutes))
        here.say("192.0.2.1")
        here.post.match()

    assert [one.count for one in here.hits()] == [2, 1]


def test_sources_that_take_turns_are_no_new_hits(here: Place) -> None:
    here.watch("192.0.2.1")
    for source in ("exist", "cowrie", "exist", "cowrie"):
        here.say("192.0.2.1", source=source)
        here.post.match()

    assert len(here.hits()) == 2


def test_whoever_listens_is_told_of_new_hits_only(here: Place) -> None:
    told: list[str] = []
    here.post.store.listen(told.append)
    here.watch("192.0.2.1")
    for value in ("192.0.2.1", "192.0.2.1", "198.51.100.1"):
        here.say(value)
        here.post.match()

    assert told == ["bank"]
    assert here.post.store.last_position("bank") == 1


HIDDEN = [
    Label(Tlp.AMBER, "press"),
    Label(Tlp.GREEN, "press", caveats=(Caveat.NO_PUSH,)),
    Label(Tlp.GREEN, "press", not_before=AT + timedelta(days=1)),
]


@pytest.mark.parametrize("label", HIDDEN)
def test_a_hidden_record_makes_no_hit(here: Place, label: Label) -> None:
    here.say("192.0.2.1", label=label)
    here.watch("192.0.2.0/24")
    here.say("192.0.2.2", label=label)
    here.post.match()

    assert here.hits() == []
    assert here.post.store.last_position("bank") == 0


@pytest.mark.parametrize("label", HIDDEN)
def test_hits_are_the_same_as_if_the_hidden_had_never_been_said(
    tmp_path: Path, label: Label
) -> None:
    told: list[list[object]] = []
    for name, labels in (("with", [label]), ("without", [])):
        with place(tmp_path / name) as world:
            for hidden in labels:
                world.say("192.0.2.9", label=hidden)
                world.say("192.0.2.1", "c2", source="secret", label=hidden)
            world.say("192.0.2.1")
            world.watch("192.0.2.0/24")
            for hidden in labels:
                world.say("192.0.2.1", "attacker", source="secret", label=hidden)
                world.post.match()
            world.say("192.0.2.2")
            world.say("192.0.2.1", source="cowrie")
            world.post.match()
            shown = [
                (hit.value, hit.meaning, hit.count, hit.sources, hit.roles, hit.also, hit.at)
                for hit in world.hits()
            ]
            told.append([*shown, world.post.store.last_position("bank")])

    assert told[0] == told[1]


def test_what_opens_one_day_is_met_then(here: Place) -> None:
    here.watch("192.0.2.0/24")
    here.say("192.0.2.1", label=Label(Tlp.GREEN, "press", not_before=AT + timedelta(days=1)))
    here.say("192.0.2.2")
    here.post.match()
    before = here.values()
    here.times.append(AT + timedelta(days=2))
    here.post.match()
    here.post.match()

    assert (before, here.values()) == (["192.0.2.2"], ["192.0.2.2", "192.0.2.1"])


def test_a_hit_whose_records_are_closed_is_shown_no_more(here: Place) -> None:
    here.watch("192.0.2.1")
    here.say("192.0.2.1")
    here.post.match()
    assert here.values() == ["192.0.2.1"]
    here.installation.relabel("exist", GREEN, Label(Tlp.RED, "press"))

    assert here.hits() == []


def test_an_organisation_has_nothing_of_anothers_watches(here: Place) -> None:
    here.say("192.0.2.1")
    watch = here.watch("192.0.2.1").watch
    other = here.post.desk("isp", "ken@isp")
    view = here.installation.gate.view(Audience("isp", Tlp.GREEN), AT)
    [hit] = here.hits()

    assert other.all() == []
    assert other.hits(view).hits == []
    for ask in (lambda: other.one(watch.id), lambda: other.acknowledge(view, hit.id)):
        with pytest.raises(NotKnownError, match="there is no"):
            ask()


def test_a_hundred_thousand_lines_are_taken_and_bad_ones_named(here: Place) -> None:
    lines = [b"10.%d.%d.%d" % (n >> 16, n >> 8 & 255, n & 255) for n in range(100_000)]
    for n in (9, 50_000, 99_999):
        lines[n] = b"10.0.0.999"
    lines[5] = b"\xff\xfe"
    here.say("10.1.0.5")
    watch = here.watch().watch
    added = here.desk.add_entries(watch.id, lines)

    assert [one.line for one in added.bad] == [6, 10, 50_001, 100_000]
    assert added.watch.entries == 99_996
    assert here.values() == ["10.1.0.5"]


def test_too_many_wild_cards_are_refused(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MAX_GLOBS", 3)
    here.watch("malware:a*", "emotet", "attack:t1059.001")

    with pytest.raises(MalformedError, match="wild cards"):
        here.watch("malware:b*", "malware:c*")
    assert len(here.desk.all()) == 1


def test_a_plain_tag_is_met_in_whatever_case(here: Place) -> None:
    here.say("attack:T1059.001", "uses")
    here.watch("attack:t1059.001", own=False)

    assert here.values() == ["attack:T1059.001"]


def test_the_closest_entry_is_named(here: Place) -> None:
    here.watch("192.0.0.0/16", "192.0.2.0/24", "192.0.2.0/25")
    here.watch("192.0.2.7", "192.0.2.0/30")
    here.say("192.0.2.7")
    here.post.match()

    assert sorted(one.entry for one in here.hits()) == ["192.0.2.0/25", "192.0.2.7"]
