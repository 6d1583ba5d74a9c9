"""Who is alike, for whom: computed from what an audience may see, and from nothing else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cure.enrichers.alike.current
from bots import HIDDEN, OPEN, TELNET, bot, crowd, seen, world
from cure.enrichers.alike.answers import Asked, Leaving, Status
from cure.enrichers.alike.behaviours import Behaviours
from cure.enrichers.alike.likeness import Likeness
from cure.enrichers.geography import Geography
from cure.enrichers.groups.publishing import GroupPublishing
from cure.enrichers.groups.running import run
from cure.enrichers.groups.runs import GroupRuns
from cure.enrichers.groups.shown import Order
from cure.errors import MalformedError, NotKnownError
from cure.hub.gate import Gate
from cure.model import Audience, Caveat, Finding, Kind, Label, Record, Tlp, mention, recognise
from cure.model.finding import digest_of
from strategies import T0

SOC = Audience("soc", Tlp.AMBER)
BOT = "192.0.2.1"
NOT_TO_DERIVE = Label(Tlp.CLEAR, "soc", caveats=(Caveat.NO_DERIVE,))
Ask = Callable[[list[Record]], Likeness]


@pytest.fixture
def asked(tmp_path: Path) -> Ask:
    return lambda said: likeness(said, tmp_path)


def likeness(said: list[Record], folder: Path) -> Likeness:
    columns, gate, _ = world(said)
    return over(columns, gate, folder)


def over(columns: Behaviours, gate: Gate, folder: Path) -> Likeness:
    geography = Geography()
    return Likeness(
        lambda: columns.now,
        lambda audience: gate.view(audience, T0),
        geography,
        GroupRuns(folder / "groups", run, geography, lambda: T0),
        GroupPublishing(folder / "published.json"),
    )


def told(alike: Likeness, to: Audience = SOC) -> bytes:
    """Everything that an audience is told about two bots and their groups."""
    return msgspec.json.encode(
        (
            alike.similar(to, BOT, Asked(min_score=0.0)),
            alike.compare(to, (BOT, "198.51.100.1")),
            alike.groups(to, Order.SIZE, 100),
        )
    )


def test_bots_of_one_campaign_are_found_alike(asked: Ask):
    found = asked(crowd()).similar(SOC, BOT, Asked(k=7))

    assert found.status is Status.OK
    assert found.events == 9
    assert {one.ip for one in found.results} == {f"192.0.2.{10 * n + 1}" for n in range(1, 8)}
    assert all(one.score > 0.9 for one in found.results)


def test_every_score_names_what_it_rests_on(asked: Ask):
    best = asked(crowd()).similar(SOC, BOT, Asked(k=1)).results[0]

    assert any("23/telnet (lift 2)" in one for one in best.shared)
    assert best.views.what is not None
    assert best.views.where == ("/24", "/16")


def test_a_network_is_reported_and_no_part_of_the_score(asked: Ask):
    far = bot("203.0.113.5", "/x", range(0, 9, 3), hour=3, **TELNET)
    found = asked([*crowd(), *far]).similar(SOC, BOT, Asked())

    scores = {one.ip: one.score for one in found.results}
    assert scores["203.0.113.5"] == scores["192.0.2.11"]
    assert [one.views.where for one in found.results if one.ip == "203.0.113.5"] == [()]


def test_neighbours_in_the_same_network_can_be_left_out(asked: Ask):
    far = bot("203.0.113.5", "/x", range(0, 9, 3), hour=3, **TELNET)
    asks = Asked(exclude=frozenset({Leaving.SAME_NET}))

    assert [one.ip for one in asked([*crowd(), *far]).similar(SOC, BOT, asks).results] == [
        "203.0.113.5"
    ]


def test_known_scanners_are_named_and_can_be_left_out(asked: Ask):
    # The first address of a network that Censys publishes as its own: no data of anybody.
    census = bot("162.142.125.1", "/x", range(0, 9, 3), hour=3, **TELNET)
    alike = asked([*crowd(), *census])

    named = {one.ip: one.scanner for one in alike.similar(SOC, BOT, Asked()).results}
    left = alike.similar(SOC, BOT, Asked(exclude=frozenset({Leaving.KNOWN_SCANNER}))).results

    assert "Censys" in str(named["162.142.125.1"])
    assert [name for ip, name in named.items() if ip.startswith("192.0.2.")] == [None] * 7
    assert {one.ip for one in left} == named.keys() - {"162.142.125.1"}


def test_too_few_events_are_not_compared(asked: Ask):
    alike = asked([*crowd(), seen("203.0.113.5", T0), seen("203.0.113.5", T0, port=23)])
    found = alike.similar(SOC, "203.0.113.5", Asked())

    assert (found.status, found.events, found.results) == (Status.INSUFFICIENT, 2, [])
    assert alike.compare(SOC, (BOT, "203.0.113.5")).status is Status.INSUFFICIENT
    assert all(
        one.ip != "203.0.113.5" for one in alike.similar(SOC, BOT, Asked(min_score=0)).results
    )


def test_what_never_behaved_is_unknown_though_lists_name_it(asked: Ask):
    listed = seen("203.0.113.5", T0, source="attack@list")
    found = asked([*crowd(), listed]).similar(SOC, "203.0.113.5", Asked())

    assert (found.status, found.events) == (Status.UNKNOWN, 0)


def test_nothing_is_known_of_what_only_others_saw(asked: Ask):
    hidden = bot("203.0.113.5", "/x", range(3), hour=3, label=HIDDEN)
    alike = asked([*crowd(), *hidden])

    for value in ("203.0.113.5", "203.0.113.6"):
        with pytest.raises(NotKnownError, match=f"nothing is known of {value}"):
            alike.similar(SOC, value, Asked())
        with pytest.raises(NotKnownError):
            alike.compare(SOC, (BOT, value))


@pytest.mark.parametrize("value", ["192.0.2.0/24", "malware:emotet"])
def test_only_addresses_behave(asked: Ask, value: str):
    known = Finding(Kind.SIGHTING, (mention(recognise(value)),), T0, T0)
    said = Record("cowrie", OPEN, digest_of("cowrie", known), known)

    with pytest.raises(MalformedError, match="only single addresses behave alike"):
        asked([said]).similar(SOC, value, Asked())


def test_comparing_tells_what_only_one_of_them_does(asked: Ask):
    found = asked(crowd()).compare(SOC, (BOT, "198.51.100.1"))

    assert found.status is Status.OK
    assert found.score is not None
    assert found.score < 0.5
    assert "path:/x" in found.differs[0]
    assert "path:/wp-login.php" in found.differs[1]


@settings(max_examples=5)
@given(st.integers(0, 10_000), st.sampled_from([HIDDEN, NOT_TO_DERIVE]))
def test_what_is_hidden_shapes_no_answer(
    tmp_path_factory: pytest.TempPathFactory, seed: int, label: Label
):
    said = crowd()
    hidden = [
        seen(
            f"203.0.113.{(seed + n) % 250}",
            T0 + timedelta(hours=(seed * 7 + n) % 900),
            label=label,
            path=f"/{n % 5}",
            source="nicter",
            port=n % 7,
        )
        for n in range(80)
    ]
    at = seed % len(said)
    answers = [
        told(likeness(world_of, tmp_path_factory.mktemp("alike")))
        for world_of in (said, [*said[:at], *hidden, *said[at:]])
    ]

    # Tags are what may be read, and are not compared here: none of these has any.
    assert answers[0] == answers[1]


def test_a_new_address_is_found_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cure.enrichers.alike.current, "LATEST_S", 0.0)
    said = crowd()
    late = bot("203.0.113.5", "/x", range(0, 9, 3), hour=3, **TELNET)
    columns, gate, _ = world(said)
    alike = over(columns, gate, tmp_path)
    before = alike.similar(SOC, BOT, Asked(k=100))

    _, after, logged = world([*said, *late])
    columns.add(logged[len(said) :])
    gate._hub = after._hub  # noqa: SLF001 - the hub, as if it had been told
    found = alike.similar(SOC, BOT, Asked(k=100))

    assert "203.0.113.5" not in {one.ip for one in before.results}
    assert {one.ip: one.score for one in found.results}["203.0.113.5"] > 0.95
    assert alike.similar(SOC, "203.0.113.5", Asked()).status is Status.OK


def test_vectors_are_shared_by_those_who_see_the_same(asked: Ask):
    alike = asked(crowd())

    assert told(alike) == told(alike, Audience("press", Tlp.GREEN))
    assert len(alike._current._kept) == 1  # noqa: SLF001 - that they share is not to be seen
