"""The audit log, for those who audit."""

from collections.abc import Iterator
from http import HTTPStatus

import msgspec
from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from cure.access.entries import Entry
from cure.web.admin.asking import REFUSES, desk_of
from cure.web.asker import AskerHere
from cure.web.observables import Moment

_NDJSON = "application/x-ndjson"
_encode = msgspec.json.Encoder().encode


class EntryShown(msgspec.Struct, frozen=True):
    """An entry in its place in the chain.

    Attributes:
        seq: Its number.
        entry: What was done.
        before: Hash of the entry before it.
        hash: Its own hash.
    """

    seq: int
    entry: Entry
    before: str
    hash: str


class HeadShown(msgspec.Struct, frozen=True):
    """The end of the chain, signed; to be kept elsewhere.

    Attributes:
        day: The day, UTC.
        seq: Number of its last entry.
        hash: Hash of that entry.
        signature: Ed25519 signature, hexadecimal.
        public_key: The key to check it with, in PEM.
    """

    day: str
    seq: int
    hash: str
    signature: str
    public_key: str


@get(
    "/audit",
    media_type=_NDJSON,
    responses={
        HTTPStatus.OK: ResponseSpec(
            EntryShown, generate_examples=False, description="One a line.", media_type=_NDJSON
        ),
        **REFUSES,
    },
)
async def audit(asker: AskerHere, since: Moment = None) -> Stream:
    """Return the entries of the audit log, oldest first, one a line."""
    log = desk_of(asker).accounts.store.audit
    begin = asker.serving.moment(since)
    asker.note_deed("audit.read")

    def lines() -> Iterator[bytes]:
        for seq, entry, before, digest in log.entries(begin):
            yield _encode(EntryShown(seq, entry, before.hex(), digest.hex())) + b"\n"

    return Stream(lines(), media_type=_NDJSON)


@get("/audit/head", responses=REFUSES, sync_to_thread=True)
def audit_head(asker: AskerHere) -> HeadShown | None:
    """Return the newest signed head."""
    log = desk_of(asker).accounts.store.audit
    head = log.head()
    if head is None:
        return None
    return HeadShown(head.day, head.seq, head.hash.hex(), head.signature.hex(), log.public_key())
