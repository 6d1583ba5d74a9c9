"""From lines to records, losing none without a trace."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from msgspec.structs import replace as replace_fields

from cure.errors import MalformedError
from cure.interfaces import Input, Publisher, Quarantined, Reading, Setting
from cure.model import Finding, Label, Record, Retraction, Topic
from cure.model.fields import OWNERS_FIELDS, without
from cure.model.finding import complete, digest_of
from cure.model.label import NOBODY
from cure.model.retraction import cut_digest, retractions_of

QUARANTINED_BYTES = 4096
"""How much of an unreadable line is kept."""
BATCH_RECORDS = 8192
NOTHING_TOLD = Setting()


@dataclass
class Account:
    """What became of the lines of an input: ``lines == spoke + silent + quarantined``.

    Attributes:
        lines: How many lines, or elements of documents, there were.
        spoke: How many of them said something.
        silent: How many had nothing of interest.
        quarantined: How many could not be read.
        records: How many records they made, what was cut for others not counted again.
        reasons: Why lines were quarantined, each with how many.
    """

    lines: int = 0
    spoke: int = 0
    silent: int = 0
    quarantined: int = 0
    records: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])

    def add(self, other: "Account") -> None:
        """Add what became of more lines."""
        self.lines += other.lines
        self.spoke += other.spoke
        self.silent += other.silent
        self.quarantined += other.quarantined
        self.records += other.records
        self.reasons.update(other.reasons)


@dataclass
class TakenIn:
    """A part of an input, read: its records, what could not be read, and the account."""

    records: list[Record] = field(default_factory=list[Record])
    quarantined: list[Quarantined] = field(default_factory=list[Quarantined])
    account: Account = field(default_factory=Account)


class Intake:
    """Puts a source's name and label on all that its publisher reads.

    A line whose findings are not all fit to be records is quarantined whole: half a line would
    be counted twice or not at all.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is one thing that intake puts on a finding
        self,
        publisher: Publisher,
        source: str,
        label: Label,
        now: datetime,
        setting: Setting = NOTHING_TOLD,
        owners_fields: frozenset[str] = OWNERS_FIELDS,
    ) -> None:
        """Take in for one source.

        Args:
            publisher: Who reads it.
            source: Its name.
            label: The label of all that it says.
            now: The moment against which times are checked.
            setting: What the operator tells of it.
            owners_fields: Roles and attributes that only its owner sees.
        """
        self._publisher = publisher
        self._unspoken = tuple(topic for topic in Topic if topic not in publisher.topics)
        self._source = source
        self._label = label
        self._now = now
        self._setting = setting
        self._owners_fields = owners_fields
        self._whole_label = replace_fields(label, releasable=NOBODY)
        self._cut_label = replace_fields(label, but_owner=True)

    def take_in(self, data: Input) -> Iterator[TakenIn]:
        """Read an input, in parts of about 8,000 records. Cost: about 4 µs a finding."""
        part = TakenIn()
        data = replace(data, setting=self._setting)
        for reading in self._publisher.read(data):
            self._count(reading, data, part)
            if len(part.records) + len(part.quarantined) >= BATCH_RECORDS:
                yield part
                part = TakenIn()
        yield part

    def _count(self, reading: Reading, data: Input, part: TakenIn) -> None:
        account = part.account
        account.lines += reading.lines
        why = reading.why
        if not why and reading.findings:
            try:
                records = [
                    record
                    for finding in reading.findings
                    for record in self._stamped(finding, data.as_of)
                ]
            except MalformedError as error:
                why = str(error)
            else:
                part.records += records
                account.spoke += reading.lines
                account.records += len(reading.findings)
                return
        if not why:
            account.silent += reading.lines
            return
        account.quarantined += reading.lines
        account.reasons[in_general(why)] += reading.lines
        part.quarantined.append(
            Quarantined(
                self._source, data.name, reading.number, reading.raw[:QUARANTINED_BYTES], why
            )
        )

    def _stamped(self, finding: Finding, as_of: datetime) -> Iterator[Record]:
        """Yield the record of a finding; or the whole of it for its owner, the rest for others."""
        if isinstance(finding, Retraction):
            digest = digest_of(self._source, finding)
            yield from retractions_of(Record(self._source, self._label, digest, finding))
            return
        rest = without(finding, self._owners_fields)
        if rest is finding:
            yield self._stamp(finding, as_of)
            return
        whole = self._stamp(finding, as_of)
        yield replace_fields(whole, label=self._whole_label)
        if rest is not None:
            yield Record(
                self._source,
                self._cut_label,
                cut_digest(whole.digest),
                complete(rest, as_of, self._now),
            )

    def _stamp(self, finding: Finding, as_of: datetime) -> Record:
        if self._unspoken:
            for mention in finding.observables:
                if mention.topic in self._unspoken:
                    why = f"{self._source} may not speak of it"
                    raise MalformedError("topic", mention.topic, why)
        return Record(
            self._source,
            self._label,
            digest_of(self._source, finding),
            complete(finding, as_of, self._now),
        )


def in_general(why: str) -> str:
    """Leave the value out of a reason, so that equal reasons can be counted.

    >>> in_general("'x' is not a ip: neither an IPv4 or IPv6 address nor a network")
    'not a ip: neither an IPv4 or IPv6 address nor a network'
    """
    quoted, found, rest = why.rpartition(" is not a ")
    return f"not a {rest}" if found and quoted[-1:] in "'\"" else why
