"""Quarantined lines read again, by the publisher of now: what it understands becomes records.

A line that says something leaves the quarantine. One that is found to say nothing stays there:
read alone, it may lack the head of its file, and a mistake must not lose it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cure.hub.intake import QUARANTINED_BYTES, Account, Intake, TakenIn
from cure.interfaces import Input, Quarantined
from cure.model import Record

POSTED = "POST records"
"""Name of the input of findings that were posted: they are read as findings, whoever says it."""
_CUT = f"only its first {QUARANTINED_BYTES:,} bytes were kept: read its file again"


class Line(Protocol):
    """A quarantined line, as the log holds it."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def at(self) -> datetime:
        """When it came, UTC."""
        ...

    @property
    def line(self) -> Quarantined:
        """It."""
        ...


@dataclass
class Reread:
    """What became of lines that were read again.

    Attributes:
        account: Of the lines: ``lines == spoke + silent + quarantined``.
        records: What they say, to be kept before the lines are let go.
        spoke: The names of the lines that said it.
    """

    account: Account = field(default_factory=Account)
    records: list[Record] = field(default_factory=list[Record])
    spoke: list[str] = field(default_factory=list[str])


def read_again(lines: Iterable[Line], intake_of: Callable[[str], Intake]) -> Reread:
    """Read each line as an input of its own.

    Args:
        lines: The lines.
        intake_of: Gives the intake for what came from an input of this name.
    """
    done = Reread()
    for one in lines:
        done.account.lines += 1
        part, why = _read(one, intake_of(one.line.input_name))
        if why:
            done.account.quarantined += 1
            done.account.reasons[why] += 1
        elif part.records:
            done.account.spoke += 1
            done.account.records += part.account.records
            done.records += part.records
            done.spoke.append(one.id)
        else:
            done.account.silent += 1
    return done


def _read(held: Line, intake: Intake) -> tuple[TakenIn, str]:
    """Read a line; also return why it cannot be read whole."""
    whole = TakenIn()
    name, raw = held.line.input_name, held.line.raw
    if len(raw) >= QUARANTINED_BYTES:
        return whole, _CUT
    data = Input(name=name, as_of=held.at, lines=iter((raw,)), blocks=(raw,), head=raw)
    for part in intake.take_in(data):
        whole.records += part.records
        whole.account.add(part.account)
    return whole, next(iter(whole.account.reasons), "")
