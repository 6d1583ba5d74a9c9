"""What plugs into the hub, on one page.

origins ──▶ publishers ──▶ intake ──▶ Log ──▶ hub ──▶ view(audience) ──▶ web, command line
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import NamedTuple, NewType, Protocol, TypeAlias

import msgspec

from cure.model import Finding, Label, Layer, Mention, Observable, Record, Tlp, Topic
from cure.model.networks import PRIVATE, Networks


class Unreadable(NamedTuple):
    """A line, or the rest of a file, that an origin could not deliver whole.

    Attributes:
        head: Its first bytes.
        why: What is wrong with it.
    """

    head: bytes
    why: str


Line: TypeAlias = bytes | Unreadable
"""A line without its line end."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What an operator tells of a source, and its data does not.

    Attributes:
        own: The networks of the own side.
        listed: What the source's block lists name; for sources that tell only of that.
        zone: The time zone of times that name none.
    """

    own: Networks = PRIVATE
    listed: frozenset[Observable] = frozenset()
    zone: tzinfo = UTC


@dataclass(frozen=True, kw_only=True)
class Input:
    """One file or stream, as an origin delivers it.

    `lines` and `blocks` are two ways to the same bytes: a publisher reads one of them to its
    end, and leaves the other.

    Attributes:
        name: Its name, for people, and for formats whose file name means something.
        as_of: The moment of which it speaks, where it does not say so itself; UTC.
        lines: Its lines, to be read once, in order.
        blocks: Its bytes as they are, in blocks of about 1 MiB, for formats without lines.
        head: Its first bytes, up to 4,096, to tell the format by.
        setting: What the operator tells of the source.
        about: What is known of it beforehand, and belongs to all that it says: the page that it
            is, and what that is cited for.
    """

    name: str
    as_of: datetime
    lines: Iterator[Line]
    blocks: Iterable[bytes | Unreadable] = ()
    head: bytes = b""
    setting: Setting = Setting()
    about: tuple[Mention, ...] = ()


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What became of one line, or of one element of a document; or of several together.

    Attributes:
        number: Its number within the input, from 1; of several, that of the first.
        raw: Its bytes, for the quarantine.
        findings: What it says; empty: nothing of interest.
        why: Why it could not be read; empty: it could.
        lines: How many lines, or elements, share this fate, and together say this.
    """

    number: int
    raw: bytes
    findings: Sequence[Finding] = ()
    why: str = ""
    lines: int = 1


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """The name-plate of a source, and the pure function that reads it.

    Attributes:
        name: Short, lower case, unique; the source is called so, or ``name@instance``.
        title: What it is, in English.
        title_ja: The same in Japanese.
        layer: Whether it says what was seen or what it means.
        topics: The topics it may speak about; anything else is quarantined.
        tlp: The marking put on what it says, where the operator sets no other.
        read: Yields one `Reading` for each line, or for each element of a document, and raises
            nothing: what cannot be read is a `Reading` with its reason.
        reference: URL of the page that defines the format.
        lists: Yields what a file lists that is a block list, and nothing for any other file;
            None: the source has no block lists. All its files are asked before any is read.
        isolated: Whether it reads documents that strangers make, whose parsers may crash or never
            end: then each input is read whole, in a process of its own, which is told nothing
            of what is listed.
    """

    name: str
    title: str
    title_ja: str
    layer: Layer
    topics: frozenset[Topic]
    tlp: Tlp
    read: Callable[[Input], Iterator[Reading]]
    reference: str
    lists: Callable[[Input], Iterator[Observable]] | None = None
    isolated: bool = False


class Quarantined(NamedTuple):
    """A line that could not be read, kept so that someone can look at it.

    Attributes:
        source: Whose line it is.
        input_name: The file or stream it came from.
        number: Its number there, from 1.
        raw: Its first bytes.
        why: What is wrong with it.
    """

    source: str
    input_name: str
    number: int
    raw: bytes
    why: str


class Logged(msgspec.Struct, frozen=True, gc=False):
    """A record as the log keeps it.

    Attributes:
        seq: Its record number, from 1 without gaps.
        record: The record.
        replaces: Number of the version of the same record that it replaces, or 0.
    """

    seq: int
    record: Record
    replaces: int


class Appended(NamedTuple):
    """What an append did.

    Attributes:
        logged: The records that were new, in order, now durable.
        fates: For each record that was given, its number and whether it was new.
    """

    logged: Sequence[Logged]
    fates: Sequence[tuple[int, bool]]


class Relabelling(NamedTuple):
    """An exchange of labels: all that a source had under one came under another.

    Attributes:
        after: The highest record number to which it applies.
        source: Whose records.
        old: The label that they had.
        new: The label that they have since.
    """

    after: int
    source: str
    old: Label
    new: Label


Released = NewType("Released", tuple[int, ...])
"""Numbers of records that a view has let through. Nothing else makes one."""


class Cards(StrEnum):
    """What becomes of cards, once what they were made from is no longer kept."""

    KEEP = "keep"
    """They stay, with links and campaigns: who, in which role, when, how often, said by whom."""
    DROP = "drop"
    """They go with the records."""


class Retention(NamedTuple):
    """How far what a source said is no longer kept.

    Attributes:
        source: The source.
        cards: Whether cards stay.
        upto: The highest record number to which it applies.
    """

    source: str
    cards: Cards
    upto: int


KEPT_APART_US = 16
"""So many microseconds are left for each record: what is made of it can have times of its own."""


class Log(Protocol):
    """The durable, ordered record log; the truth that the hub is computed from."""

    def append(self, records: Sequence[Record]) -> Appended:
        """Keep all of the records or, on `LogError`, none; durable when it returns.

        A record whose digest is known is kept once. If its source gave it a key and now says
        something else under it, that is a new version, and the old one is kept. What was taken
        back, or is no longer kept for its age, and is said again is a new version, too.

        A record without observables takes the newest version with its digest back, under the
        label that this has now; its fate is (0, False) where there is nothing to take back.
        """
        ...

    def read(self, after: int = 0) -> Iterator[Sequence[Logged]]:
        """Yield all records with a higher number, oldest first, in batches.

        Of those that are no longer kept for their age it yields what is left.
        """
        ...

    def fetch(self, released: Released) -> list[Record]:
        """Return the records with these numbers, in this order, under the labels of now.

        Cost: ~3 µs a record.
        """
        ...

    def kept_at(self, released: Released) -> list[datetime]:
        """Return when each of these records became durable.

        Records of one append share a time, and that of the next append is later by at least
        `KEPT_APART_US` for each of them, whatever the clock does.
        """
        ...

    def kept_until(self, at: datetime) -> int:
        """Return the number of the last record that was kept by then; 0: none was."""
        ...

    def relabel(self, source: str, old: Label, new: Label) -> Relabelling:
        """Give another label to all records that a source has under one; durable on return.

        `read` goes on to yield the old label: whoever replays also applies `relabellings`.
        """
        ...

    def relabellings(self) -> Sequence[Relabelling]:
        """Return all exchanges of labels, oldest first."""
        ...

    def retain(self, one: Retention) -> None:
        """Keep no longer what a source said up to a record; durable on return.

        It holds at once; the disk forgets by `forget`.
        """
        ...

    def retentions(self) -> Sequence[Retention]:
        """Return how far records are no longer kept; no order matters between them."""
        ...

    def forget(self, most: int) -> int | None:
        """Remove what is no longer kept from the disk, of so many records at most.

        Returns:
            Of how many; None: nothing is left to remove.
        """
        ...

    def labels_of(self, source: str) -> Sequence[Label]:
        """Return the labels that records of a source have now; one too many does no harm."""
        ...

    def quarantine(self, lines: Sequence[Quarantined], at: datetime) -> None:
        """Keep lines that could not be read; the same line of the same place once."""
        ...

    def last(self) -> int:
        """Return the highest record number, 0 when empty."""
        ...

    def checkpoint(self) -> None:
        """Keep what spares work at the next start."""
        ...

    def close(self) -> None:
        """Flush and let go. The log is not used again."""
        ...
