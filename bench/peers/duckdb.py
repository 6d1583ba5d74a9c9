"""DuckDB: a file, tables sorted by what they are asked for, so that most row groups are skipped."""

import duckdb
import pyarrow as pa

from peers.peer import Stepping, counted, matrix_of

_TABLES = """
create table mention as
    select value, source, moment, record from read_parquet({files}) order by value, source;
create table known as
    select value, any_value(topic) as topic, any_value(address) as address,
        bit_or(1::usmallint << source)::usmallint as sources
    from read_parquet({files}) group by value order by value;
create table addresses as
    select address, value from known where address is not null order by address;
create table together as
    select record, value, topic from read_parquet({files}) where many order by record;
create index together_record on together (record);
create index together_value on together (value);
checkpoint;
"""


class Duck(Stepping):
    """Sorted tables with zone maps; an index where few rows of a small table are wanted."""

    version = f"DuckDB {duckdb.__version__}"
    how = (
        "one file in the process, loaded from Parquet in bulk and sorted by value, "
        "prepared statements, Arrow in and out"
    )

    def __init__(self, directory):
        """Open a file."""
        self._directory = directory
        self._open()

    def _open(self):
        self._db = duckdb.connect(str(self._directory / "peer.duckdb"))
        self._db.execute("set preserve_insertion_order = true")

    def load(self, files):
        """Load in bulk."""
        names = "[" + ", ".join(f"'{file}'" for file in files) + "]"
        self._db.execute(_TABLES.format(files=names))

    def card(self, topic, value):  # noqa: ARG002 - a value is of one topic here
        """Sum up a value's rows."""
        rows = self._db.execute(
            "select source, count(*), min(moment), max(moment) from mention "
            "where value = ? group by source",
            [value],
        ).fetchall()
        return {source: told for source, *told in rows}

    def matches(self, asked):
        """Join with an Arrow table."""
        wanted = pa.table({"value": [value for _, value in asked]})
        self._db.register("wanted", wanted)
        found = self._db.execute("select value from wanted semi join known using (value)")
        return found.to_arrow_table()["value"].to_pylist()

    def matrix(self):
        """Count the values of each set of sources."""
        return matrix_of(
            self._db.execute("select sources, count(*) from known group by sources").fetchall()
        )

    def _step(self, values):
        return self._db.execute(
            "select distinct value, topic from together where record in "
            "(select record from together where value in (select unnest(?)))",
            [values],
        ).fetchall()

    def network(self, network):
        """Take a range of the addresses in order."""
        _, low, high = network
        rows = self._db.execute(
            "select value from addresses where address between ? and ? order by address",
            [low, high],
        ).fetchall()
        return counted(rows)

    def close(self):
        """Close the file."""
        self._db.close()


PEER = Duck
