"""DELETE records: a source takes back what it said, and all who could read it are told."""

import asyncio
from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import delete
from litestar.params import QueryParameter

from cure import retracting
from cure.errors import MalformedError
from cure.model import Label, Record, recognise
from cure.model.retraction import retractions_of
from cure.web.asker import Asker, AskerHere
from cure.web.errors import told
from cure.web.records import check_publish, checked_source
from cure.web.serving import checked_length

MAX_KEYS = 1000


class Retracted(msgspec.Struct, frozen=True):
    """What became of a retraction.

    Attributes:
        retracted: How many records were taken back, or would be; durable by now.
        unknown: How many keys stand for nothing that is there.
    """

    retracted: int
    unknown: int


@delete(
    "/records",
    status_code=HTTPStatus.OK,
    responses=told(
        HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE
    ),
)
async def retract(  # noqa: PLR0913, PLR0917 - each is a filter of one question
    asker: AskerHere,
    source: Annotated[str, QueryParameter(description="Whose records: an own source.")],
    key: Annotated[
        list[str] | None,
        QueryParameter(
            description="The source's own id of a record; may be repeated.",
            schema_extra={"maxItems": MAX_KEYS},
        ),
    ] = None,
    value: Annotated[
        str | None, QueryParameter(description="All that it says of this value.")
    ] = None,
    everything: Annotated[
        bool | None, QueryParameter(name="all", description="All that it says.")
    ] = None,
    dry_run: Annotated[bool | None, QueryParameter(description="Count only.")] = None,
) -> Retracted:
    """Take back what an own source said: by key, all of a value, or all.

    It is gone from every answer at once. Whoever follows records, has hits or objects of it is
    told that it was taken back. What is taken back already, or was never said, is passed over.
    """
    checked_source(source)
    check_publish(asker, source)
    if [bool(key), value is not None, everything is True].count(True) != 1:
        raise MalformedError("retraction", source, "want keys, or a value, or all=true")
    if len(key or ()) > MAX_KEYS:
        raise MalformedError("retraction", source, f"want {MAX_KEYS} keys at most")
    parts, count, unknown = _chosen(asker, source, key, value), 0, 0
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        if dry_run and not key:
            done = len(part)
        else:
            done = await _taken_back(asker, part, dry_run=dry_run is True)
        count += done
        unknown += len(part) - done
    if not dry_run:
        asker.note_deed("records.retract", sources=(source,), count=count)
    return Retracted(count, unknown if key else 0)


def _chosen(
    asker: Asker, source: str, keys: list[str] | None, value: str | None
) -> Iterator[list[Record]]:
    serving = asker.serving
    if keys:
        label = Label(serving.publisher_of(source).tlp, asker.owner)
        return iter([retracting.of_keys(source, label, sorted({*map(checked_length, keys)}))])
    view = serving.view(retracting.owner_of_all(asker.owner))
    log = serving.installation.log
    if value is not None:
        return retracting.about(view, log, source, recognise(checked_length(value)))
    return retracting.all_of(view, log, source)


async def _taken_back(asker: Asker, part: list[Record], *, dry_run: bool) -> int:
    """Take records back; return how many of them were there."""
    if not part:
        return 0
    installation = asker.serving.installation
    if dry_run:
        return sum(await asyncio.to_thread(installation.log.has, [one.digest for one in part]))
    retractions = [one for record in part for one in retractions_of(record)]
    fates = await asyncio.wrap_future(asker.serving.writer.submit(retractions))
    return sum(is_new for _, is_new in fates)


OPERATIONS: tuple[Any, ...] = (retract,)
