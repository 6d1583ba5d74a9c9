"""What scores are tested with: a hub that was told a few things, and a look at it."""

from datetime import UTC, datetime, timedelta

from cure.enrichers.reliability.judging import Bench, JudgementForm
from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.intake import Intake
from cure.hub.view import View
from cure.model import Audience, Finding, Kind, Label, Mention, Purpose, Record, Tlp, mention
from cure.model.finding import complete, digest_of
from cure.model.recognise import recognise
from cure.publishers.findings import PUBLISHER
from strategies import numbered

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOC = Audience("soc", Tlp.RED, purpose=Purpose.DERIVE)
OPEN = Label(Tlp.CLEAR, "soc")
ATTACKER = "192.0.2.7"


def said(
    source: str,
    *mentions: str,
    days_ago: float = 0.0,
    count: int = 1,
    label: Label = OPEN,
    lasting: timedelta = timedelta(0),
) -> Record:
    """Return what a source says; a mention is ``role value``."""
    seen = NOW - timedelta(days=days_ago)
    named = [one.partition(" ") for one in mentions]
    values: tuple[Mention, ...] = tuple(mention(recognise(text), role) for role, _, text in named)
    finding = Finding(Kind.SIGHTING, values, seen - lasting, seen, count)
    as_record = complete(finding, NOW, NOW)
    return Record(source, label, digest_of(source, finding), as_record)


def judged(
    about: str, code: str = "F6", *, days_ago: float = 0.0, by: str = "soc", **more: object
) -> Record:
    """Return what analysts say, as their organisation sees it."""
    now = NOW - timedelta(days=days_ago)
    form = JudgementForm(about=about, admiralty=code, **more)  # pyright: ignore[reportArgumentType]
    return Bench(PUBLISHER, by, "", now, Intake).judged(form)[0]


def seen_by(*records: Record, to: Audience = SOC) -> View:
    """Return what an audience may see of records."""
    hub = Hub(HashKey.of(bytes(range(24))))
    hub.accept(batch_of(numbered(list(records))))
    return Gate(hub).view(to, NOW)
