"""Double bounces in the log of a mail server: its lines put together by the ids of the mails.

A mail that cannot be delivered causes a bounce, and a bounce that cannot be delivered causes a
notice to the postmaster: three mails, each with an id, and a line that tells of the next one's.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from cure.errors import MalformedError
from cure.formats.lines import UNREADABLE, reason
from cure.formats.mta_log import Step, mta_step
from cure.interfaces import Input, Line, Reading, Unreadable
from cure.model import Finding

_MAX_MAILS = 50_000
"""So many are remembered; a chain that is longer apart is not put together."""
_MAX_CHAIN = 4


class DoubleBounce(msgspec.Struct, frozen=True):
    """A mail whose bounce could not be delivered either.

    Attributes:
        sender: Its envelope sender, as the log has it; empty: not told.
        client: The address that it came from; empty: not told.
        came: When the log first speaks of it; None: not told.
        failed: When the bounce failed; None: not told.
    """

    sender: str
    client: str
    came: datetime | None
    failed: datetime | None


class _Mail(msgspec.Struct):
    """What the log has told of a mail so far."""

    number: int = 0
    raw: bytes = b""
    lines: int = 0
    came: datetime | None = None
    failed: datetime | None = None
    has_failed: bool = False
    sender: str | None = None
    client: str = ""
    recipient: str = ""
    bounce_of: str = ""


def is_log(source: Input) -> bool:
    """Tell by the first bytes of a file whether it is a log, be it an empty one."""
    lines = source.head.decode("utf-8", "replace").splitlines()
    said = [line for line in lines if line.strip() and not line.startswith("#")]
    return not said or any(_has_time(line, source.as_of) for line in said)


def _has_time(line: str, as_of: datetime) -> bool:
    try:
        mta_step(line, as_of)
    except MalformedError:
        return False
    return True


def read_log(
    source: Input, said_of: Callable[[DoubleBounce], Sequence[Finding]]
) -> Iterator[Reading]:
    """Yield a reading for all lines of a mail, or of the mails that are one double bounce.

    Args:
        source: The log; its lines are read.
        said_of: Returns what a double bounce says; raises `MalformedError` if it cannot be read.
    """
    mails: dict[str, _Mail] = {}
    for number, line in enumerate(source.lines, 1):
        reading, step = _read(source, number, line)
        if step is None:
            yield reading
            continue
        if len(mails) >= _MAX_MAILS:
            yield from _closed(mails, said_of)
            mails.clear()
        _note(mails, step, number, reading.raw)
    yield from _closed(mails, said_of)


def _read(source: Input, number: int, line: Line) -> tuple[Reading, Step | None]:
    """Read a line; without a step, its reading is complete."""
    if isinstance(line, Unreadable):
        return Reading(number, line.head, why=line.why), None
    reading = Reading(number, line)
    if not line.strip() or line.startswith(b"#"):
        return reading, None
    try:
        step = mta_step(line.decode("utf-8", "replace"), source.as_of, source.setting.zone)
    except UNREADABLE as error:
        return Reading(number, line, why=reason(error)), None
    return reading, step if step.mail else None


def _note(mails: dict[str, _Mail], step: Step, number: int, raw: bytes) -> None:
    mail = mails.setdefault(step.mail, _Mail())
    if not mail.lines:
        mail.number, mail.raw, mail.came = number, raw, step.seen
    mail.lines += 1
    mail.sender = step.sender if mail.sender is None else mail.sender
    mail.client = mail.client or step.client
    mail.recipient = mail.recipient or step.recipient
    mail.bounce_of = mail.bounce_of or step.bounce_of
    if step.has_failed:
        mail.has_failed, mail.failed = True, step.seen
    if step.bounce:
        bounce = mails.setdefault(step.bounce, _Mail())
        bounce.bounce_of = bounce.bounce_of or step.mail


def _closed(
    mails: dict[str, _Mail], said_of: Callable[[DoubleBounce], Sequence[Finding]]
) -> Iterator[Reading]:
    chains: dict[str, list[_Mail]] = {}
    for name, mail in mails.items():
        if mail.lines:
            chains.setdefault(_origin(mails, name), []).append(mail)
    for origin, chain in chains.items():
        first = min(chain, key=lambda mail: mail.number)
        lines = sum(mail.lines for mail in chain)
        bounce = next((mail for mail in chain if mail.has_failed and _is_bounce(mail)), None)
        if bounce is None:
            yield Reading(first.number, first.raw, lines=lines)
            continue
        try:
            said = said_of(_told(mails[origin], bounce))
            yield Reading(first.number, first.raw, said, lines=lines)
        except UNREADABLE as error:
            yield Reading(first.number, first.raw, why=reason(error), lines=lines)


def _told(mail: _Mail, bounce: _Mail) -> DoubleBounce:
    """Put together what is known of a mail; a bounce is sent to who sent the mail.

    A bounce that itself came from outside is not one of the server, and tells of nobody.
    """
    if mail is bounce:
        sender = "" if bounce.client else bounce.recipient
        return DoubleBounce(sender, "", bounce.came, bounce.failed)
    return DoubleBounce(mail.sender or bounce.recipient, mail.client, mail.came, bounce.failed)


def _is_bounce(mail: _Mail) -> bool:
    return mail.sender == "" or (mail.sender is None and bool(mail.bounce_of))


def _origin(mails: dict[str, _Mail], name: str) -> str:
    """Return the id of the mail with which a chain of bounces began."""
    for _ in range(_MAX_CHAIN):
        if (before := mails[name].bounce_of) not in mails:
            break
        name = before
    return name
