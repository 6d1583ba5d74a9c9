"""Make a data directory of the measured world: python bench/fill.py DIR SIGHTINGS.

The log writes it, but without a sync for each batch; and a snapshot.
"""

import os
import secrets
import sys
from pathlib import Path

import world

from cure.hub.batch import instant
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.packing import unpack
from cure.log import snapshots
from cure.log.sqlite import SqliteLog
from cure.model import Finding, Kind, Record
from cure.model.finding import mention


def records(batch):
    """Return the records of a batch."""
    words, starts = batch.values.words, batch.values.starts.tolist()
    made = []
    for i, (source, first) in enumerate(
        zip(batch.source.tolist(), batch.first.tolist(), strict=True)
    ):
        one = unpack(words[starts[i] : starts[i + 1]].tobytes())
        at = instant(first)
        said = Finding(Kind.SIGHTING, (mention(one, "attacker"),), at, at, 1, {}, None)
        made.append(Record(world.SOURCES[source], world.LABEL, secrets.token_bytes(16), said))
    return made


def main(directory, sightings):
    """Fill the directory."""
    directory.mkdir(parents=True)
    secret = secrets.token_bytes(24)
    (directory / "hash.key").write_bytes(secret)
    log = SqliteLog(directory / "log.sqlite")
    log._writer.execute("PRAGMA synchronous = OFF")  # noqa: SLF001 - or it would take an hour
    hub = Hub(HashKey.of(secret))
    for i in range(sightings // world.BATCH):
        batch = world.batch(i)
        log.append(records(batch))
        hub.accept(batch)
        print(f"\r{len(hub):,} of {sightings:,}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    log.checkpoint()
    kept = snapshots.Snapshot(len(hub), hub.state())
    snapshots.save(directory / "hub.snapshot", log.log_id, kept)
    log.close()
    os.sync()  # or the disk would still be writing this while the server is measured


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
