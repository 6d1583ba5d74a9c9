"""Each seeded leak is caught by its law, and without it the law holds."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

import laws
from access.cedar import Question, may_read_as_published
from access.questions import edges
from cure.access.forms import NewOrganisation
from cure.access.grants import Verb
from cure.access.principal import Scope, local
from cure.hub import campaign, pivot, visible
from cure.installation import Installation
from cure.interfaces import Logged
from cure.model import (
    Audience,
    Caveat,
    Finding,
    Kind,
    Label,
    Observable,
    Purpose,
    Record,
    Tlp,
    ip,
    mention,
)
from cure.model.finding import digest_of
from cure.model.retraction import retractions_of
from cure.web import broadcast
from cure.web.asker import Asker
from cure.web.authentication import Proof
from drawing import a_record, an_audience
from guarded import BY, guarded
from guarded import World as Served
from hidden import without_hidden
from laws import AT
from leaks import of_decisions, of_views, over_http
from leaks.leak import Leak
from servers import application, client_of, finding
from strategies import VALUES, numbered
from surfaces import answers
from waiting import PATIENCE_S

LEAKS = [*of_views.LEAKS, *of_decisions.LEAKS, *over_http.LEAKS]


class World(NamedTuple):
    """What was said, what of it somebody may see, and who that is."""

    logged: list[Logged]
    kept: list[Logged]
    to: Audience

    def values(self) -> tuple[set[str], set[str]]:
        """Return the values that are hidden, and those in more records than one that are not."""
        seen = [m.value for one in self.kept for m in one.record.finding.observables]
        said = {m.value for one in self.logged for m in one.record.finding.observables}
        return said - set(seen), {value for value in seen if seen.count(value) > 1}


def worlds(taken_back: int = 0) -> Iterator[World]:
    """Draw worlds of which somebody sees a part, and some is taken back; always the same."""
    for seed in count():
        random = Random(seed)  # noqa: S311 - no secret
        said = [a_record(random, number) for number in range(16)]
        logged = numbered([*said, *(retractions_of(one)[0] for one in said[:taken_back])])
        to = msgspec.structs.replace(an_audience(random), sources=None, purpose=Purpose.READ)
        world = World(logged, without_hidden(logged, to, AT), to)
        if 4 <= len(world.kept) <= 12:
            yield world


@dataclass
class Grounds:
    """What the laws are tried on, made before anything leaks.

    Attributes:
        worlds: Worlds.
        questions: Who may read what, each with the answer of the published policy.
        asked: What is asked of two servers.
        servers: One that was told all, and one that was not told the hidden.
        guarded: Two servers with accounts, likewise.
        directory: For what else is made.
    """

    worlds: list[World]
    questions: list[tuple[Question, bool]]
    asked: list[Observable]
    servers: list[TestClient[Litestar]]
    guarded: list[Served]
    directory: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


def populate(served: Served) -> None:
    """Let the operator and a member post."""
    at = served.clock()
    served.accounts.organisations.add(BY, NewOrganisation(name="soc", operates=True), at)
    served.accounts.organisations.add(BY, NewOrganisation(name="bank"), at)
    served.accounts.grants.add(BY, Verb.PUBLISH, "bank", ["sensor@bank"], at)
    for name in ("soc", "bank"):
        served.key(name, name, Scope.READ, Scope.PUBLISH)


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    drawn = worlds()
    some = [next(drawn) for _ in range(30)]
    fit = next(one for one in some if all(one.values()))
    some[:0] = islice(worlds(taken_back=4), 5)
    asked = [one for one in VALUES if any(one.value in values for values in fit.values())]
    questions = list(edges())
    with ExitStack() as open_:
        servers: list[TestClient[Litestar]] = []
        for logged in (fit.logged, fit.kept):
            directory = tmp_path_factory.mktemp("data")
            installation = open_.enter_context(
                Installation(directory, write=True, link_reserved=True)
            )
            installation.append([one.record for one in logged])
            app = application(installation, audience=fit.to, clock=lambda: AT)
            servers.append(open_.enter_context(client_of(app)))
        both = [
            open_.enter_context(guarded(tmp_path_factory.mktemp("guarded"), populated=False))
            for _ in range(2)
        ]
        for world in both:
            populate(world)
        yield Grounds(
            some,
            list(zip(questions, may_read_as_published(questions), strict=True)),
            asked,
            servers,
            both,
            tmp_path_factory.mktemp("streams"),
        )


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what happens with many happen with few, and soon."""
    monkeypatch.setattr(campaign, "COMMON", 2)
    monkeypatch.setattr(pivot, "RECORDS_PER_VALUE", 3)
    monkeypatch.setattr(visible, "_FEW", 10)
    monkeypatch.setattr(broadcast, "TICK_S", 0.01)


# The laws, tried on these grounds -------------------------------------------------------


def hidden(on: Grounds) -> Iterator[bool]:
    for world in on.worlds:
        yield laws.hidden_is_as_never_said(*world, AT)


def relabelled(on: Grounds) -> Iterator[bool]:
    for world in on.worlds:
        yield laws.relabelled_is_as_ever_labelled(*world, AT)


def unnamed(on: Grounds) -> Iterator[bool]:
    for world in on.worlds:
        yield laws.unnamed_could_be_anybody([one.record for one in world.logged], world.to, AT)


def victims(on: Grounds) -> Iterator[bool]:
    for world in on.worlds:
        said = [one.record.finding for one in world.kept]
        yield laws.victims_could_be_anybody(said, Label(Tlp.GREEN, "owner"), world.to, AT)


def policy(on: Grounds) -> Iterator[bool]:
    for (to, *about), published in on.questions:
        yield to.may_read(*about) == published


def web(on: Grounds) -> Iterator[bool]:
    one, other = (list(answers(client, on.asked)) for client in on.servers)
    yield one == other


def posts(on: Grounds) -> Iterator[bool]:
    """What a poster is told does not depend on what others have posted."""
    news = finding(f"198.51.100.{next(on.numbers)}")
    on.guarded[0].post("soc", "secret", news, b"rubbish")
    told = [
        [world.post("bank", source, news).content for source in ("sensor@bank", "secret", "none")]
        for world in on.guarded
    ]
    yield told[0] == told[1]
    yield told[0][1] == told[0][2]


def stream(on: Grounds) -> Iterator[bool]:
    """What is not to be pushed is not heard of."""
    quiet, loud = (
        record_of(source, Label(Tlp.CLEAR, "soc", caveats=caveats))
        for source, caveats in (("nicter", (Caveat.NO_PUSH,)), ("cowrie", ()))
    )
    here, there = (on.directory / f"{name}-{next(on.numbers)}" for name in ("with", "without"))
    yield heard(here, [[quiet], [loud]]) == heard(there, [[loud]])


def record_of(source: str, label: Label) -> Record:
    said = Finding(Kind.SIGHTING, (mention(ip("192.0.2.1")),), AT, AT)
    return Record(source, label, digest_of(source, said), said)


def heard(directory: Path, posted: Sequence[list[Record]]) -> list[bytes]:
    """Return what the first two events say to somebody who listens meanwhile."""
    with Installation(directory, write=True, link_reserved=True) as installation:
        app = application(installation, audience=Audience("bank"), clock=lambda: AT)
        return asyncio.run(_heard(app, posted))


async def _heard(app: Litestar, posted: Sequence[list[Record]]) -> list[bytes]:
    serving, telling = app.state.serving, app.state.broadcast
    serving.start()
    running = asyncio.create_task(telling.run())
    events = telling.events(Asker(serving, Proof(local("bank")), "127.0.0.1"))
    told = [await anext(events)]
    for some in posted:
        await asyncio.wrap_future(serving.writer.submit(some))
        await asyncio.sleep(0.05)
    told.append(await asyncio.wait_for(anext(events), PATIENCE_S))
    running.cancel()
    await asyncio.to_thread(serving.stop)
    return told


LAWS: dict[str, Callable[[Grounds], Iterator[bool]]] = {
    law.__name__: law for law in (hidden, relabelled, unnamed, victims, policy, web, posts, stream)
}


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_without_a_leak_the_law_holds(law: Callable[[Grounds], Iterator[bool]], grounds: Grounds):
    assert all(law(grounds))


@pytest.mark.parametrize("one", LEAKS, ids=lambda one: one.name)
def test_a_leak_is_caught(one: Leak, grounds: Grounds, monkeypatch: pytest.MonkeyPatch):
    one.spring(monkeypatch)

    assert not all(LAWS[one.law](grounds))


def test_the_leaks_are_many_and_different():
    assert len({one.name for one in LEAKS}) == len(LEAKS) >= 30
