"""What was committed goes into the file while others append, and little stays beside it."""

import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path

from cure.log.checkpoints import Checkpoints

_MB = 1 << 20


def _fill(connection: sqlite3.Connection, checkpoints: Checkpoints, megabytes: int) -> None:
    for _ in range(megabytes):
        connection.execute("INSERT INTO kept VALUES (randomblob(?))", (_MB,))
        checkpoints.committed(_MB)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("CREATE TABLE kept (body)")
    return connection


def test_what_is_beside_the_file_does_not_grow_with_what_is_kept(tmp_path: Path):
    path = tmp_path / "log.sqlite"
    with closing(_opened(path)) as connection:
        checkpoints = Checkpoints(path)
        for _ in range(5):
            _fill(connection, checkpoints, 8)
            checkpoints.close()
            checkpoints = Checkpoints(path)

        beside = path.with_name("log.sqlite-wal").stat().st_size
        checkpoints.close()

    assert beside < 24 * _MB


def test_nothing_is_left_beside_the_file_once_all_is_brought_in(tmp_path: Path):
    path = tmp_path / "log.sqlite"
    with closing(_opened(path)) as connection:
        checkpoints = Checkpoints(path)
        _fill(connection, checkpoints, 3)

        checkpoints.bring_in_all(nullcontext())

        assert path.with_name("log.sqlite-wal").stat().st_size == 0
        checkpoints.close()
    assert path.stat().st_size > 3 * _MB
