"""Judging: a small form for what analysts say, kept as records are, and read through a view."""

from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from cure.enrichers.reliability.admiralty import UNKNOWN, admiralty, confidence
from cure.enrichers.reliability.judgements import (
    EXPIRED,
    FALSE_POSITIVE,
    RATED,
    ROLES,
    analysts_of,
    is_analysts,
    is_of_source,
    subject,
)
from cure.errors import MalformedError
from cure.feeding import IntakeOf
from cure.hub.view import View
from cure.interfaces import Input, Log, Publisher, Setting
from cure.model import Audience, Finding, Kind, Label, Observable, Record, Tlp, Topic, mention
from cure.showing import LabelShown, RecordShown

MAX_SHOWN = 1000
_ANALYST = "person"  # an attribute that the owner alone sees
_TLP = {tlp.title: tlp for tlp in Tlp}


class JudgementForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new judgement.

    Attributes:
        about: A value, defanged or not, or the name of a source.
        admiralty: The code, such as ``B2``; of a source the letter counts, of a value the digit.
        note: Why.
        false_positive: Whether the value is not malicious after all.
        expired: Whether what was seen of it up to now counts no longer.
        tlp: How far it may travel, such as ``TLP:GREEN``; none: within the organisation.
    """

    about: Annotated[str, Meta(min_length=1, max_length=4096)]
    admiralty: str = str(UNKNOWN)
    note: Annotated[str, Meta(max_length=2000)] = ""
    false_positive: bool = False
    expired: bool = False
    tlp: str | None = None


class Judgement(msgspec.Struct, frozen=True):
    """What an analyst said.

    Attributes:
        topic: Topic of the value; of a source ``tag``.
        value: The value; of a source ``source:NAME``.
        admiralty: The code.
        confidence: The same from 0 to 100, as STIX has it.
        note: Why.
        false_positive: Whether the value is not malicious after all.
        expired: Whether what was seen before counts no longer.
        analyst: Who said so; within the organisation only.
        source: Whose judgement it is.
        at: When.
        label: How far it may travel.
    """

    topic: Topic
    value: str
    admiralty: str
    confidence: int
    note: str
    false_positive: bool
    expired: bool
    analyst: str
    source: str
    at: datetime | None
    label: LabelShown

    @classmethod
    def of(cls, record: Record, audience: Audience) -> "Judgement":
        """Show the record of a judgement that a view of this audience released."""
        said = RecordShown.of(record, audience)
        code = admiralty(said.attributes.get("admiralty", str(UNKNOWN)))
        roles = {one.role for one in said.observables}
        return cls(
            said.observables[0].topic,
            said.observables[0].value,
            str(code),
            confidence(code),
            said.attributes.get("note", ""),
            FALSE_POSITIVE in roles,
            EXPIRED in roles,
            said.attributes.get(_ANALYST, ""),
            said.source,
            said.first_seen,
            said.label,
        )


class Bench(NamedTuple):
    """Where the judgements of an organisation are made.

    Attributes:
        publisher: The publisher of findings.
        organisation: Whose judgements they are.
        analyst: Who judges; empty: nobody in particular.
        now: What time it is.
        intake: Makes the intake.
    """

    publisher: Publisher
    organisation: str
    analyst: str
    now: datetime
    intake: IntakeOf

    def judged(self, form: JudgementForm) -> list[Record]:
        """Return the records of a judgement: the whole, and what others see of it.

        Raises:
            MalformedError: If it is about nothing that has a form, or code or marking is none.
        """
        if form.tlp is not None and form.tlp not in _TLP:
            raise MalformedError("tlp", form.tlp, f"want one of {', '.join(_TLP)}")
        finding = msgspec.json.encode(_finding(form, self.analyst, self.now))
        label = Label(Tlp.AMBER if form.tlp is None else _TLP[form.tlp], self.organisation)
        source = analysts_of(self.organisation)
        intake = self.intake(self.publisher, source, label, self.now, Setting())
        records: list[Record] = []
        for part in intake.take_in(Input(name="judgement", as_of=self.now, lines=iter([finding]))):
            for line in part.quarantined:
                raise MalformedError("judgement", form.about, line.why)
            records += part.records
        return records


def _finding(form: JudgementForm, analyst: str, now: datetime) -> Finding:
    about, code = subject(form.about), admiralty(form.admiralty)
    rated = code.letter if is_of_source(about) else code.digit
    roles = [f"{RATED}{rated}"]
    if form.false_positive:
        roles.append(FALSE_POSITIVE)
    if form.expired:
        roles.append(EXPIRED)
    said = {"admiralty": str(code), "note": form.note, _ANALYST: analyst}
    return Finding(
        Kind.ASSESSMENT,
        tuple(mention(about, role) for role in roles),
        now,
        now,
        attributes={name: value for name, value in said.items() if value},
    )


def judgements_about(view: View, log: Log, audience: Audience, text: str) -> list[Judgement]:
    """Return what analysts said of a value or a source, as far as a view shows it, latest first.

    Raises:
        MalformedError: If the text is neither.
    """
    about, skip, more = subject(text), 0, True
    shown: list[Judgement] = []
    while more and len(shown) < MAX_SHOWN:
        released, more = view.records(about, limit=MAX_SHOWN, skip=skip)
        skip += len(released)
        shown += (
            Judgement.of(record, audience)
            for record in log.fetch(released)
            if is_analysts(record.source) and _is_judgement(record.finding, about)
        )
    return shown[:MAX_SHOWN]


def _is_judgement(finding: Finding, about: Observable) -> bool:
    first = finding.observables[0]  # of a URL intake adds the host
    is_about = (first.topic, first.value) == (about.topic, about.value)
    return is_about and finding.kind is Kind.ASSESSMENT and first.role in ROLES
