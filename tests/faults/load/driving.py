"""A load from beginning to end: a server of its own, everybody at it, and what came of it."""

import asyncio
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import uvloop

from cure.interfaces import Logged
from cure.log.sqlite import SqliteLog
from faults.load import gauge, world
from faults.load.asking import Asked, ask
from faults.load.following import Got, Subscriber, Want
from faults.load.publishing import Phase, Posted, publish, rhythm
from faults.load.wire import Connections, request
from faults.load.world import SOURCES, Numbers, Organisation
from program import Program

_FOLLOWING_MUCH = 50
_PATIENCE_S = 20.0
"""For so long nothing may come before what is missing counts as lost."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A load.

    Attributes:
        phases: How fast records come, one stretch after the other.
        queries: Questions a second.
        subscribers: How many follow the records.
        slow: How many of them read 1 kB a second.
        frozen: How many of them never read.
        known: If given, after so many batches only one in 200 is new.
        look_every_s: How often the server's memory is looked at.
    """

    phases: Sequence[Phase]
    queries: float
    subscribers: int
    slow: int
    frozen: int = 1
    known: int = 0
    look_every_s: float = 1.0

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return sum(one.seconds for one in self.phases)


@dataclass
class Outcome:
    """What came of a load.

    Attributes:
        plan: The load.
        begin: When it began, in seconds of the loop's clock.
        posted: What became of every batch.
        asked: The questions.
        followers: The subscribers, with what they got.
        readings: What the server took of the machine meanwhile.
        driver_cpu: How much of a core the load itself took.
        code: How the server ended.
        said: What it wrote to its operator.
        stored: The numbers of the records that the log holds.
        twice: How many of them it holds more than once.
    """

    plan: Plan
    begin: float
    posted: Posted
    asked: list[Asked]
    followers: list[Subscriber]
    readings: list[gauge.Reading]
    driver_cpu: float
    code: int = 0
    said: str = ""
    stored: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    twice: int = 0

    def lost(self) -> Numbers:
        """Return the records that were acknowledged and are not kept."""
        return np.setdiff1d(self.posted.acknowledged(), self.stored)

    def misinformed(self) -> list[tuple[Subscriber, Got]]:
        """Return who was told of anything else than of all that he was to be, once each."""
        expected = ((one, one.expected(self.stored)) for one in self.followers)
        return [(one, want) for one, want in expected if one.got != want]


@contextmanager
def serving(directory: Path, errors: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run `cure` and give its port; end it as an operator would."""
    settings = directory / "cure.toml"
    settings.write_text(world.SETTINGS, "utf-8")
    with errors.open("wb") as file:
        server = Program(directory).start(
            *("run", "--config", settings, "--data", directory, "--port", "0"),
            stdout=subprocess.PIPE,
            stderr=file.fileno(),
        )
    try:
        assert server.stdout
        found = (re.search(rb":(\d+)/", line) for line in server.stdout)
        yield int(next(filter(None, found))[1]), server
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=600)


def drive(directory: Path, plan: Plan) -> Outcome:
    """Put a load on a new server, then compare what it kept and told with what was sent."""
    organisations = world.found(directory)
    errors = directory / "errors.txt"
    with (
        serving(directory, errors) as (port, server),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        outcome = runner.run(_drive(port, server.pid, organisations, plan))
    outcome.code, outcome.said = server.returncode, errors.read_text()
    log = SqliteLog(directory / "log.sqlite", write=False)
    keys = np.concatenate([_numbers(part) for part in log.read()])
    log.close()
    outcome.stored = np.unique(keys)
    outcome.twice = len(keys) - len(outcome.stored)
    return outcome


def _numbers(part: Sequence[Logged]) -> Numbers:
    """Return which of our records these are; the server itself may say something, too."""
    ours = [one.record.finding.key for one in part if one.record.source in SOURCES]
    return np.array(ours, np.int64)


def _subscribers(organisations: Sequence[Organisation], plan: Plan) -> list[Subscriber]:
    """Return them: of the first fifty a fifth follow all, and a fifth a source; the rest less."""
    made: list[Subscriber] = []
    for number in range(plan.subscribers):
        who = organisations[number % len(organisations)]
        wants = (Want("domain"), Want("hash"), Want("tag"))
        if number < _FOLLOWING_MUCH:
            wants = (*wants, Want(), Want(source=who.sees[number // 5 % len(who.sees)]))
        made.append(Subscriber(who, wants[(number + 3) % len(wants)]))
    for number in range(plan.frozen + plan.slow):
        made[5 * number % len(made)].pace = "frozen" if number < plan.frozen else "slow"
    return made


async def _drive(port: int, pid: int, organisations: Sequence[Organisation], plan: Plan) -> Outcome:
    clock = asyncio.get_running_loop().time
    followers = _subscribers(organisations, plan)
    for one in followers:
        await one.connect(port)
    await warmed(port, organisations[0])
    begin = clock() + 1.0
    posted = Posted(rhythm(plan.phases, begin), plan.known)
    listening = {id(one): asyncio.create_task(one.listen(posted.due)) for one in followers}
    readings: list[gauge.Reading] = []
    watching = asyncio.create_task(gauge.watch(pid, readings, plan.look_every_s))
    spent_s, began_s = time.process_time(), time.perf_counter()
    asked, _ = await asyncio.gather(
        ask(port, organisations, begin=begin, seconds=plan.seconds, per_second=plan.queries),
        publish(port, organisations, posted),
    )
    share = (time.process_time() - spent_s) / (time.perf_counter() - began_s)
    # Who froze reads on, and who was slow comes again with his cursor.
    for one in followers:
        if one.pace != "quick":
            listening[id(one)].cancel()
            if one.pace == "slow":
                one.close()
                await one.connect(port)
            listening[id(one)] = asyncio.create_task(one.listen(posted.due, always=True))
    await all_told(followers, posted.acknowledged())
    watching.cancel()
    for task in listening.values():
        task.cancel()
    await asyncio.wait(listening.values())
    for one in followers:
        one.close()
    return Outcome(plan, begin, posted, asked, followers, readings, share)


async def warmed(port: int, who: Organisation) -> None:
    """Ask one question of each kind, so that the server has read what it needs for cards."""
    connections = Connections(port)
    for path in ("ip/198.18.0.1", "domain/a.example.org", f"hash/{0:032x}"):
        await connections.ask(request("GET", f"/api/v1/observables/{path}", who.key))
    connections.close()


async def all_told(followers: Sequence[Subscriber], kept: Numbers) -> None:
    """Wait until everybody was told of all of this, or nobody of anything for long."""
    expected = sum(one.expected(kept).records for one in followers)
    quiet_s, before = 0.0, -1
    while before < expected and quiet_s < _PATIENCE_S:
        await asyncio.sleep(0.5)
        now = sum(one.got.records for one in followers)
        quiet_s = quiet_s + 0.5 if now == before else 0.0
        before = now
    await asyncio.sleep(1)  # what comes twice may come now
