"""What is on a list, and what never is."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from cure.hub.gate import Gate
from cure.hub.view import View, Wanted
from cure.model import (
    Audience,
    Finding,
    Kind,
    Label,
    Mention,
    Observable,
    Pap,
    Purpose,
    Record,
    Tlp,
    Topic,
    mention,
    recognise,
    tag,
)
from cure.model.finding import digest_of
from cure.subscribers.lists.entries import Asked, Entry, entries
from hub.test_laws import hub_after
from strategies import audiences, numbered, records

NOW = datetime(2025, 1, 1, tzinfo=UTC)
OPEN = Label(Tlp.GREEN, "soc")


def said(
    *values: tuple[str, str], source: str = "exist", label: Label = OPEN, hours: int = 0
) -> Record:
    seen = NOW + timedelta(hours=hours)
    mentions: tuple[Mention, ...] = tuple(mention(recognise(text), role) for text, role in values)
    finding = Finding(Kind.SIGHTING, mentions, seen, seen)
    return Record(source, label, digest_of(source, finding), finding)


def view_of(*kept: Record, to: str = "bank") -> View:
    audience = Audience(to, Tlp.AMBER, purpose=Purpose.EXPORT)
    return Gate(hub_after(numbered(list(kept)))).view(audience, NOW)


def by_length(_: View, values: Sequence[Observable]) -> Sequence[float]:
    return [float(len(one.value)) for one in values]


def listed(view: View, asked: Asked) -> list[str]:
    return [one.observable.value for one in entries(view, asked, by_length)]


def test_values_are_listed_for_the_roles_of_the_bad_and_no_others() -> None:
    view = view_of(
        said(("93.184.215.1", "attacker"), ("93.184.215.2", "subject")),
        said(("93.184.215.3", "queried")),
    )
    assert listed(view, Asked(Topic.IP, blocks=False)) == ["93.184.215.1"]


def test_the_most_malicious_come_first_and_the_rest_is_cut() -> None:
    view = view_of(said(("93.184.215.9", "c2")), said(("93.184.215.10", "c2")))

    assert listed(view, Asked(Topic.IP, blocks=False)) == ["93.184.215.10", "93.184.215.9"]
    assert listed(view, Asked(Topic.IP, blocks=False, limit=1)) == ["93.184.215.10"]
    assert listed(view, Asked(Topic.IP, blocks=False, min_score=12.5)) == ["93.184.215.10"]


def test_a_blocking_list_has_nothing_that_may_not_be_used_so() -> None:
    view = view_of(
        said(("93.184.215.1", "c2"), label=Label(Tlp.GREEN, "soc", pap=Pap.GREEN)),
        said(("93.184.215.2", "c2"), label=Label(Tlp.GREEN, "soc", pap=Pap.AMBER)),
        said(("93.184.215.3", "c2"), label=Label(Tlp.AMBER_STRICT, "bank")),
    )
    assert listed(view, Asked(Topic.IP, blocks=True)) == ["93.184.215.1"]
    assert len(listed(view, Asked(Topic.IP, blocks=False))) == 3


def test_a_blocking_list_has_nothing_that_a_warning_list_names() -> None:
    view = view_of(said(("8.8.8.8", "listed")), said(("google.com", "c2")))

    assert listed(view, Asked(Topic.IP, blocks=True)) == []
    assert listed(view, Asked(Topic.DOMAIN, blocks=True)) == []
    assert listed(view, Asked(Topic.IP, blocks=False)) == ["8.8.8.8"]


def test_a_list_can_be_of_one_tag_one_source_or_one_time() -> None:
    view = view_of(
        said(("bad.example.com", "c2"), ("malware:tide", "tag"), hours=5),
        said(("worse.example.com", "c2"), source="reports"),
    )
    about = Asked(Topic.DOMAIN, blocks=False)
    assert listed(view, about._replace(tag=tag("malware:tide"))) == ["bad.example.com"]
    assert listed(view, about._replace(tag=tag("malware:other"))) == []
    assert listed(view, about._replace(source="reports")) == ["worse.example.com"]
    assert listed(view, about._replace(since=NOW + timedelta(hours=1))) == ["bad.example.com"]


def test_an_entry_sums_up_who_named_it_so_and_when() -> None:
    view = view_of(
        said(("bad.example.com", "c2"), hours=5),
        said(("bad.example.com", "listed"), source="reports"),
        said(("bad.example.com", "queried"), source="nicter", hours=9),
    )
    (one,) = entries(view, Asked(Topic.DOMAIN, blocks=False), by_length)
    assert one == Entry(
        recognise("bad.example.com"),
        ("c2", "listed"),
        ("exist", "reports"),
        2,
        NOW,
        NOW + timedelta(hours=5),
        15.0,
    )


@given(st.lists(records(), max_size=12), audiences, st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_a_list_tells_nothing_of_what_its_audience_may_not_see(
    batch: list[Record], to: Audience, limit: int
) -> None:
    at = NOW + timedelta(hours=12)
    alone = [structs.replace(r, digest=bytes([i] * 16)) for i, r in enumerate(batch)]
    visible = [r for r in alone if to.may_read(r.source, r.label, at)]
    hidden = [r for r in alone if not to.may_read(r.source, r.label, at)]
    whole, rest = (
        Gate(hub_after(numbered(part))).view(to, at) for part in ([*hidden, *visible], visible)
    )
    for topic, blocks in product(Topic, (False, True)):
        asked = Asked(topic, blocks=blocks, limit=limit)
        assert entries(whole, asked, by_length) == entries(rest, asked, by_length)


def test_naming_many_is_cut_at_the_latest_whatever_their_ids() -> None:
    kept = [said((f"93.184.{n // 250}.{n % 250 + 1}", "c2"), hours=n % 7) for n in range(1000)]
    found = view_of(*kept).named(Wanted(Topic.IP, frozenset({"c2"})), 10)

    assert len(found) == 10
    assert {one.last_seen for one in found} == {NOW + timedelta(hours=6)}
    assert all(a.observable < b.observable for a, b in pairwise(found))
