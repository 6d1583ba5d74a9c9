"""The audit log: who did and read what, when, and under which policy.

It is a chain of hashes in one SQLite file, to which several processes may append. The head of the
day is signed with every append, so that whoever keeps a head elsewhere finds a later cut.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Self

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cure.access.chain import GENESIS, Checked, Head, Row, chained, check
from cure.access.entries import Entry
from cure.access.secret_file import kept_secret
from cure.errors import LogError
from cure.kept_file import KeptFile, Layout
from cure.log.inserting import insert
from cure.replication import tried_again

FLUSH_AFTER_S = 1.0
FLUSH_AT = 500
MAX_WAITING = 50_000
"""So many entries may wait while the disk fails; then nothing more is done unseen."""
_READ_ROWS = 5_000
NAME = "audit.sqlite"
LAYOUT = Layout(
    format=1,
    schema="""
CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS head (
    day TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL
) WITHOUT ROWID;
""",
)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


class Audited(NamedTuple):
    """An entry in its place: its number, itself, the hash before it and its own."""

    seq: int
    entry: Entry
    before: bytes
    hash: bytes


class Reader(NamedTuple):
    """Who has read of a source, when and how often."""

    principal: str
    organisation: str
    first_at: datetime
    last_at: datetime
    times: int


class Audit:
    """The audit log of a data directory."""

    def __init__(self, directory: Path) -> None:
        """Open the log, or make it.

        Raises:
            ConfigError: If others may read its key.
            LogError: If it cannot be opened.
        """
        self._key = Ed25519PrivateKey.from_private_bytes(kept_secret(directory / "audit.key"))
        self._hash_key = blake2b(self._key.private_bytes_raw(), person=b"audit query").digest()
        self._waiting: list[Entry] = []
        self._noting = threading.Lock()
        self._writing = threading.Lock()
        self._wanted = threading.Event()
        self._closing = False
        self._flusher: threading.Thread | None = None
        self._file = KeptFile(directory / NAME, LAYOUT)

    # Writing ----------------------------------------------------------------------------

    def write(self, *entries: Entry) -> None:
        """Append what waits, then these; durable on return.

        Raises:
            LogError: If that fails; what waits goes on waiting.
        """
        with self._writing:
            with self._noting:
                waiting, self._waiting = self._waiting, []
            try:
                tried_again(lambda: self._append([*waiting, *entries]))
            except BaseException:
                with self._noting:
                    self._waiting = waiting + self._waiting
                raise

    def note(self, entry: Entry) -> None:
        """Append an entry within a second. Cost: less than 1 µs.

        Raises:
            LogError: If the disk has failed for long.
        """
        with self._noting:
            if len(self._waiting) >= MAX_WAITING:
                raise LogError("the audit log cannot be written, so nothing is done")
            self._waiting.append(entry)
            if self._flusher is None:
                self._flusher = threading.Thread(target=self._flush_often, daemon=True)
                self._flusher.start()
        if len(self._waiting) >= FLUSH_AT:
            self._wanted.set()

    def flush(self) -> None:
        """Append what waits; durable on return.

        Raises:
            LogError: If that fails; it goes on waiting.
        """
        self.write()  # also where nothing waits: another thread may be at it

    def _flush_often(self) -> None:
        while not self._closing:
            self._wanted.wait(FLUSH_AFTER_S)
            self._wanted.clear()
            try:
                self.flush()
            except LogError:  # `note` and `close` will tell; meanwhile the disk may find room
                self._wanted.wait(FLUSH_AFTER_S)

    def _append(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        with self._file.transaction() as connection:
            last = connection.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1")
            seq, before = last.fetchone() or (0, GENESIS)
            rows: list[Row] = []
            for seq, entry in enumerate(entries, seq + 1):  # noqa: B020 - goes on from the last
                body = _encode(entry)
                before = chained(before, seq, body)
                rows.append((seq, body, before))
            insert(connection, "INSERT INTO entry", rows)
            head = Head(f"{entries[-1].at:%Y-%m-%d}", seq, before)
            connection.execute(
                "INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?)",
                (head.day, head.seq, head.hash, self._key.sign(head.signed_bytes())),
            )

    def digest_of_query(self, *values: str) -> str:
        """Return by what the same question is known again, and from which no value is learnt."""
        digest = blake2b(key=self._hash_key, digest_size=16)
        for value in values:
            digest.update(value.encode() + b"\0")
        return digest.hexdigest()

    # Reading ----------------------------------------------------------------------------

    def public_key(self) -> str:
        """Return the key against which heads are checked, in PEM."""
        public = self._key.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def head(self) -> Head | None:
        """Return the newest signed head, to be kept elsewhere; None: the log is empty."""
        with self._file.snapshot() as reader:
            return max(_heads(reader), key=lambda head: head.seq, default=None)

    def verify(self, *kept: Head) -> Checked:
        """Check every entry and head, and heads that were kept elsewhere.

        Raises:
            LogError: If the file cannot be read.
        """
        self.flush()
        with self._file.snapshot() as reader:
            return check_chain(reader, self._key.public_key(), *kept)

    def entries(self, since: datetime | None = None) -> Iterator[Audited]:
        """Yield the entries since a moment, oldest first.

        Raises:
            LogError: If one cannot be read.
        """
        self.flush()
        before = GENESIS
        with self._file.snapshot() as reader:
            for seq, body, digest in _rows(reader):
                entry = self._read(seq, body)
                if since is None or entry.at >= since:
                    yield Audited(seq, entry, before, digest)
                before = digest

    def readers_of(self, source: str) -> list[Reader]:
        """Return who has read anything of a source, the first of them first.

        Cost: about 0.3 s for a million entries.
        """
        self.flush()
        found: dict[tuple[str, str], Reader] = {}
        with self._file.snapshot() as reader:
            rows = reader.execute(
                "SELECT seq, CAST(body AS BLOB) FROM entry WHERE instr(body, ?) ORDER BY seq",
                (_encode(source),),
            )
            for seq, body in rows:
                one = self._read(seq, body)
                if source in one.sources and one.decision == "allowed":
                    who = (one.principal, one.organisation)
                    known = found.get(who) or Reader(*who, one.at, one.at, 0)
                    found[who] = known._replace(last_at=one.at, times=known.times + 1)
        return list(found.values())

    def _read(self, seq: int, body: bytes) -> Entry:
        try:
            return _decode(body)
        except (msgspec.DecodeError, TypeError) as error:
            raise LogError(f"{self._file.path}: entry {seq} is damaged: {error}") from error

    def close(self) -> None:
        """Append what waits, and let go."""
        self._closing = True
        self._wanted.set()
        if self._flusher is not None:
            self._flusher.join()
        self.flush()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def check_chain(reader: sqlite3.Connection, key: Ed25519PublicKey, *kept: Head) -> Checked:
    """Check every entry and head of an open file, and heads that were kept elsewhere."""
    return check(_rows(reader), [*_heads(reader), *kept], key)


def _rows(reader: sqlite3.Connection) -> Iterator[Row]:
    yield from reader.execute(
        "SELECT seq, CAST(body AS BLOB), CAST(hash AS BLOB) FROM entry ORDER BY seq"
    )


def _heads(reader: sqlite3.Connection) -> list[Head]:
    rows = reader.execute(
        "SELECT day, CAST(seq AS INTEGER), CAST(hash AS BLOB), CAST(signature AS BLOB)"
        " FROM head ORDER BY seq"
    )
    return [Head(*row) for row in rows]
