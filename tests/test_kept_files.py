"""The stores beside the log: older ones tell what they told, newer ones are refused."""

import gzip
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cure.access.audit import Audit
from cure.access.store import Store as AccessStore
from cure.backups.contents import LAYOUTS
from cure.errors import LogError
from cure.kept_file import KeptFile, Layout
from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.taxii.store import Store as TaxiiStore
from cure.subscribers.watches.store import WatchStore
from kept_files.telling import told

GOLDEN = Path(__file__).parent / "kept_files" / "format-1"
FIRST = Layout(1, "CREATE TABLE IF NOT EXISTS word (text TEXT);")
SECOND = Layout(
    2,
    "CREATE TABLE IF NOT EXISTS word (text TEXT, length INTEGER);",
    {1: "ALTER TABLE word ADD COLUMN length INTEGER; UPDATE word SET length = length(text);"},
)
THIRD = Layout(
    3,
    "CREATE TABLE IF NOT EXISTS word (text TEXT, size INTEGER);",
    {**SECOND.migrations, 2: "ALTER TABLE word RENAME COLUMN length TO size;"},
)
OPENERS: dict[str, Callable[[Path], object]] = {
    "access.sqlite": lambda directory: AccessStore(directory, Audit(directory)),
    "audit.sqlite": Audit,
    "watches.sqlite": WatchStore,
    "deliveries.sqlite": DeliveryStore,
    "taxii.sqlite": TaxiiStore,
}


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    """Return a directory with the stores as the first format had them."""
    for path in GOLDEN.glob("*.gz"):
        (tmp_path / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    shutil.copyfile(GOLDEN / "audit.key", tmp_path / "audit.key")
    (tmp_path / "audit.key").chmod(0o600)
    return tmp_path


def test_stores_of_the_first_format_tell_what_they_told(golden: Path) -> None:
    assert told(golden) == json.loads((GOLDEN / "told.json").read_text("utf-8"))


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_newer_store_is_refused_in_one_sentence_and_left_as_it_is(
    golden: Path, name: str
) -> None:
    ours = LAYOUTS[name].format
    with closing(sqlite3.connect(golden / name)) as file, file:
        file.execute(
            "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
        )
        file.execute("INSERT OR REPLACE INTO meta VALUES ('format', ?)", (ours + 1,))

    with pytest.raises(LogError, match=rf"{name} has format {ours + 1}; .* reads up to {ours}"):
        OPENERS[name](golden)

    with closing(sqlite3.connect(golden / name)) as file:
        kept = file.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
    assert kept == (ours + 1,)


@pytest.mark.parametrize("first", [FIRST, SECOND])
def test_a_file_is_brought_up_over_each_format_between(tmp_path: Path, first: Layout) -> None:
    with KeptFile(tmp_path / "words", first) as file, file.transaction() as connection:
        connection.execute("INSERT INTO word (text) VALUES ('lantern')")
        if first is SECOND:
            connection.execute("UPDATE word SET length = 7")

    for _ in range(2):
        with KeptFile(tmp_path / "words", THIRD) as file:
            assert file.rows("SELECT text, size FROM word") == [("lantern", 7)]
            assert file.number("format") == 3
    with pytest.raises(LogError, match="format 3; this version of cure reads up to 1"):
        KeptFile(tmp_path / "words", FIRST)


def test_a_file_that_cannot_be_brought_up_stays_as_it_was(tmp_path: Path) -> None:
    with KeptFile(tmp_path / "words", FIRST) as file, file.transaction() as connection:
        connection.execute("INSERT INTO word VALUES ('lantern')")
    broken = Layout(2, "", {1: "UPDATE word SET text = ''; ALTER TABLE missing ADD COLUMN x;"})

    with pytest.raises(LogError, match="no such table: missing"):
        KeptFile(tmp_path / "words", broken)

    with KeptFile(tmp_path / "words", FIRST) as file:
        assert file.rows("SELECT text FROM word") == [("lantern",)]


def test_two_that_open_an_older_file_at_once_bring_it_up_once(tmp_path: Path) -> None:
    KeptFile(tmp_path / "words", FIRST).close()
    wrong: list[LogError] = []

    def open_it() -> None:
        try:
            KeptFile(tmp_path / "words", THIRD).close()
        except LogError as error:
            wrong.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def _change_twice(file: KeptFile, then: Callable[[], object]) -> None:
    with file.changing() as connection:
        connection.execute("INSERT INTO word VALUES ('a')")
        with file.changing() as within:
            within.execute("INSERT INTO word VALUES ('b')")
        then()


def test_a_change_within_a_change_is_a_part_of_it(tmp_path: Path) -> None:
    with KeptFile(tmp_path / "words", FIRST) as file:
        with pytest.raises(ZeroDivisionError):
            _change_twice(file, lambda: 1 // 0)
        assert file.rows("SELECT * FROM word") == []
        assert file.version == 0

        _change_twice(file, lambda: None)
        assert file.rows("SELECT * FROM word") == [("a",), ("b",)]


def test_a_change_that_the_engine_refuses_is_told_and_the_next_one_holds(tmp_path: Path) -> None:
    with KeptFile(tmp_path / "words", FIRST) as file:
        with pytest.raises(LogError, match="no such table"), file.transaction() as connection:
            connection.execute("INSERT INTO missing VALUES (1)")
        with file.transaction() as connection:
            connection.execute("INSERT INTO word VALUES ('lantern')")
    with KeptFile(tmp_path / "words", FIRST) as file:
        assert len(file.rows("SELECT * FROM word")) == 1


def test_nobody_else_may_read_a_kept_file(tmp_path: Path) -> None:
    KeptFile(tmp_path / "words", FIRST).close()

    assert (tmp_path / "words").stat().st_mode & 0o077 == 0


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="No such file"):
        KeptFile(tmp_path / "nowhere" / "words", FIRST)
