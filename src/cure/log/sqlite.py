"""The log in one SQLite file: the embedded default, and the record store at the same time.

What was appended is on the disk when `append` returns. Every row has a checksum of all that it
means, checked whenever it is read, so damage is found and named, never served.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from cure.errors import LogError
from cure.interfaces import Appended, Logged, Quarantined, Relabelling, Released, Retention
from cure.log.arrivals import WITH_ARRIVALS, Arrivals
from cure.log.checking import Checked, damages_of
from cure.log.checkpoints import Checkpoints
from cure.log.checksums import checksum
from cure.log.digests import Digests, prints_of
from cure.log.inserting import insert
from cure.log.kept_digests import load_digests, save_digests
from cure.log.names import Names
from cure.log.opening import open_file
from cure.log.quarantine_table import QuarantineTable
from cure.log.recent import Recent
from cure.log.relabellings import Relabellings
from cure.log.retention import Retentions, forget
from cure.log.retracting import RETRACTS, Deciding, Known
from cure.log.rows import SELECT, as_stored, body_of, rows_of
from cure.log.transactions import failing, transaction
from cure.model import Finding, Label, Record
from cure.model.finding import EARLIEST

_READ_ROWS = 10_000
_ASK_ROWS = 900  # SQLite allows 999 parameters where it was built long ago


class SqliteLog:
    """A `Log` in one file. One writer; readers may be other threads and processes."""

    def __init__(
        self,
        path: Path,
        *,
        write: bool = True,
        clock: Callable[[], datetime] | None = None,
        log_id: str | None = None,
    ) -> None:
        """Open or, when writing, create the file.

        Args:
            path: The file.
            write: Whether records are to be added.
            clock: What time it is, UTC; records are kept as of then. None: the machine's.
            log_id: What a new log is called; None: a random name.

        Raises:
            LogError: If it is missing, damaged, or of a newer format.
        """
        self._path = path
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._names = Names()
        self._relabellings = Relabellings()
        self._retentions = Retentions()
        self._recent = Recent()
        self._checkpoints = Checkpoints(path)
        self._arrivals: Arrivals | None = None
        self._clock = clock or partial(datetime.now, UTC)
        with failing("open", path):
            opened = open_file(path, write=write, log_id=log_id)
            self._writer, self._reader, self.log_id, self._format = opened
            try:
                self._last = self._load()
            except BaseException:
                self._reader.close()
                self._writer.close()
                raise
        # Nobody needs them before the first record comes, and reading them takes its time.
        self._loading = ThreadPoolExecutor(1, "digests")
        kept = partial(load_digests, self._digests_path, self.log_id, self._writer, self._last)
        self._digests = self._loading.submit(kept if write else Digests)

    def _load(self) -> int:
        """Read what is kept in memory, as of one moment, and return the last record's number."""
        self._writer.execute("BEGIN")
        last = self._writer.execute("SELECT max(seq) FROM record").fetchone()[0] or 0
        self._relabellings.load(self._writer, self._path, self._format)
        self._retentions.load(self._writer, self._path, self._format)
        if self._format >= WITH_ARRIVALS:
            self._arrivals = Arrivals()
            self._arrivals.load(self._writer, last)
        self._writer.execute("COMMIT")
        return last

    @property
    def _digests_path(self) -> Path:
        return self._path.with_suffix(".digests")

    def checkpoint(self) -> None:
        """Keep what spares work at the next start: the digests."""
        with self._writing:
            digests, last = self._digests.result().copy(), self._last
        save_digests(self._digests_path, self.log_id, digests, last)

    def append(self, records: Sequence[Record]) -> Appended:
        """Keep all of the records or, on `LogError`, none; durable when it returns.

        Cost: one sync of the disk, and about 6 µs a record.
        """
        with failing("write to", self._path), self._writing:
            return self._append(records)

    def _append(self, records: Sequence[Record]) -> Appended:
        with self._transaction():
            known = self._known([record.digest for record in records])
            deciding = Deciding(
                known, self._last, self._body, self._label_now, self._retentions.is_past
            )
            logged, bodies, fates = deciding.decide(records)
            rows: list[tuple[int, bytes, int, int, int, int, bytes]] = []
            for one, body in zip(logged, bodies, strict=True):
                seq, record, digest, replaces = one.seq, one.record, one.record.digest, one.replaces
                source, label, text = self._names.of(self._writer, record)
                crc = checksum(seq, digest, record.source, text, replaces, body)
                rows.append((seq, digest, source, label, replaces, crc, body))
            insert(self._writer, "INSERT INTO record", rows)
            first, last = self._last + 1, self._last + len(rows)
            if rows and self._arrivals is not None:
                self._arrivals.write(self._writer, first, last, self._clock())
        self._last = last
        if rows:
            size_bytes = sum(map(len, bodies))
            self._checkpoints.committed(size_bytes)
            self._recent.add(logged, size_bytes)
            numbers = np.arange(first, last + 1, dtype=np.uint32)
            self._digests.result().add(prints_of([row[1] for row in rows]), numbers)
        return Appended(logged, fates)

    def has(self, digests: Sequence[bytes]) -> list[bool]:
        """Tell of each digest whether it has a record that was not taken back; when writing."""
        with failing("read", self._path), self._writing:
            known = self._known(list(digests))
        gone = {0, *known.taken_back}
        return [known.newest.get(one, 0) not in gone for one in digests]

    def _known(self, digests: list[bytes]) -> Known:
        """Return the newest version of each digest that the log has."""
        numbers = sorted(set(self._digests.result().candidates(prints_of(digests)).tolist()))
        known = Known({}, set())
        for at in range(0, len(numbers), _ASK_ROWS):
            part = numbers[at : at + _ASK_ROWS]
            marks = ",".join("?" * len(part))
            rows = self._writer.execute(
                f"SELECT digest, seq, substr(body, 1, {len(RETRACTS)}) FROM record"  # noqa: S608
                f" WHERE seq IN ({marks}) ORDER BY seq",
                part,
            )
            for digest, seq, head in rows:
                known.newest[digest] = seq
                if head == RETRACTS:
                    known.taken_back.add(seq)
        return known

    def _body(self, seq: int) -> bytes:
        return body_of(self._writer, seq, self._path)

    def _label_now(self, seq: int) -> Label:
        rows = rows_of(self._writer, [seq], self._path)
        return self._relabellings.now(as_stored(rows, self._path)[0]).label

    def read(self, after: int = 0) -> Iterator[Sequence[Logged]]:
        """Yield all records with a higher number, oldest first. Cost: about 5 µs a record.

        Raises:
            LogError: If a record is damaged or missing; its number is named.
        """
        while True:
            if recent := self._recent.after(after):
                yield [self._retentions.now(one) for one in recent]
                after = recent[-1].seq
            last = self._last  # of what is durable by now; the writer goes on meanwhile
            with self._lock_for_reading():
                rows = self._reader.execute(
                    f"{SELECT} WHERE seq > ? ORDER BY seq LIMIT ?", (after, _READ_ROWS)
                ).fetchall()
            if not rows and after >= last:
                return
            if not rows or rows[-1][0] - after != len(rows):
                raise LogError(f"{self._path}: a record after number {after} is missing")
            yield [self._retentions.now(one) for one in as_stored(rows, self._path, self._format)]
            after = rows[-1][0]

    def relabel(self, source: str, old: Label, new: Label) -> Relabelling:
        """Give another label to all records that a source has under one; durable on return."""
        with self._changing() as connection:
            one = Relabelling(self._last, source, old, new)
            self._relabellings.write(connection, one)
        self._relabellings.done = [*self._relabellings.done, one]
        return one

    def retain(self, one: Retention) -> None:
        """Keep no longer what a source said up to a record; durable on return."""
        with self._changing() as connection:
            self._retentions.write(connection, one)
        self._retentions.note(one)

    def retentions(self) -> Sequence[Retention]:
        """Return how far records are no longer kept; no order matters between them."""
        return self._retentions.done

    def forget(self, most: int) -> int | None:
        """Remove what is no longer kept from the disk; see `Log`."""

        def bodies(numbers: Sequence[int]) -> list[tuple[int, Finding]]:
            return [(one.seq, one.record.finding) for one in self._stored(numbers)]

        return forget(self._lock_for_reading, self._changing, bodies, most)

    def flush(self) -> None:
        """Bring all writes into the file, and leave nothing beside it of what was overwritten."""
        with failing("write to", self._path):
            self._checkpoints.bring_in_all(self._writing)

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
        recent = self._recent.among(released)
        stored = self._stored([seq for seq in released if seq not in recent])
        found = {
            one.seq: self._relabellings.now(self._retentions.now(one))
            for one in (*recent.values(), *stored)
        }
        return [found[seq] for seq in released]

    def _stored(self, numbers: Sequence[int]) -> list[Logged]:
        with self._lock_for_reading():
            rows = rows_of(self._reader, numbers, self._path)
        return as_stored(rows, self._path, self._format)

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
            return self._arrivals.until(self._reader, at, self._last)

    @contextmanager
    def _lock_for_reading(self) -> Iterator[sqlite3.Connection]:
        with failing("read", self._path), self._reading:
            yield self._reader

    def quarantine(self, lines: Sequence[Quarantined], at: datetime) -> None:
        """Keep lines that could not be read; the same line of the same place once."""
        self.held.add(lines, at)

    def quarantined(self, limit: int) -> list[tuple[str, Quarantined]]:
        """Return the latest quarantined lines, each with the time at which it came."""
        return self.held.latest(limit)

    @property
    def held(self) -> QuarantineTable:
        """The quarantine, source by source."""
        return QuarantineTable(self._lock_for_reading, self._changing, self._format)

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with failing("write to", self._path), self._writing, self._transaction():
            yield self._writer

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with transaction(self._writer, self._names.forget):
            yield
            self._within(self._writer)

    def _within(self, connection: sqlite3.Connection) -> None:
        """Add to each transaction what a log that is made of another one keeps."""

    def quarantine_count(self) -> int:
        """Return how many lines are in quarantine."""
        return self.held.count()

    def check(self, checked: Checked = lambda _done, _all: None) -> list[str]:
        """Return what is wrong with the file, with its places. Cost: 2 s for a million records."""
        with self._lock_for_reading():
            damages = list(damages_of(self._reader, self._path, self._format, checked))
        if not damages:
            with failing("read", self._path):
                self._digests.result()
        return damages

    def last(self) -> int:
        """Return the highest record number, 0 when empty."""
        return self._last

    def close(self) -> None:
        """Flush and let go. The log is not used again."""
        self._loading.shutdown()
        self._checkpoints.close()
        self._reader.close()
        self._writer.close()
