"""`cure export stix`: a bundle of STIX 2.1."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import msgspec
import typer

import cure
from cure.asking import moment
from cure.cli.exports.leaving import leaving
from cure.cli.options import Data, Url
from cure.errors import ConfigError, NotKnownError
from cure.hub.batch import microseconds
from cure.model import Topic
from cure.subscribers.taxii.collections import found
from cure.subscribers.taxii.contents import START, secret_of
from cure.subscribers.taxii.derived import Derived

_encode = msgspec.json.Encoder().encode


def stix(  # noqa: PLR0913 - each is an option
    *,
    topic: Annotated[Topic | None, typer.Option(help="Only what speaks of this topic.")] = None,
    source: Annotated[str | None, typer.Option(help="Only what this source says.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only what mentions this tag.")] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Only what came since: ISO 8601, or 30m, 24h, 7d ago."),
    ] = None,
    data: Data = None,
    url: Url = None,
) -> None:
    """Write a bundle of STIX 2.1 to standard output, an object a line.

    What may not leave is not in it. A server serves the same as collections of TAXII 2.1.

    Example: cure export stix --tag malware:emotet > emotet.json
    """
    kinds = {"topic": topic, "source": source, "tag": tag}
    named = [f"{kind}-{one}" for kind, one in kinds.items() if one is not None]
    if len(named) > 1:
        raise ConfigError("give one of --topic, --source and --tag")
    if data is not None and url is not None:
        raise ConfigError("give --data or --url, not both")
    now = datetime.now(UTC)
    after = None if since is None else moment(since, now)
    collection = named[0] if named else "all"
    _write(_there(url, collection, after) if url else _here(data, collection, after, now))


def _write(objects: Iterator[Any]) -> None:
    rows = map(_encode, objects)
    first = next(rows, b"")  # whatever is wrong shows before anything is written
    out = sys.stdout.buffer
    out.write(b'{"type":"bundle","id":"bundle--%s","objects":[\n' % str(uuid4()).encode())
    out.write(first)
    out.writelines(b",\n" + row for row in rows)
    out.write(b"\n]}\n")


def _here(
    data: Path | None, collection: str, after: datetime | None, now: datetime
) -> Iterator[Any]:
    with leaving(data, now) as (installation, audience, view):
        reading = found(view, audience.organisation, collection)
        if reading is None:
            raise NotKnownError(f"nothing is known of {collection.partition('-')[2]}")
        secret = secret_of(installation.directory)
        contents = Derived(view, installation.log, audience, reading.followed, secret)
        place = START if after is None else contents.after(microseconds(after))
        for one in contents.following(place):
            yield one.entry.content


def _there(url: str, collection: str, after: datetime | None) -> Iterator[Any]:
    with cure.Client(url) as client:
        yield from client.stix(collection, since=after)
