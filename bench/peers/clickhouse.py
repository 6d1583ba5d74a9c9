"""chDB: ClickHouse's engine in the process; MergeTree tables sorted by what they are asked for."""

import chdb
import pyarrow as pa
from chdb import session

from peers.peer import Stepping, counted, matrix_of

_TABLES = """
create table mention (value String, source UInt8, moment UInt32, record UInt32)
    engine = MergeTree order by (value, source) settings index_granularity = 1024;
create table known (value String, address Nullable(UInt32), sources UInt16)
    engine = MergeTree order by value settings index_granularity = 1024;
create table addresses (address UInt32, value String)
    engine = MergeTree order by address settings index_granularity = 1024;
create table by_value (value String, record UInt32)
    engine = MergeTree order by value settings index_granularity = 1024;
create table by_record (record UInt32, value String, topic UInt8)
    engine = MergeTree order by record settings index_granularity = 1024;
"""
_FILL = """
set use_structure_from_insertion_table_in_table_functions = 0;
insert into mention select value, source, moment, record from file('{files}', Parquet);
insert into known select value, any(address), groupBitOr(bitShiftLeft(toUInt16(1), source))
    from file('{files}', Parquet) group by value;
insert into addresses select assumeNotNull(address), value from known where address is not null;
insert into by_value select value, record from file('{files}', Parquet) where many;
insert into by_record select record, value, topic from file('{files}', Parquet) where many;
optimize table mention final;
optimize table known final;
optimize table addresses final;
optimize table by_value final;
optimize table by_record final;
"""


def _version():
    engine = chdb.query("select version()", "TabSeparated").bytes().decode().strip()
    return f"chDB {chdb.__version__}, ClickHouse {engine}"


class ClickHouse(Stepping):
    """A table for each order in which rows are asked for, merged once after the load."""

    version = _version()
    how = (
        "engine in the process, MergeTree tables sorted by what is asked for (index granularity "
        "1,024), inserted from Parquet in bulk and merged; parameters and Arrow tables for lists"
    )

    def __init__(self, directory):
        """Open a session."""
        self._directory = directory
        self._open()
        for statement in _TABLES.split(";")[:-1]:
            self._db.query(statement)

    def _open(self):
        self._db = session.Session(str(self._directory / "data"))

    def load(self, files):
        """Insert from the files."""
        names = str(files[0].parent / "*.parquet")
        for statement in _FILL.format(files=names).split(";")[:-1]:
            self._db.query(statement)

    def _ask(self, query, parameters=None):
        """Return the columns of an answer."""
        told = self._db.query(query, "Arrow", params=parameters or {}).bytes()
        if not told:
            return []
        table = pa.ipc.open_file(pa.py_buffer(told)).read_all()
        return [column.to_pylist() for column in table.columns]

    def _rows(self, query, parameters=None):
        return list(zip(*self._ask(query, parameters), strict=True))

    def card(self, topic, value):  # noqa: ARG002 - a value is of one topic here
        """Sum up a value's rows."""
        rows = self._rows(
            "select source, count(), min(moment), max(moment) from mention "
            "where value = {value:String} group by source",
            {"value": value},
        )
        return {source: told for source, *told in rows}

    def matches(self, asked):
        """Look for the values of an Arrow table."""
        wanted = pa.table({"value": [value for _, value in asked]})  # noqa: F841 - named in the query
        told = self._db.query(
            "select value from known where value in (select value from Python(wanted))", "Arrow"
        )
        return pa.ipc.open_file(pa.py_buffer(told.bytes())).read_all()["value"].to_pylist()

    def matrix(self):
        """Count the values of each set of sources."""
        return matrix_of(self._rows("select sources, count() from known group by sources"))

    def _step(self, values):
        return self._rows(
            "select distinct value, topic from by_record where record in "
            "(select record from by_value where value in {values:Array(String)})",
            {"values": str(values)},
        )

    def network(self, network):
        """Take a range of the addresses in order."""
        _, low, high = network
        rows = self._rows(
            "select value from addresses where address between {low:UInt32} and {high:UInt32} "
            "order by address",
            {"low": low, "high": high},
        )
        return counted(rows)

    def close(self):
        """Close the session."""
        self._db.close()


PEER = ClickHouse
