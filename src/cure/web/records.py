"""POST records: findings come in, and are answered for once they are durable."""

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import QueryParameter

from cure.access.in_force import rated_intake
from cure.errors import ForbiddenError, MalformedError
from cure.hub.intake import BATCH_RECORDS, Intake, TakenIn
from cure.hub.rereading import POSTED
from cure.installation import Installation
from cure.interfaces import Input, Line, Setting, Unreadable
from cure.model import Label
from cure.web.asker import Asker, AskerHere
from cure.web.bodies import Body, begins_array, check_count, lines_or_elements, received, size_of
from cure.web.errors import told
from cure.web.serving import FINDINGS
from cure.writer import Fates

MAX_FINDINGS = 1_000_000
MAX_FINDING_BYTES = 4 << 20
SHOWN_QUARANTINED = 1000
_PARTS_UNDER_WAY = 3
_HEAD_BYTES = 4096
_SOURCE = re.compile(r"[a-z][a-z0-9._-]{0,63}(@[A-Za-z0-9._-]{1,64})?", re.ASCII)


class QuarantinedLine(msgspec.Struct, frozen=True):
    """A line that could not be read.

    Attributes:
        line: Its number, or that of the element of an array, from 1.
        why: What is wrong with it.
    """

    line: int
    why: str


class Numbers(msgspec.Struct, frozen=True):
    """The record numbers that were given; null: none.

    Attributes:
        first: The lowest.
        last: The highest.
    """

    first: int | None
    last: int | None


class Kept(msgspec.Struct, frozen=True):
    """What became of posted findings: ``lines == accepted + duplicates + silent + quarantined``.

    Attributes:
        lines: How many lines, or elements of an array, there were.
        accepted: How many are new, and now durable.
        duplicates: How many were known already.
        silent: How many were blank.
        quarantined: The first of those that could not be read, each with the reason.
        quarantined_count: How many could not be read.
        sequence: The record numbers of those accepted; null where there are accounts, as the
            numbers count what others have posted, too.
    """

    lines: int
    accepted: int
    duplicates: int
    silent: int
    quarantined: list[QuarantinedLine]
    quarantined_count: int
    sequence: Numbers


class _Tally:
    """Counts what becomes of the findings of one request."""

    def __init__(self) -> None:
        self.lines = self.accepted = self.duplicates = self.silent = self.quarantined = 0
        self.shown: list[QuarantinedLine] = []
        self.first: int | None = None
        self.last: int | None = None

    def read(self, part: TakenIn) -> None:
        self.lines += part.account.lines
        self.silent += part.account.silent
        self.quarantined += part.account.quarantined
        room = SHOWN_QUARANTINED - len(self.shown)
        self.shown += (QuarantinedLine(one.number, one.why) for one in part.quarantined[:room])

    def kept(self, fates: Fates) -> None:
        new = [seq for seq, is_new in fates if is_new]
        self.accepted += len(new)
        self.duplicates += len(fates) - len(new)
        if new:
            self.first = new[0] if self.first is None else self.first
            self.last = new[-1]

    def told(self, *, numbered: bool) -> Kept:
        return Kept(
            self.lines,
            self.accepted,
            self.duplicates,
            self.silent,
            self.shown,
            self.quarantined,
            Numbers(self.first, self.last) if numbered else Numbers(None, None),
        )


@post(
    "/records",
    status_code=HTTPStatus.OK,
    responses=told(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
async def publish(
    request: Request[Any, Any, Any],
    asker: AskerHere,
    source: Annotated[
        str,
        QueryParameter(
            description="Who says it: `name` or `name@instance`.",
            schema_extra={"pattern": f"^{_SOURCE.pattern}$"},
        ),
    ],
) -> Kept:
    """Take findings in; the answer comes once they are durable.

    Sending something twice is the same as sending it once. Who may not publish as the source is
    told the same whether there is such a one or not.
    """
    checked_source(source)
    serving, now = asker.serving, asker.serving.clock()
    intake = intake_of(asker, source, now)
    tally = _Tally()
    serving.turns.check()
    async with received(request, serving.max_body_bytes) as body:
        with serving.room_for(size_of(body)):
            read_part = partial(_read_part, _parts(intake, body, now), serving.installation, now)
            under_way: deque[Future[Fates]] = deque()
            is_last = False
            while not is_last:
                part = await serving.turns.read(read_part)
                is_last = len(part.records) + len(part.quarantined) < BATCH_RECORDS
                tally.read(part)
                if part.records:
                    under_way.append(serving.writer.submit(part.records))
                if len(under_way) > _PARTS_UNDER_WAY:
                    tally.kept(await asyncio.wrap_future(under_way.popleft()))
            for kept in under_way:
                tally.kept(await asyncio.wrap_future(kept))
    serving.metrics.posted(tally.accepted, tally.duplicates, tally.quarantined)
    return tally.told(numbered=asker.accounts is None)


def checked_source(source: str) -> None:
    """Make sure that a text can be the name of a source.

    Raises:
        MalformedError: If it cannot.
    """
    if not _SOURCE.fullmatch(source):
        raise MalformedError("source", source, "want name or name@instance, such as cowrie@tokyo-1")


def intake_of(asker: Asker, source: str, now: datetime) -> Intake:
    """Return what takes the findings of a source in, as somebody posts them.

    Raises:
        ForbiddenError: If he may not publish as that source.
    """
    serving = asker.serving
    check_publish(asker, source)
    label = Label(serving.publisher_of(source).tlp, asker.owner)
    findings = serving.publishers[FINDINGS]
    return rated_intake(serving.ratings, findings, source, label, now, Setting())


def check_publish(asker: Asker, source: str) -> None:
    """Make sure that somebody may publish as a source.

    Raises:
        ForbiddenError: If he may not.
    """
    serving = asker.serving
    who, accounts = asker.principal, asker.accounts
    if accounts is not None and not (
        accounts.may_publish(who, source) and serving.is_own(source, who.organisation)
    ):
        serving.note_denied(who, "publish")
        raise ForbiddenError


def _read_part(parts: Iterator[TakenIn], installation: Installation, now: datetime) -> TakenIn:
    """Read the next part of a body; only the last has room for more."""
    part = next(parts)
    installation.quarantine(part.quarantined, now)
    return part


def _parts(intake: Intake, body: Body, now: datetime) -> Iterator[TakenIn]:
    """Read the findings in a body.

    Raises:
        HTTPException: 413, before the first part, if there are too many.
    """
    array = begins_array(body)
    check_count(body, MAX_FINDINGS, "findings", array=array)
    lines = map(_short, lines_or_elements(body, array=array))
    yield from intake.take_in(Input(name=POSTED, as_of=now, lines=lines))


def _short(line: Line) -> Line:
    """Pass over what is too long to be one finding: as objects it would take far more room."""
    if isinstance(line, bytes) and len(line) > MAX_FINDING_BYTES:
        return Unreadable(line[:_HEAD_BYTES], f"longer than {MAX_FINDING_BYTES} bytes")
    return line
