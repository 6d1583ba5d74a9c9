"""The log in one SQLite file: the embedded default, and the record store at the same time.

What was appended is on the disk when `append` returns. Every record has a CRC of its body, checked
whenever it is read, so damage is found and named, never served.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import msgspec
import numpy as np

from cure.errors import LogError
from cure.interfaces import Appended, Logged, Quarantined, Relabelling, Released
from cure.log import snapshots
from cure.log.arrivals import WITH_ARRIVALS, Arrivals
from cure.log.digests import Digests, prints_of
from cure.log.opening import open_file
from cure.log.quarantine_table import QuarantineTable
from cure.log.relabellings import WITH_RELABELLINGS, Relabellings
from cure.log.snapshots import Snapshot
from cure.model import Finding, Label, Record
from cure.model.finding import EARLIEST

_READ_ROWS = 10_000
_ASK_ROWS = 900  # SQLite allows 999 parameters where it was built long ago
_encode = msgspec.json.Encoder().encode
_decode_finding = msgspec.json.Decoder(Finding).decode
_decode_label = msgspec.json.Decoder(Label).decode


def _now() -> datetime:
    return datetime.now(UTC)


class SqliteLog:
    """A `Log` in one file. One writer; readers may be other threads and processes."""

    def __init__(
        self, path: Path, *, write: bool = True, clock: Callable[[], datetime] = _now
    ) -> None:
        """Open or, when writing, create the file.

        Args:
            path: The file.
            write: Whether records are to be added.
            clock: What time it is, UTC; records are kept as of then.

        Raises:
            LogError: If it is missing, damaged, or of a newer format.
        """
        self._path = path
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._sources: dict[str, int] = {}
        self._labels: dict[Label, int] = {}
        self._relabellings = Relabellings()
        self._arrivals: Arrivals | None = None
        self._clock = clock
        with self._failing("open"):
            self._writer, self._reader, self.log_id, layout = open_file(path, write=write)
            self._last = self._writer.execute("SELECT max(seq) FROM record").fetchone()[0] or 0
            if layout >= WITH_RELABELLINGS:
                self._relabellings.load(self._writer)
            if layout >= WITH_ARRIVALS:
                self._arrivals = Arrivals()
                self._arrivals.load(self._writer)
        # Nobody needs them before the first record comes, and reading them takes its time.
        self._loading = ThreadPoolExecutor(1, "digests")
        self._digests = self._loading.submit(self._load_digests if write else Digests)

    @property
    def _digests_path(self) -> Path:
        return self._path.with_suffix(".digests")

    def _load_digests(self) -> Digests:
        """Take the digests that were kept, and add those of the records that came after."""
        digests, after = Digests(), 0
        try:
            kept = snapshots.load(self._digests_path, self.log_id)
        except LogError:  # they are all in the log
            kept = None
        if kept is not None and kept.seq <= self._last:
            digests, after = Digests(**kept.state), kept.seq
        rows = self._writer.execute("SELECT seq, digest FROM record WHERE seq > ?", (after,))
        while part := rows.fetchmany(_READ_ROWS):
            numbers = np.fromiter((row[0] for row in part), np.uint32, len(part))
            digests.add(prints_of([row[1] for row in part]), numbers)
        return digests

    def checkpoint(self) -> None:
        """Keep what spares work at the next start: the digests."""
        with self._writing:
            kept = Snapshot(self._last, dict(self._digests.result().kept))
            snapshots.save(self._digests_path, self.log_id, kept)

    @contextmanager
    def _failing(self, doing: str) -> Iterator[None]:
        """Turn the engine's errors into ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise LogError(f"cannot {doing} {self._path}: {error}") from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            self._sources.clear()
            self._labels.clear()
            raise
        self._writer.execute("COMMIT")

    def append(self, records: Sequence[Record]) -> Appended:
        """Keep all of the records or, on `LogError`, none; durable when it returns.

        Cost: one sync of the disk, and about 6 µs a record.
        """
        with self._failing("write to"), self._writing:
            return self._append(records)

    def _append(self, records: Sequence[Record]) -> Appended:
        logged: list[Logged] = []
        fates: list[tuple[int, bool]] = []
        rows: list[tuple[int, bytes, int, int, int, int, bytes]] = []
        seq = self._last
        with self._transaction():
            known = self._known([record.digest for record in records])
            fresh: dict[int, bytes] = {}
            for record in records:
                body = _encode(record.finding)
                before = known.get(record.digest, 0)
                if before and (
                    record.finding.key is None or (fresh.get(before) or self._body(before)) == body
                ):
                    fates.append((before, False))
                    continue
                seq += 1
                known[record.digest] = seq
                fresh[seq] = body
                source = self._sources.get(record.source) or self._source_id(record.source)
                label = self._labels.get(record.label) or self._label_id(record.label)
                rows.append((seq, record.digest, source, label, before, crc32(body), body))
                logged.append(Logged(seq, record, before))
                fates.append((seq, True))
            self._writer.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            if rows and self._arrivals is not None:
                self._arrivals.write(self._writer, self._last + 1, self._clock())
        self._last = seq
        if rows:
            numbers = np.fromiter((row[0] for row in rows), np.uint32, len(rows))
            self._digests.result().add(prints_of([row[1] for row in rows]), numbers)
        return Appended(logged, fates)

    def _known(self, digests: list[bytes]) -> dict[bytes, int]:
        """Return the newest number of each digest that the log has."""
        numbers = sorted(set(self._digests.result().candidates(prints_of(digests)).tolist()))
        found: dict[bytes, int] = {}
        for at in range(0, len(numbers), _ASK_ROWS):
            part = numbers[at : at + _ASK_ROWS]
            marks = ",".join("?" * len(part))
            rows = self._writer.execute(
                f"SELECT digest, seq FROM record WHERE seq IN ({marks}) ORDER BY seq",  # noqa: S608
                part,
            )
            found.update(rows)
        return found

    def _body(self, seq: int) -> bytes:
        row = self._writer.execute("SELECT body FROM record WHERE seq = ?", (seq,)).fetchone()
        return row[0]

    def _source_id(self, name: str) -> int:
        self._writer.execute("INSERT OR IGNORE INTO source (name) VALUES (?)", (name,))
        row = self._writer.execute("SELECT id FROM source WHERE name = ?", (name,)).fetchone()
        self._sources[name] = row[0]
        return row[0]

    def _label_id(self, label: Label) -> int:
        body = msgspec.json.encode(label).decode()
        self._writer.execute("INSERT OR IGNORE INTO label (body) VALUES (?)", (body,))
        row = self._writer.execute("SELECT id FROM label WHERE body = ?", (body,)).fetchone()
        self._labels[label] = row[0]
        return row[0]

    def read(self, after: int = 0) -> Iterator[Sequence[Logged]]:
        """Yield all records with a higher number, oldest first. Cost: about 5 µs a record.

        Raises:
            LogError: If a record is damaged or missing; its number is named.
        """
        while True:
            with self._lock_for_reading():
                rows = self._reader.execute(
                    "SELECT seq, digest, source.name, label.body, replaces, crc, record.body"
                    " FROM record JOIN source ON source.id = record.source"
                    " JOIN label ON label.id = record.label"
                    " WHERE seq > ? ORDER BY seq LIMIT ?",
                    (after, _READ_ROWS),
                ).fetchall()
            if not rows:
                return
            if rows[-1][0] - after != len(rows):
                raise LogError(f"{self._path}: a record after number {after} is missing")
            yield self._logged(rows)
            after = rows[-1][0]

    def relabel(self, source: str, old: Label, new: Label) -> Relabelling:
        """Give another label to all records that a source has under one; durable on return."""
        with self._failing("write to"), self._writing, self._transaction():
            one = Relabelling(self._last, source, old, new)
            self._relabellings.write(self._writer, one)
        self._relabellings.done = [*self._relabellings.done, one]
        return one

    def labels_of(self, source: str) -> list[Label]:
        """Return the labels of a source's records. Cost: it reads the whole log."""
        with self._lock_for_reading():
            return self._relabellings.labels_of(source, self._reader)

    def relabellings(self) -> Sequence[Relabelling]:
        """Return all exchanges of labels, oldest first."""
        return self._relabellings.done

    def fetch(self, released: Released) -> list[Record]:
        """Return the records with these numbers, in this order, under the labels of now.

        Cost: about 5 µs a record.
        """
        found: dict[int, Record] = {}
        for at in range(0, len(released), _ASK_ROWS):
            part = released[at : at + _ASK_ROWS]
            marks = ",".join("?" * len(part))
            with self._lock_for_reading():
                rows = self._reader.execute(
                    "SELECT seq, digest, source.name, label.body, replaces, crc, record.body"  # noqa: S608
                    " FROM record JOIN source ON source.id = record.source"
                    f" JOIN label ON label.id = record.label WHERE seq IN ({marks})",
                    part,
                ).fetchall()
            found.update((one.seq, self._relabellings.now(one)) for one in self._logged(rows))
        return [found[seq] for seq in released]

    def kept_at(self, released: Released) -> list[datetime]:
        """Return when each of these records became durable. Cost: about 5 µs an append.

        Records of one append share a time, and that of the next append is later by at least
        `KEPT_APART_US` for each of them. A file of an older format that is only read does not
        tell: all is as of `EARLIEST`.
        """
        if self._arrivals is None:
            return [EARLIEST] * len(released)
        with self._lock_for_reading():
            return self._arrivals.of(self._reader, released)

    def kept_until(self, at: datetime) -> int:
        """Return the number of the last record that was kept by then; 0: none was."""
        if self._arrivals is None:
            return self._last
        with self._lock_for_reading():
            found = self._arrivals.until(self._reader, at)
        return self._last if found is None else found

    @contextmanager
    def _lock_for_reading(self) -> Iterator[sqlite3.Connection]:
        with self._failing("read"), self._reading:
            yield self._reader

    def _logged(self, rows: Sequence[tuple[int, bytes, str, str, int, int, bytes]]) -> list[Logged]:
        logged: list[Logged] = []
        labels: dict[str, Label] = {}
        for seq, digest, source, label, replaces, crc, body in rows:
            if not isinstance(body, bytes) or crc32(body) != crc:
                raise LogError(f"{self._path}: record {seq} is damaged (its CRC does not fit)")
            if label not in labels:
                labels[label] = _decode_label(label)
            record = Record(source, labels[label], digest, _decode_finding(body))
            logged.append(Logged(seq, record, replaces))
        return logged

    def quarantine(self, lines: Sequence[Quarantined], at: datetime) -> None:
        """Keep lines that could not be read; the same line of the same place once."""
        self.held.add(lines, at)

    def quarantined(self, limit: int) -> list[tuple[str, Quarantined]]:
        """Return the latest quarantined lines, each with the time at which it came."""
        return self.held.latest(limit)

    @property
    def held(self) -> QuarantineTable:
        """The quarantine, source by source."""
        return QuarantineTable(self._lock_for_reading, self._changing)

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._failing("write to"), self._writing, self._transaction():
            yield self._writer

    def quarantine_count(self) -> int:
        """Return how many lines are in quarantine."""
        return self.held.count()

    def check(self) -> list[str]:
        """Return what the engine finds wrong with the file; empty: nothing."""
        with self._lock_for_reading():
            found = [row[0] for row in self._reader.execute("PRAGMA quick_check")]
        return [] if found == ["ok"] else found

    def last(self) -> int:
        """Return the highest record number, 0 when empty."""
        return self._last

    def close(self) -> None:
        """Flush and let go. The log is not used again."""
        self._loading.shutdown()
        self._reader.close()
        self._writer.close()
