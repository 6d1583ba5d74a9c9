"""SQLite: a file with write-ahead log, tables without row ids, indexes made after the load."""

import json
import sqlite3
from itertools import chain

import pyarrow.parquet as pq

from peers.peer import Stepping, counted, matrix_of

_OPEN = """
pragma journal_mode = wal;
pragma synchronous = normal;
pragma cache_size = -1000000;
pragma mmap_size = 30000000000;
pragma temp_store = memory;
pragma threads = 2;
"""
_TABLES = """
create table mention (value text, source integer, moment integer, record integer, address integer);
create table known (value text primary key, address integer, sources integer) without rowid;
create table together (record integer, value text, topic integer, primary key (record, value))
    without rowid;
"""
_AFTER = """
create index mention_value on mention (value, source, moment, address);
insert into known select value, max(address), sum(distinct 1 << source) from mention group by value;
create index known_sources on known (sources);
create index known_address on known (address, value) where address is not null;
create index together_value on together (value, record);
analyze;
pragma wal_checkpoint(truncate);
"""


class Sqlite(Stepping):
    """Covering indexes, prepared statements, and lists of values as one JSON parameter."""

    version = f"SQLite {sqlite3.sqlite_version}"
    how = (
        "one file in the process (WAL), one transaction a file, covering indexes made after "
        "the load, prepared statements, json_each for lists"
    )

    def __init__(self, directory):
        """Open a file."""
        self._directory = directory
        self._open()
        self._db.executescript(_TABLES)

    def _open(self):
        self._db = sqlite3.connect(self._directory / "peer.sqlite", isolation_level=None)
        self._db.executescript(_OPEN)
        self._ask = self._db.execute

    def load(self, files):
        """Insert file by file, then make the indexes."""
        for file in files:
            columns = pq.read_table(file).to_pydict()
            record, source, moment, topic, value, address, many = columns.values()
            self._ask("begin")
            self._db.executemany(
                "insert into mention values (?, ?, ?, ?, ?)",
                zip(value, source, moment, record, address, strict=True),
            )
            self._db.executemany(
                "insert into together values (?, ?, ?)",
                (
                    row
                    for row, is_one in zip(
                        zip(record, value, topic, strict=True), many, strict=True
                    )
                    if is_one
                ),
            )
            self._ask("commit")
        self._db.executescript(_AFTER)

    def card(self, topic, value):  # noqa: ARG002 - a value is of one topic here
        """Sum up a value's rows, which lie together."""
        rows = self._ask(
            "select source, count(*), min(moment), max(moment) from mention "
            "where value = ? group by source",
            (value,),
        )
        return {source: told for source, *told in rows}

    def matches(self, asked):
        """Look each value of a list up."""
        wanted = json.dumps([value for _, value in asked])
        rows = self._ask(
            "select known.value from json_each(?) as wanted "
            "join known on known.value = wanted.value",
            (wanted,),
        )
        return list(chain.from_iterable(rows))

    def matrix(self):
        """Count the values of each set of sources."""
        return matrix_of(self._ask("select sources, count(*) from known group by sources"))

    def _step(self, values):
        return self._ask(
            "select distinct b.value, b.topic from json_each(?) as wanted "
            "join together a on a.value = wanted.value join together b on b.record = a.record",
            (json.dumps(values),),
        ).fetchall()

    def network(self, network):
        """Take a range of the index of addresses."""
        _, low, high = network
        rows = self._ask(
            "select value from known where address between ? and ? order by address", (low, high)
        ).fetchall()
        return counted(rows)

    def close(self):
        """Close the file."""
        self._db.close()


PEER = Sqlite
