"""Rows go in whole and in order, however many there are."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.log.inserting import insert


@given(
    st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=3)), max_size=40), st.integers(1, 9)
)
def test_all_rows_are_there_in_their_order(rows: list[tuple[int, bytes]], times: int):
    rows *= times
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE kept (number, body)")

        insert(connection, "INSERT INTO kept", rows)

        assert connection.execute("SELECT * FROM kept ORDER BY rowid").fetchall() == rows


@pytest.mark.parametrize("count", [0, 1, 141, 142, 143, 256, 1000, 5000])
def test_a_row_of_a_record_is_wide_and_there_may_be_many(count: int):
    rows = [(number, *range(6)) for number in range(count)]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE kept (a, b, c, d, e, f, g)")

        insert(connection, "INSERT INTO kept", rows)

        assert connection.execute("SELECT * FROM kept ORDER BY rowid").fetchall() == rows
