"""SQLite databases as bytes: what is read of them, and what hostile ones cannot do."""

import sqlite3
from contextlib import closing, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.lines import whole_file
from cure.formats.sqlite_file import rows, tables
from cure.interfaces import Unreadable


def database(script: str, *inserts: tuple[str, tuple[object, ...]]) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(script)
        for statement, values in inserts:
            connection.execute(statement, values)
        connection.commit()
        return connection.serialize()


VISITS = database(
    "CREATE TABLE visits (id INTEGER PRIMARY KEY, name TEXT, size REAL, raw BLOB)",
    ("INSERT INTO visits VALUES (?, ?, ?, ?)", (1, "日本", 1.5, b"\0\xff")),
    ("INSERT INTO visits VALUES (?, ?, ?, ?)", (2, None, 2, "text")),
)


def test_tables_come_with_their_columns():
    assert tables(VISITS) == {"visits": ("id", "name", "size", "raw")}


def test_rows_hold_the_columns_that_were_asked_for_whatever_type_they_were_declared_with():
    assert list(rows(VISITS, "visits", ("raw", "id", "name"))) == [
        {"raw": b"\0\xff", "id": 1, "name": "日本"},
        {"raw": "text", "id": 2, "name": None},
    ]


def test_a_database_that_had_a_write_ahead_log_is_read_without_it(tmp_path):
    path = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript("CREATE TABLE a (x); INSERT INTO a VALUES (7)")
    assert path.read_bytes()[18:20] == b"\2\2"
    assert list(rows(path.read_bytes(), "a", ["x"])) == [{"x": 7}]


def test_names_are_quoted():
    odd = database('CREATE TABLE "a ""b"" ]" ("x; y" INT); INSERT INTO "a ""b"" ]" VALUES (1)')
    assert list(rows(odd, 'a "b" ]', ["x; y"])) == [{"x; y": 1}]


def test_a_text_that_is_no_utf_8_shows_where():
    spoilt = database("CREATE TABLE a (x); INSERT INTO a VALUES (CAST(x'41FF' AS TEXT))")
    assert list(rows(spoilt, "a", ["x"])) == [{"x": "A\\xff"}]


@pytest.mark.parametrize(
    ("table", "columns", "why"),
    [("visit", ["id"], "has no such table"), ("visits", ["id", "Name"], "has no column Name")],
)
def test_what_is_missing_is_named(table, columns, why):
    with pytest.raises(MalformedError, match=why):
        next(rows(VISITS, table, columns))


@pytest.mark.parametrize(
    "script",
    [
        "CREATE VIEW v AS WITH n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x FROM n",
        "CREATE TABLE v (a, x AS (hex(zeroblob(500000000))))",
        "CREATE VIRTUAL TABLE v USING fts5(x)",
    ],
    ids=["view", "computed column", "virtual table"],
)
def test_what_would_run_code_of_the_file_is_no_table(script):
    hostile = database(script)
    assert "v" not in tables(hostile)
    with pytest.raises(MalformedError, match="has no such table"):
        next(rows(hostile, "v", ["x"]))


def test_a_row_of_more_than_a_mebibyte_is_refused():
    big = database("CREATE TABLE a (x); INSERT INTO a VALUES (zeroblob(2000000))")
    with pytest.raises(MalformedError, match="too big"):
        list(rows(big, "a", ["x"]))


def test_a_table_that_contains_itself_is_damaged():
    data = bytearray(
        database(
            "PRAGMA page_size = 512; CREATE TABLE a (x)",
            *(("INSERT INTO a VALUES (?)", ("y" * 200,)) for _ in range(20)),
        )
    )
    root = 512  # the second page, an interior one
    assert data[root] == 0x05
    first_child = int.from_bytes(data[root + 12 : root + 14], "big")
    data[root + first_child : root + first_child + 4] = (2).to_bytes(4, "big")
    with pytest.raises(MalformedError, match=r"damaged|malformed"):
        next(rows(bytes(data), "a", ["x"]))


def test_work_is_bounded_by_the_size_of_the_file():
    columns = [f"c{number}" for number in range(200)]
    wide = database(
        "CREATE TABLE a (c0)",
        *[("INSERT INTO a VALUES (1)", ())] * 60_000,
        *((f"ALTER TABLE a ADD COLUMN {column}", ()) for column in columns[1:]),
    )
    with pytest.raises(MalformedError, match="interrupted"):
        list(rows(wide, "a", columns))


@pytest.mark.parametrize("data", [b"", b"SQLite format 3", VISITS[:100], VISITS[:5000]])
def test_what_is_no_database_or_breaks_off_is_malformed(data):
    with pytest.raises(MalformedError):
        list(rows(data, "visits", ["id"]))


@given(st.lists(st.tuples(st.integers(0, len(VISITS) - 1), st.integers(0, 255)), min_size=1))
def test_a_spoilt_database_is_read_or_malformed(spoils):
    data = bytearray(VISITS)
    for place, byte in spoils:
        data[place] = byte
    with suppress(MalformedError):
        for table, columns in tables(bytes(data)).items():
            list(rows(bytes(data), table, columns))


def test_a_file_is_put_together_from_its_blocks():
    assert whole_file([b"ab", b"", b"c"]) == b"abc"


def test_a_file_with_a_block_missing_is_none():
    with pytest.raises(MalformedError, match="breaks off here"):
        whole_file([b"ab", Unreadable(b"", "breaks off here")])
