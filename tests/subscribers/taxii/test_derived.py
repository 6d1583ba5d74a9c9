"""What is in a collection: every object once, in order, and nothing of what is hidden."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.view import Followed
from cure.interfaces import KEPT_APART_US, Logged
from cure.log.sqlite import SqliteLog
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, Topic, mention, recognise
from cure.model.finding import digest_of
from cure.subscribers.taxii import derived
from cure.subscribers.taxii.asked import Asked
from cure.subscribers.taxii.contents import START
from cure.subscribers.taxii.derived import Derived
from cure.subscribers.taxii.pages import Entry
from hidden import without_hidden
from proof import examples
from strategies import T0, VALUES, audiences, numbered, records

SECRET = bytes(32)
KEY = HashKey.of(bytes(range(24)))
AT = T0 + timedelta(hours=12)
SOC = Audience("soc", Tlp.RED)
FOLLOWED = [
    Followed(),
    Followed(topics=frozenset({Topic.DOMAIN})),
    Followed(sources=frozenset({"cowrie", "undisclosed"})),
    Followed(observables=(VALUES[-1],)),
]
batches = st.lists(records(), min_size=1, max_size=14).map(numbered)
followed = st.sampled_from(FOLLOWED)
few = settings(max_examples=examples(12, 1000))


def appends(logged: Sequence[Logged]) -> dict[int, int]:
    """Say in which append each record came: three each time."""
    return {id(one.record): number // 3 for number, one in enumerate(logged)}


@contextmanager
def opened(
    logged: Sequence[Logged], which: dict[int, int], to: Audience, what: Followed
) -> Iterator[Derived]:
    """Keep records, each append a second after the one before, and open what somebody sees."""
    said = [(which[id(one.record)], one.record) for one in logged]
    with TemporaryDirectory() as directory:
        at = T0
        log = SqliteLog(Path(directory) / "log.sqlite", clock=lambda: at)
        hub = Hub(KEY)
        for number, some in groupby(said, key=lambda pair: pair[0]):
            at = T0 + timedelta(seconds=number)
            hub.accept(batch_of(log.append([one for _, one in some]).logged))
        yield Derived(Gate(hub).view(to, AT), log, to, what, SECRET)
        log.close()


def whole(contents: Derived) -> list[Entry]:
    return [one.entry for one in contents.following(START)]


@given(batches, audiences, followed)
@few
def test_what_is_hidden_changes_nothing_of_a_collection(
    logged: list[Logged], to: Audience, what: Followed
):
    which = appends(logged)
    with opened(logged, which, to, what) as all_of_it:
        found = whole(all_of_it)
    with opened(without_hidden(logged, to, AT), which, to, what) as rest:
        assert whole(rest) == found


@given(batches, audiences, followed)
@few
def test_every_object_comes_once_with_all_that_it_refers_to_in_order_of_dates(
    logged: list[Logged], to: Audience, what: Followed
):
    with opened(logged, appends(logged), to, what) as contents:
        entries = whole(contents)
    ids = [one.id for one in entries]

    assert len(ids) == len(set(ids))
    assert all(a.date_us <= b.date_us for a, b in pairwise(entries))
    for said in (dict(one.content) for one in entries):
        for name, value in said.items():
            # Whoever has what is revoked has what that refers to; nobody else needs it.
            if not said.get("revoked") and name.endswith(("_ref", "_refs")):
                assert set([value] if isinstance(value, str) else value) <= set(ids)


@given(batches, audiences, followed, st.integers(1, 7))
@few
def test_pages_of_any_size_make_up_the_collection(
    logged: list[Logged], to: Audience, what: Followed, limit: int
):
    with opened(logged, appends(logged), to, what) as contents:
        found, place = [], START
        while place is not None:
            page = contents.page(Asked(), place, limit)
            assert len(page.entries) <= limit
            found += page.entries
            place = page.following

        assert found == whole(contents)


@given(batches, audiences, followed, st.data())
@few
def test_going_on_from_a_date_is_going_on_behind_all_objects_of_that_date(
    logged: list[Logged], to: Audience, what: Followed, data: st.DataObject
):
    with opened(logged, appends(logged), to, what) as contents:
        entries = whole(contents)
        dates = [one.date_us for one in entries] or [0]
        date_us = data.draw(st.sampled_from(dates)) + data.draw(st.sampled_from([-1, 0, 1, 17]))
        rest = [one.entry for one in contents.following(contents.after(date_us))]

        assert rest == [one for one in entries if one.date_us > date_us]


@given(st.lists(records(), min_size=1, max_size=6).map(numbered))
@few
def test_dates_tell_objects_apart_up_to_the_fifteenth_of_a_record(logged: list[Logged]):
    with opened(logged, appends(logged), SOC, Followed()) as contents:
        places: dict[int, set[int]] = {}
        # The objects of a record that is gone come again together, revoked.
        found = contents.following(START)
        for one in (one for one in found if "revoked" not in dict(one.entry.content)):
            places.setdefault(one.entry.date_us, set()).add(min(one.place[1], KEPT_APART_US - 1))

        assert all(len(indices) == 1 for indices in places.values())


def test_a_filter_is_answered_in_pages_that_may_be_short(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(derived, "MAX_RECORDS", 2)
    said = numbered(list(_some()))
    with opened(said, appends(said), SOC, Followed()) as contents:
        asked = Asked(kind=("domain-name",))
        first = contents.page(asked, START, 10)
        assert first.following is not None
        place, found = START, []
        while place is not None:
            page = contents.page(asked, place, 10)
            found += page.entries
            place = page.following

    assert [dict(one.content)["value"] for one in found] == ["example.com"]  # pyright: ignore[reportCallIssue, reportArgumentType]


def _some() -> Iterator[Record]:
    for text in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "example.com"):
        said = Finding(Kind.SIGHTING, (mention(recognise(text)),), T0, T0)
        yield Record("cowrie", Label(Tlp.GREEN, "soc"), digest_of("cowrie", said), said)
