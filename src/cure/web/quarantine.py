"""The quarantine over HTTP: lines that could not be read, for whom they belong to, and read again.

Lines belong to whom their source belongs to, and nobody else is told of them, not even how many
there are. A source whose records are of several organisations belongs to none: of its lines the
command `cure quarantine` tells, at the machine.
"""

import re
from base64 import b64encode
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from cure.access.in_force import rated_intake
from cure.errors import MalformedError, NotKnownError
from cure.extract.apart import apart
from cure.hub.intake import Intake
from cure.hub.rereading import POSTED, Reread, read_again
from cure.interfaces import Setting
from cure.log.quarantine_table import Held, Place
from cure.model import Label
from cure.model.networks import PRIVATE, Networks
from cure.subscribers.deliveries.delivery import time_zone
from cure.web.asker import Asker, AskerHere
from cure.web.errors import told
from cure.web.records import check_publish
from cure.web.serving import FINDINGS, checked_length
from cure.web.tokens import GatheringHere

MAX_LINES = 200
_CURSOR = re.compile(r"([0-9T:.+-]{20,40})/([0-9a-f]{32})", re.ASCII)
_SHOWN_REASONS = 20
_MOST_NETWORKS = 100


class QuarantineShown(msgspec.Struct, frozen=True):
    """What is in quarantine of a source, in sum.

    Attributes:
        source: Its name.
        lines: How many lines.
        last_at: When the latest came.
        reasons: The most frequent reasons, each with how many lines.
        configured: Whether the server gathers from it, and knows its networks and time zone.
    """

    source: str
    lines: int
    last_at: datetime
    reasons: dict[str, int]
    configured: bool


class HeldLine(msgspec.Struct, frozen=True):
    """A line that could not be read.

    Attributes:
        id: Its name in the quarantine.
        at: When it came.
        input: The file or stream it came from.
        line: Its number there, from 1.
        why: What is wrong with it.
        raw: Its first bytes, in base64.
    """

    id: str
    at: datetime
    input: str
    line: int
    why: str
    raw: str

    @classmethod
    def of(cls, held: Held) -> "HeldLine":
        """Show a line."""
        _, input_name, number, raw, why = held.line
        return cls(held.id, held.at, input_name, number, why, b64encode(raw).decode())


class HeldLines(msgspec.Struct, frozen=True):
    """Lines of a source that could not be read.

    Attributes:
        lines: They, the latest first.
        next: What to ask for as `cursor` for more; null: there are no more.
    """

    lines: list[HeldLine]
    next: str | None


class ReplayForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines to be read again.

    Attributes:
        source: Whose lines.
        ids: Which; none: those with the reason.
        reason: Only those with this reason, as the sums tell it.
        cursor: Go on from here.
        own: The networks of the own side, for a source that the server does not gather from; else
            the private ones.
        zone: The time zone of times that name none, for such a source.
    """

    source: str
    ids: Annotated[list[Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]], Meta(max_length=200)] = []
    reason: str | None = None
    cursor: str | None = None
    own: Annotated[list[str], Meta(max_length=_MOST_NETWORKS)] = []
    zone: str = "UTC"


class Replayed(msgspec.Struct, frozen=True):
    """What became of lines that were read again: ``lines == spoke + silent + quarantined``.

    Attributes:
        lines: How many were read again.
        spoke: How many said something now: they have left the quarantine.
        silent: How many say nothing, read alone: they stay.
        quarantined: How many still cannot be read.
        records: How many records they made.
        new_records: How many of these were not known before.
        reasons: Why lines stay, each with how many.
        next: What to ask for as `cursor` for the next lines; null: there are no more.
    """

    lines: int
    spoke: int
    silent: int
    quarantined: int
    records: int
    new_records: int
    reasons: dict[str, int]
    next: str | None


@get("/quarantine", sync_to_thread=True)
def quarantine(asker: AskerHere, gathering: GatheringHere) -> list[QuarantineShown]:
    """Sum up, source by source, the lines of one's own sources that could not be read."""
    sums = asker.serving.installation.log.held.sums()
    found = [
        QuarantineShown(
            source,
            one.lines,
            one.last_at,
            dict(one.reasons.most_common(_SHOWN_REASONS)),
            source in gathering.feeds,
        )
        for source, one in sums.items()
        if _belongs(asker, source)
    ]
    asker.note("quarantine", sources=(one.source for one in found), count=len(found))
    return found


@get(
    "/quarantine/lines",
    responses=told(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    sync_to_thread=True,
)
def quarantined_lines(
    asker: AskerHere,
    source: Annotated[str, QueryParameter(description="Whose lines.")],
    reason: Annotated[
        str | None, QueryParameter(description="Only those with this reason, as the sums tell it.")
    ] = None,
    cursor: Annotated[str | None, QueryParameter(description="Go on from here.")] = None,
    limit: Annotated[int, QueryParameter(description=f"At most {MAX_LINES}.")] = 50,
) -> HeldLines:
    """Return lines of an own source that could not be read, the latest first, with their bytes."""
    most = min(max(limit, 1), MAX_LINES)
    lines, following = _page(asker, source, reason, cursor, most)
    asker.note("quarantined_lines", sources=(source,), count=len(lines))
    return HeldLines([HeldLine.of(one) for one in lines], following)


@post(
    "/quarantine/replay",
    status_code=HTTPStatus.OK,
    responses=told(
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
    sync_to_thread=True,
)
def replay_quarantine(
    asker: AskerHere, gathering: GatheringHere, data: JSONBody[ReplayForm]
) -> Replayed:
    """Read up to 200 quarantined lines of an own source again, with the publisher of now.

    What a line says is kept, and durable, before the line leaves the quarantine. One needs to be
    allowed to read, and to publish as the source.
    """
    installation = asker.serving.installation
    following = None
    if data.ids:
        _check(asker, data.source)
        lines = installation.log.held.of_ids(data.source, data.ids)
    else:
        lines, following = _page(asker, data.source, data.reason, data.cursor, MAX_LINES)
    check_publish(asker, data.source)
    done = read_again(lines, partial(_intake, asker, gathering, data))
    fates = asker.serving.writer.submit(done.records).result() if done.records else []
    installation.log.held.release(done.spoke)
    asker.note("replay_quarantine", sources=(data.source,), count=len(lines))
    new = sum(
        is_new and not record.label.but_owner
        for record, (_, is_new) in zip(done.records, fates, strict=True)
    )
    return _told(done, new, following)


def _belongs(asker: Asker, source: str) -> bool:
    """Tell whether the lines of a source belong to who asks."""
    organisation, who = asker.audience().organisation, asker.principal
    owners = asker.serving.installation.owners_of(source)
    if not owners and asker.accounts is not None:  # nothing of it could be read yet
        owners = {asker.accounts.grants.owner_of(source)} - {None}
    if owners:
        return owners == {organisation}
    return who.operates and who.organisation == organisation


def _check(asker: Asker, source: str) -> None:
    if not _belongs(asker, checked_length(source)):
        raise _unknown(source)


def _unknown(source: str) -> NotKnownError:
    return NotKnownError(f"nothing of yours from {source[:200]} is in quarantine")


def _page(
    asker: Asker, source: str, reason: str | None, cursor: str | None, limit: int
) -> tuple[list[Held], str | None]:
    """Return lines of a source and the cursor of those behind them.

    Raises:
        NotKnownError: If there are none, or none that belong to who asks: it is the same.
    """
    _check(asker, source)
    held = asker.serving.installation.log.held
    lines = held.page(source, limit + 1, reason=reason, after=(cursor and _place(cursor)) or None)
    if not lines and cursor is None:
        raise _unknown(source)
    lines, more = lines[:limit], lines[limit:]
    last = lines[-1] if more else None
    return lines, last and f"{last.at.isoformat()}/{last.id}"


def _place(cursor: str) -> Place:
    found = _CURSOR.fullmatch(cursor)
    if not found:
        raise MalformedError("cursor", cursor, "you were given no such one here")
    return Place(found[1], found[2])


def _intake(asker: Asker, gathering: GatheringHere, form: ReplayForm, input_name: str) -> Intake:
    """Return what takes in again what came from an input of this name."""
    serving, source = asker.serving, form.source
    feed = gathering.feeds.get(source)
    own = Networks(form.own) if form.own else PRIVATE
    setting = Setting(own=own, zone=time_zone(form.zone))
    publisher = serving.publisher_of(source)
    label = Label(publisher.tlp, asker.owner)
    if feed is not None:
        publisher, setting = feed.source.publisher, feed.source.setting
        label = msgspec.structs.replace(feed.source.label, owner=asker.owner)
    if input_name == POSTED:
        publisher, setting = serving.publishers[FINDINGS], Setting()
    return rated_intake(serving.ratings, apart(publisher), source, label, serving.clock(), setting)


def _told(done: Reread, new: int, following: str | None) -> Replayed:
    account = done.account
    return Replayed(
        account.lines,
        account.spoke,
        account.silent,
        account.quarantined,
        account.records,
        new,
        dict(account.reasons.most_common(_SHOWN_REASONS)),
        following,
    )
