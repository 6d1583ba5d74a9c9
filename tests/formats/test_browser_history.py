"""Histories of browsers: their tables, times and what led to what."""

import sqlite3
from contextlib import closing

import pytest

from cure.errors import MalformedError
from cure.formats.browser_history import history

MICROSECONDS = 1_767_323_045_678_000  # 2026-01-02T03:04:05.678Z
SINCE_1601 = 11_644_473_600_000_000


Rows = tuple[tuple[object, ...], ...]


def database(*tables: tuple[str, str, Rows]) -> bytes:
    """Write tables: what makes each, what puts a row into it, and its rows."""
    with closing(sqlite3.connect(":memory:")) as memory:
        for table, insert, rows in tables:
            memory.execute(table)
            memory.executemany(insert, rows)
        memory.commit()
        return memory.serialize()


def chrome(*visits: tuple[int, int, int, int, int]) -> bytes:
    """Write visits: id, page, time, id of the one before, transition."""
    return database(
        (
            "CREATE TABLE urls (id INTEGER PRIMARY KEY, url TEXT)",
            "INSERT INTO urls VALUES (?, ?)",
            ((1, "https://example.org/"), (2, "https://example.net/")),
        ),
        (
            "CREATE TABLE visits (id INTEGER PRIMARY KEY, url, visit_time, from_visit, transition)",
            "INSERT INTO visits VALUES (?, ?, ?, ?, ?)",
            visits,
        ),
    )


def test_a_visit_follows_the_one_it_came_from():
    first, second = history(
        chrome((7, 1, MICROSECONDS + SINCE_1601, 0, 1), (8, 2, 1, 7, 0x80000000))
    )
    assert first.seen is not None
    assert first.seen.isoformat() == "2026-01-02T03:04:05.678000+00:00"
    assert (first.after, second.after, second.is_redirected) == (None, 0, True)


def test_a_visit_of_safari_counts_seconds_and_knows_what_redirected_to_it():
    first, second = history(
        database(
            (
                "CREATE TABLE history_items (id INTEGER PRIMARY KEY, url TEXT)",
                "INSERT INTO history_items VALUES (?, ?)",
                ((1, "https://example.org/"), (2, "https://example.net/")),
            ),
            (
                "CREATE TABLE history_visits (id, history_item, visit_time REAL, redirect_source)",
                "INSERT INTO history_visits VALUES (?, ?, ?, ?)",
                ((7, 1, 789_015_845.678, None), (8, 2, 789_015_846.0, 7)),
            ),
        )
    )
    assert first.seen is not None
    assert first.seen.isoformat() == "2026-01-02T03:04:05.678000+00:00"
    assert (second.after, second.is_redirected) == (0, True)


def test_a_visit_may_come_from_none_that_is_known_and_have_no_time():
    (only,) = history(chrome((7, 3, 0, 6, 0)))
    assert (only.address, only.seen, only.after) == (None, None, None)


def test_a_time_beyond_the_calendar_is_unknown():
    (only,) = history(chrome((7, 1, 2**62, 0, 0)))
    assert only.seen is None


def test_firefox_counts_from_1970():
    (only,) = history(
        database(
            (
                "CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)",
                "INSERT INTO moz_places VALUES (?, ?)",
                ((1, "https://example.org/"),),
            ),
            (
                "CREATE TABLE moz_historyvisits (id, from_visit, place_id, visit_date, visit_type)",
                "INSERT INTO moz_historyvisits VALUES (?, ?, ?, ?, ?)",
                ((1, 0, 1, MICROSECONDS, 5),),
            ),
        )
    )
    assert only.seen is not None
    assert only.seen.year == 2026
    assert only.is_redirected


def test_another_database_is_malformed():
    with pytest.raises(MalformedError, match="other tables"):
        history(database(("CREATE TABLE a (b)", "INSERT INTO a VALUES (?)", ())))
    with pytest.raises(MalformedError):
        history(b"SQLite format 3\0")
