"""Appending: which records are new to the log, which take something back, and under which label."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from cure.interfaces import Logged
from cure.model import Label, Record
from cure.model.retraction import NOTHING, is_retraction

_encode = msgspec.json.Encoder().encode
RETRACTS = _encode(NOTHING)[: _encode(NOTHING).index(b"]") + 1]
"""How the body of a record begins that says nothing."""


class Known(NamedTuple):
    """What the log has of some digests.

    Attributes:
        newest: The number of the newest version of each that it has.
        taken_back: Those of these numbers that say nothing.
    """

    newest: dict[bytes, int]
    taken_back: set[int]


class Decided(NamedTuple):
    """What is to be kept.

    Attributes:
        logged: Records as they are to be kept, in order.
        bodies: The body of each of them.
        fates: For each record that was given, its number and whether it is new; 0: it takes
            something back that is not there.
    """

    logged: list[Logged]
    bodies: list[bytes]
    fates: list[tuple[int, bool]]


class Deciding:
    """Decides on the records of one append, in order."""

    def __init__(
        self,
        known: Known,
        last: int,
        body_of: Callable[[int], bytes],
        label_of: Callable[[int], Label],
        is_past: Callable[[str, int], bool],
    ) -> None:
        """Decide beside what the log has.

        Args:
            known: What it has of the records' digests.
            last: The number of its last record.
            body_of: Gives the body of a record that it has.
            label_of: Gives the label that it has now.
            is_past: Tells whether a record of a source is no longer kept for its age.
        """
        self._newest, self._taken_back = known
        self._last = last
        self._body_of = body_of
        self._label_of = label_of
        self._is_past = is_past
        self._decided = Decided([], [], [])

    def decide(self, records: Iterable[Record]) -> Decided:
        """Decide on all of them."""
        logged, bodies, fates = self._decided
        seq = self._last
        for said in records:
            record, body = said, _encode(said.finding)
            before = self._newest.get(record.digest, 0)
            retracts = is_retraction(record)
            if retracts:
                if not before or before in self._taken_back:
                    fates.append((0, False))
                    continue
                record = msgspec.structs.replace(record, label=self._label_now(before))
            elif before and self._says_the_same(record, before, body):
                fates.append((before, False))
                continue
            seq += 1
            self._newest[record.digest] = seq
            if retracts:
                self._taken_back.add(seq)
            logged.append(Logged(seq, record, before))
            bodies.append(body)
            fates.append((seq, True))
        return self._decided

    def _label_now(self, seq: int) -> Label:
        if seq > self._last:
            return self._decided.logged[seq - self._last - 1].record.label
        return self._label_of(seq)

    def _says_the_same(self, record: Record, before: int, body: bytes) -> bool:
        if before in self._taken_back or self._is_past(record.source, before):
            return False
        if record.finding.key is None:
            return True
        if before > self._last:
            return self._decided.bodies[before - self._last - 1] == body
        return self._body_of(before) == body
