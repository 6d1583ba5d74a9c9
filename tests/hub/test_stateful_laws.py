"""Whatever happens to a hub, and in whatever order, nobody learns from what he may not see."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Changes, Hub
from cure.hub.intake import Intake
from cure.installation import Installation
from cure.interfaces import Cards, Input, Logged
from cure.model import Audience, Caveat, Finding, Label, Purpose, Record, mention
from cure.model.label import join
from cure.publishers.findings import PUBLISHER
from hidden import labelled, without_hidden
from proof import examples
from servers import application, client_of
from strategies import SOURCES, T0, TURNS, VALUES, audiences, findings, labels
from surfaces import answers, everything, news, told

NOW = T0 + timedelta(days=30)
KEY = HashKey.of(bytes(range(24)))
people = st.lists(audiences, min_size=1, max_size=2, unique=True)
hit = st.sampled_from([(), (), ("victim",), ("sensor",), ("victim", "person")])


@st.composite
def hits(draw: st.DrawFn) -> Finding:
    """Draw a finding that may name, besides, who was hit and by whom it was observed."""
    said = draw(findings())
    more = [mention(draw(st.sampled_from(VALUES)), role) for role in draw(hit)]
    return msgspec.structs.replace(said, observables=(*said.observables, *more))


class Life(RuleBasedStateMachine):
    """The life of an installation, and beside it the one that was never told the hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.installation = self.opened()
        self.at = T0
        self.logged: list[Logged] = []
        self.changes: list[Changes] = []
        self.is_asked = False
        self.dropped: set[int] = set()

    def opened(self) -> Installation:
        return Installation(self.directory, write=True, link_reserved=True)

    def teardown(self) -> None:
        self.installation.close()
        shutil.rmtree(self.directory)

    def take_in(self, source: str, label: Label, said: list[Finding]) -> None:
        lines = iter([msgspec.json.encode(one) for one in said])
        intake = Intake(PUBLISHER, source, label, NOW)
        for part in intake.take_in(Input(name="test", as_of=NOW, lines=lines)):
            assert not part.quarantined
            appended, changes = self.installation.append(part.records)
            self.logged += appended.logged
            self.changes = [changes] if changes else []

    # What happens -----------------------------------------------------------------------

    @initialize(people=people)
    def meet(self, people: list[Audience]) -> None:
        self.people = people

    @rule(
        source=st.sampled_from(SOURCES), label=labels, said=st.lists(hits(), min_size=1, max_size=4)
    )
    def publish(self, source: str, label: Label, said: list[Finding]) -> None:
        self.take_in(source, label, said)

    @precondition(lambda self: self.logged)
    @rule(which=st.lists(st.integers(0, 100), min_size=1, max_size=3), said=findings())
    def enrich(self, which: list[int], said: Finding) -> None:
        """Derive something from records, under the join of their labels."""
        some = [self.logged[number % len(self.logged)].record.label for number in which]
        read = [label for label in some if Caveat.NO_DERIVE not in label.caveats]
        if read:
            self.take_in("similar", join(read), [said])

    @precondition(lambda self: self.logged)
    @rule(which=st.integers(0, 100), new=labels)
    def relabel(self, which: int, new: Label) -> None:
        record = self.logged[which % len(self.logged)].record
        self.installation.relabel(record.source, record.label, new)
        self.logged = labelled(self.logged, {(record.source, record.label): new})
        self.changes = []

    @precondition(lambda self: self.logged)
    @rule(which=st.lists(st.integers(0, 100), min_size=1, max_size=3))
    def retract(self, which: list[int]) -> None:
        """Let sources take records back, with what was cut of them."""
        some = [self.logged[number % len(self.logged)].record for number in which]
        appended, changes = self.installation.retract(some)
        self.logged += appended.logged
        self.changes = [changes] if changes else []

    @precondition(lambda self: self.logged)
    @rule(source=st.sampled_from(SOURCES), cards=st.sampled_from(Cards))
    def retain(self, source: str, cards: Cards) -> None:
        """Keep no longer what a source has said until now."""
        self.installation.retain(source, datetime.now(UTC) + timedelta(days=1), cards)
        self.changes = []
        if cards is Cards.DROP:
            gone = [one.seq for one in self.logged if one.record.source == source]
            self.dropped |= set(gone)

    @rule()
    def snapshot(self) -> None:
        self.installation.snapshot()

    @rule(replays=st.booleans())
    def restart(self, replays: bool) -> None:  # noqa: FBT001 - drawn
        self.installation.close()
        if replays:
            (self.directory / "hub.snapshot").unlink(missing_ok=True)
        self.installation = self.opened()
        self.changes = []

    @rule(at=st.sampled_from([*TURNS, T0 - timedelta(hours=1), T0 + timedelta(hours=1)]))
    def wait(self, at: datetime) -> None:
        self.at = at

    # What may be learnt from it ---------------------------------------------------------

    @invariant()
    def nobody_learns_from_the_hidden(self) -> None:
        for to in self.people:
            kept = without_hidden(self.logged, to, self.at, self.dropped)
            never_told = Hub(KEY)
            first = self.changes[0].first_record if self.changes else len(self.logged)
            before = len(without_hidden(self.logged[:first], to, self.at, self.dropped))
            never_told.accept(batch_of(kept[:before]))
            changes = [never_told.accept(batch_of(kept[before:]))] if self.changes else []

            here = self.installation.gate.view(to, self.at)
            there = Gate(never_told).view(to, self.at)
            assert everything(here, self.logged) == everything(there, kept)
            assert told(here, self.logged) == told(there, kept)
            assert news(here, self.changes) == news(there, changes)

    @precondition(lambda self: self.logged)
    @rule()
    def verify(self) -> None:
        """What lived, or was restored, is what its log gives."""
        replayed = self.installation.replayed_hash(lambda _done, _all: None)
        assert self.installation.state_hash() == replayed

    @precondition(lambda self: self.logged and not self.is_asked)
    @rule()
    def ask_the_server(self) -> None:
        self.is_asked = True
        to = msgspec.structs.replace(self.people[0], purpose=Purpose.READ)
        kept = [one.record for one in without_hidden(self.logged, to, self.at, self.dropped)]
        assert self.served(self.installation, to) == self.never_told(kept, to)

    def served(self, installation: Installation, to: Audience) -> list[bytes]:
        with client_of(application(installation, audience=to, clock=lambda: self.at)) as client:
            return list(answers(client, VALUES[:1]))

    def never_told(self, kept: list[Record], to: Audience) -> list[bytes]:
        with (
            tempfile.TemporaryDirectory() as directory,
            Installation(Path(directory), write=True, link_reserved=True) as installation,
        ):
            installation.append(kept)
            return self.served(installation, to)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=examples(10, 300),
    stateful_step_count=examples(12, 20),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
