"""A random life of an installation, which one number tells, beside that of its plain model."""

import shutil
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec

from cure.installation import Installation
from cure.interfaces import Cards
from cure.model import Finding, Kind, Purpose, Record, mention
from cure.model.finding import complete, digest_of
from drawing import a_label, an_audience
from simulation.answers import same_answers
from simulation.follower import Follower
from simulation.plain_log import PlainLog
from strategies import ROLES, SOURCES, T0, VALUES

STEPS = 30
LABELS = 5
_MEMORY = Path("/dev/shm")  # noqa: S108 - a directory of its own is made there
"""Where files cost no sync; what a disk loses is the subject of other tests."""
_NOW = T0 + timedelta(days=30)


def live(seed: int) -> None:
    """Live the life of a seed.

    Raises:
        AssertionError: If anybody was told anything else than the plain model says.
    """
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as directory:
        life = _Life(Random(seed), Path(directory))  # noqa: S311 - to be lived again
        with closing(life):
            life.live()


class _Life:
    def __init__(self, random: Random, directory: Path) -> None:
        self.random = random
        self.directory = directory
        self.at = T0
        self.crashes = 0
        self.labels = [a_label(random) for _ in range(LABELS)]
        self.records: list[Record] = []
        self.plain = PlainLog()
        self.followers = [Follower(an_audience(random)) for _ in range(3)]
        self.installation = self._opened()

    def _opened(self) -> Installation:
        where = self.directory / f"life-{self.crashes}"
        installation = Installation(where, write=True, link_reserved=True)
        installation.log._clock = lambda: self.at  # noqa: SLF001 - it takes one, but not from here
        return installation

    def close(self) -> None:
        self.installation.close()

    def live(self) -> None:
        deeds = (
            *[self.publish] * 8,
            *[self.retract] * 3,
            *[self.drain] * 4,
            *[self.wait] * 3,
            *(self.relabel, self.relabel, self.retain, self.retain, self.change_rights),
            *(self.crash, self.crash, self.snapshot, self.restart, self.ask),
        )
        for _ in range(STEPS):
            self.random.choice(deeds)()
        self.ask()
        self.crash()
        self.ask()
        self.drain()
        assert self.installation.state_hash() == self.installation.replayed_hash(lambda *_: None)

    # What happens -----------------------------------------------------------------------

    def publish(self) -> None:
        """Several records in one append: new ones, new versions, and what was said before."""
        some = [self._record() for _ in range(self.random.randint(1, 4))]
        appended, _ = self.installation.append(some)
        assert [one.seq for one in appended.logged] == self.plain.append(some, self.at)
        self.records += some

    def _record(self) -> Record:
        random = self.random
        if self.records and random.random() < 0.3:
            return random.choice(self.records)
        first = T0 + timedelta(seconds=random.randrange(100_000))
        named = random.sample(VALUES, random.randrange(1, 4))
        said = tuple(mention(one, random.choice(ROLES)) for one in named)
        last = first + timedelta(seconds=random.choice([0, 60, 90_000]))
        key = random.choice([None, "a", "b", "c"])
        finding = Finding(random.choice(list(Kind)), said, first, last, random.choice([1, 3]))
        finding = msgspec.structs.replace(finding, key=key, attributes={"n": random.randrange(9)})
        source = random.choice(SOURCES)
        whole = complete(finding, T0, _NOW)
        return Record(source, random.choice(self.labels), digest_of(source, finding), whole)

    def retract(self) -> None:
        if self.records:
            record = self.random.choice(self.records)
            appended, _ = self.installation.retract([record])
            assert [one.seq for one in appended.logged] == self.plain.retract(record, self.at)

    def relabel(self) -> None:
        source = self.random.choice(SOURCES)
        old, new = self.random.sample(self.labels, 2)
        self.installation.relabel(source, old, new)
        self.plain.relabel(source, old, new)

    def retain(self) -> None:
        source, cards = self.random.choice(SOURCES), self.random.choice(list(Cards))
        until = self.at - timedelta(hours=self.random.randrange(6))
        self.installation.retain(source, until, cards)
        self.plain.retain(source, until, cards)

    def wait(self) -> None:
        self.at += timedelta(hours=self.random.randrange(1, 9))

    def change_rights(self) -> None:
        follower = self.random.choice(self.followers)
        to = an_audience(self.random)
        follower.changes_rights(msgspec.structs.replace(to, organisation=follower.to.organisation))

    def snapshot(self) -> None:
        self.installation.snapshot()

    def restart(self) -> None:
        self.installation.close()
        self.installation = self._opened()

    def crash(self) -> None:
        """End as `kill -9` does: what is in the files then is all there is; perhaps a torn one."""
        before = self.directory / f"life-{self.crashes}"
        self.crashes += 1
        after = self.directory / f"life-{self.crashes}"
        shutil.copytree(before, after)
        self.installation.close()
        shutil.rmtree(before)
        snapshot = after / "hub.snapshot"
        if snapshot.exists() and self.random.random() < 0.2:
            snapshot.write_bytes(snapshot.read_bytes()[: self.random.randrange(100)])
        self.installation = self._opened()

    # What is told -----------------------------------------------------------------------

    def drain(self) -> None:
        self.random.choice(self.followers).drain(
            self.installation, self.plain, self.at, self.random
        )

    def ask(self) -> None:
        for follower in self.followers:
            to = msgspec.structs.replace(follower.to, purpose=self.random.choice(list(Purpose)))
            same_answers(self.installation, self.plain, to, self.at)
