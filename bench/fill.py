"""Make a data directory of the measured world: python bench/fill.py DIR SIGHTINGS.

Writes the log's rows as the log would, but without a sync for each batch, and a snapshot.
"""

import os
import secrets
import sqlite3
import sys
from pathlib import Path
from zlib import crc32

import msgspec
import world

from cure.hub.batch import instant
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.packing import unpack
from cure.log import snapshots
from cure.log.sqlite import SqliteLog

_BODY = (
    '{"kind":"sighting","observables":[{"topic":"%s","value":"%s","role":"attacker"}],'
    '"first_seen":"%s","last_seen":"%s","count":1,"attributes":{},"key":null}'
)


def rows(batch, seq):
    """Return the log's rows for a batch."""
    words, starts = batch.values.words, batch.values.starts.tolist()
    made = []
    for i, (source, first) in enumerate(
        zip(batch.source.tolist(), batch.first.tolist(), strict=True)
    ):
        one = unpack(words[starts[i] : starts[i + 1]].tobytes())
        moment = instant(first).isoformat().replace("+00:00", "Z")
        body = (_BODY % (one.topic.value, one.value, moment, moment)).encode()
        made.append((seq + i, secrets.token_bytes(16), source + 1, 1, 0, crc32(body), body))
    return made


def main(directory, sightings):
    """Fill the directory."""
    directory.mkdir(parents=True)
    secret = secrets.token_bytes(24)
    (directory / "hash.key").write_bytes(secret)
    log = SqliteLog(directory / "log.sqlite")
    log_id = log.log_id
    log.close()
    hub = Hub(HashKey.of(secret))
    connection = sqlite3.connect(directory / "log.sqlite", isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    label = msgspec.json.encode(world.LABEL).decode()
    connection.execute("INSERT INTO label VALUES (1, ?)", (label,))
    connection.executemany("INSERT INTO source VALUES (?, ?)", enumerate(world.SOURCES, 1))
    for i in range(sightings // world.BATCH):
        batch = world.batch(i)
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", rows(batch, i * world.BATCH + 1)
        )
        connection.execute("COMMIT")
        hub.accept(batch)
        print(f"\r{len(hub):,} of {sightings:,}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    log = SqliteLog(directory / "log.sqlite")
    log.checkpoint()
    log.close()
    snapshots.save(directory / "hub.snapshot", log_id, snapshots.Snapshot(len(hub), hub.state()))
    os.sync()  # or the disk would still be writing this while the server is measured


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
