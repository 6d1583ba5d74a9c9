"""A growing SQLite database: a consistent copy, what is only in its log included."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cure.errors import SourceError
from cure.interfaces import Input
from cure.origins.bookmarks import BookmarkFile, Bookmarks
from cure.origins.sqlite_poll import SqlitePoll


@pytest.fixture
def bookmarks(tmp_path: Path) -> Iterator[Bookmarks]:
    file = BookmarkFile(tmp_path / "origins.sqlite")
    yield Bookmarks(file, "dionaea")
    file.close()


class Rows:
    """Reads the rows of every copy that is delivered."""

    def __init__(self) -> None:
        self.seen: list[list[str]] = []
        self.names: list[str] = []

    def __call__(self, data: Input, *, before: int = 0, repeated: int = 0) -> None:
        assert before == repeated == 0
        assert data.head.startswith(b"SQLite format 3\0")
        whole = b"".join(block for block in data.blocks if isinstance(block, bytes))
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(whole)
            self.seen.append([row[0] for row in copy.execute("SELECT ip FROM connections")])
        self.names.append(data.name)


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_every_change_is_seen_while_the_other_program_holds_it_open(
    journal: str, tmp_path: Path, bookmarks: Bookmarks
):
    path, rows = tmp_path / "dionaea.sqlite", Rows()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA journal_mode = {journal}")
        database.execute("CREATE TABLE connections (ip TEXT)")
        database.execute("INSERT INTO connections VALUES ('192.0.2.1')")
        polling = SqlitePoll(bookmarks, path=path)
        for _ in range(2):
            assert polling.look(rows) == 60
        database.execute("INSERT INTO connections VALUES ('192.0.2.2')")
        SqlitePoll(bookmarks, path=path).look(rows)

    assert rows.seen == [["192.0.2.1"], ["192.0.2.1", "192.0.2.2"]]
    assert rows.names[0] == str(path)


def test_what_is_no_database_is_told(tmp_path: Path, bookmarks: Bookmarks):
    with pytest.raises(SourceError, match="there is no file"):
        SqlitePoll(bookmarks, path=tmp_path / "none").look(Rows())
    (tmp_path / "text").write_text("no database, but long enough to be taken for one " * 40)
    with pytest.raises(SourceError, match="cannot copy"):
        SqlitePoll(bookmarks, path=tmp_path / "text").look(Rows())
