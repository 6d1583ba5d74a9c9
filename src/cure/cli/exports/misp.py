"""`cure export misp`: a feed of MISP, as static files that any web server serves."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from cure.cli.exports.leaving import leaving
from cure.cli.options import Data
from cure.cli.output import show
from cure.subscribers.misp.events import ALL, MOST_ATTRIBUTES, dated, event, hashes, kept, manifest


def misp(
    directory: Annotated[Path, typer.Argument(metavar="TO", help="A directory; it is made.")],
    *,
    data: Data = None,
) -> None:
    """Write a feed of MISP: a manifest, hashes, and an event for each source and day.

    A server serves the same at /misp/feed/.

    Example: cure export misp feed --data ./data
    """
    directory.mkdir(parents=True, exist_ok=True)
    with leaving(data, datetime.now(UTC)) as (installation, audience, view):
        log, producer = installation.log, audience.organisation
        events, lines = dated(view, log, ALL), list[str]()
        for one in events:
            asked = ALL._replace(source=one.of.source, day=one.of.day)
            attributes, _ = kept(view, log, asked, 0, MOST_ATTRIBUTES)
            written = msgspec.json.encode(event(one, attributes, producer))
            (directory / f"{one.uuid}.json").write_bytes(written)
            lines.append(hashes(attributes))
    (directory / "hashes.csv").write_text("".join(lines))
    (directory / "manifest.json").write_bytes(msgspec.json.encode(manifest(events, producer)))
    show(f"{len(events):,} events written to {directory}")
