"""Adding objects to a collection, and taking them back (TAXII 2.1, sections 5.5 and 5.7)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, delete, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from cure.access.in_force import rated_intake
from cure.errors import MalformedError
from cure.extract.apart import apart
from cure.hub.batch import microseconds
from cure.interfaces import Input, Quarantined, Setting
from cure.model import Label, Record
from cure.subscribers.taxii.asked import read_filters
from cure.subscribers.taxii.posted import Posted, read_envelope
from cure.web.asker import Asker, AskerHere
from cure.web.bodies import received, size_of
from cure.web.taxii.answers import answer, check_accept, check_content, not_found
from cure.web.taxii.serving import TaxiiHere, source_of

_REPORTS = "reports"
"""The publisher that reads documents in STIX."""
_NAME = "TAXII"
_HEAD_BYTES = 4096


@post("/{root:str}/collections/{collection:str}/objects", include_in_schema=False)
async def taxii_add(
    request: Request[Any, Any, Any],
    asker: AskerHere,
    taxii: TaxiiHere,
    root: FromPath[str],
    collection: FromPath[str],
) -> Response[bytes]:
    """Take objects in; the answer comes once they are durable, as objects and as findings."""
    check_accept(request)
    check_content(request)
    opened = await asyncio.to_thread(taxii.opened, asker, root, collection)
    opened.check_write()
    serving, now = asker.serving, asker.serving.clock()
    serving.turns.check()
    async with received(request, serving.max_body_bytes) as body:
        with serving.room_for(size_of(body)):
            try:
                posted = read_envelope(body.read(), now)
            except MalformedError as error:
                status = HTTPStatus.UNPROCESSABLE_ENTITY
                raise HTTPException(status_code=status, detail=str(error)) from error
            records = await asyncio.to_thread(_read, asker, posted, now)
            if records:
                await asyncio.wrap_future(serving.writer.submit(records))
            told = await asyncio.to_thread(_keep, taxii, root, opened.collection.id, posted, now)
    asker.note_deed("taxii_add")
    return answer(told, HTTPStatus.ACCEPTED)


def _read(asker: Asker, posted: Posted, now: datetime) -> list[Record]:
    """Read what was sent as findings; what cannot be read goes to the quarantine."""
    serving, source = asker.serving, source_of(asker)
    tlp = max(serving.publisher_of(source).tlp, posted.tlp)
    reader = apart(serving.publishers[_REPORTS])
    intake = rated_intake(serving.ratings, reader, source, Label(tlp, asker.owner), now, Setting())
    bundle = posted.bundle()
    data = Input(name=_NAME, as_of=now, lines=iter(()), blocks=(bundle,), head=bundle[:_HEAD_BYTES])
    records: list[Record] = []
    unread: list[Quarantined] = [
        Quarantined(source, _NAME, number, data[:_HEAD_BYTES], told.message)
        for number, (told, data) in enumerate(posted.bad, 1)
    ]
    for part in intake.take_in(data) if posted.good else ():
        records += part.records
        unread += part.quarantined
    serving.installation.quarantine(unread, now)
    return records


def _keep(taxii: TaxiiHere, root: str, collection: str, posted: Posted, now: datetime) -> bytes:
    """Keep what was sent as it is, and what became of it."""
    now_us = microseconds(now)
    taxii.store.add(root, collection, _once(posted), now_us)
    status = posted.status(now)
    told = msgspec.json.encode(status)
    taxii.store.add_status(root, status.id, told, now_us)
    return told


def _once(posted: Posted) -> Sequence[Any]:
    return list({(one.id, one.spec_version, one.version_us): one for one in posted.good}.values())


@delete(
    "/{root:str}/collections/{collection:str}/objects/{object_id:str}",
    status_code=HTTPStatus.OK,
    include_in_schema=False,
    sync_to_thread=True,
)
def taxii_delete(  # noqa: PLR0913, PLR0917 - each is a part of the path
    request: Request[Any, Any, Any],
    asker: AskerHere,
    taxii: TaxiiHere,
    root: FromPath[str],
    collection: FromPath[str],
    object_id: FromPath[str],
) -> Response[bytes]:
    """Take an object back; what was read from it stays in the log."""
    check_accept(request)
    opened = taxii.opened(asker, root, collection)
    opened.check_read()
    opened.check_write()
    asked = read_filters(request.query_params.multi_items())
    if not taxii.store.remove(root, opened.collection.id, object_id, asked):
        raise not_found("object")
    asker.note_deed("taxii_delete")
    return answer({})
