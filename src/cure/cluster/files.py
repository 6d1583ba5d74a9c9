"""The kept files of a node: accounts, ratings, watches, deliveries, collections, the audit log.

Each change is an entry of the stream, under the file's own subject. It is made here first, in a
transaction that waits for the stream, and goes in only if nothing else came for that file; else
nothing has changed, here or elsewhere. What others change is executed as another process would do
it, so everybody who looks at a file finds out as usual.

What only tells of this node's own work stays here: `origins.sqlite`, how far files of its own
were read; the hub's snapshot; what is computed from it.
"""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

import msgspec

from cure.backups.contents import LAYOUTS
from cure.cluster.entries import FILE, Change, Message, packed_change, unpacked_change
from cure.cluster.stream import Stream
from cure.errors import LogError
from cure.kept_file import PLACES, KeptFile
from cure.replication import REPLICATIONS, Followed, Statement

_RAISED_EVERY = 1000
"""By so many entries a file may lag behind in which nothing changes."""


class Files:
    """The files of a directory, kept alike on all nodes from now on."""

    def __init__(self, directory: Path, stream: Stream) -> None:
        """Open them, or make them; whoever opens one later replicates.

        Raises:
            LogError: If one cannot be opened.
        """
        self._directory = directory
        self._stream = stream
        self._files = {name: KeptFile(directory / name, LAYOUTS[name]) for name in LAYOUTS}
        REPLICATIONS[directory.resolve()] = self

    def begin(self) -> None:
        """Follow another stream, from its first entry on."""
        for one in self._files.values():
            one.follow_anew()

    def fingerprint(self) -> str:
        """Return what tells whether the files of two nodes hold the same."""
        digest = blake2b(digest_size=8)
        for name, file in sorted(self._files.items()):
            for (table,) in file.rows(
                "SELECT name FROM sqlite_master WHERE sql IS NOT NULL"
                " AND type = 'table' ORDER BY name"
            ):
                rows = [
                    row
                    for row in file.rows(f"SELECT * FROM {table}")  # noqa: S608 - our names
                    if row[0] not in PLACES
                ]
                digest.update(msgspec.msgpack.encode((name, table, rows)))
        return f"accounts {digest.hexdigest()}"

    @property
    def applied(self) -> int:
        """Number of the last entry that all files have."""
        return min(one.followed for one in self._files.values())

    def apply(self, message: Message) -> None:
        """Execute a change, unless the file has it.

        Raises:
            LogError: If it cannot be kept here, or not be read.
        """
        name = message.subject.removeprefix(FILE) + ".sqlite"
        self._file(name).follow(self._followed(name, message))
        for other, file in self._files.items():
            if other != name and message.seq - file.followed >= _RAISED_EVERY:
                file.follow_up_to(message.seq)

    def publish(self, name: str, statements: Sequence[Statement], after: int) -> int:
        """Have all nodes execute this; see `Replication`."""
        body = packed_change(Change(LAYOUTS[name].format, statements))
        if len(body) > self._stream.most_bytes:
            raise LogError(f"a change of {len(body)} bytes is larger than the stream takes")
        return self._stream.publish(_subject(name), body, uuid4().hex, after)

    def next(self, name: str, after: int) -> Followed | None:
        """Return what changed a file next; see `Replication`."""
        found = self._stream.next(_subject(name), after)
        return None if found is None else self._followed(name, found)

    def close(self) -> None:
        """Let go of the files."""
        REPLICATIONS.pop(self._directory.resolve(), None)
        for one in self._files.values():
            one.close()

    def _file(self, name: str) -> KeptFile:
        if name not in self._files:
            raise LogError(f"the stream tells of {name}, which is not known: upgrade this node")
        return self._files[name]

    def _followed(self, name: str, message: Message) -> Followed:
        change = unpacked_change(message.body)
        if change.format > LAYOUTS[name].format:
            raise LogError(
                f"{name} has format {change.format} on another node, and {LAYOUTS[name].format} "
                "here: upgrade this node"
            )
        return Followed(message.seq, change.statements)


def _subject(name: str) -> str:
    return FILE + name.removesuffix(".sqlite")
