"""PostgreSQL: a server of its own on a socket in a temporary directory, loaded by COPY."""

import io
import os
import pwd
import shutil
import signal
import subprocess
from itertools import chain
from pathlib import Path
from time import sleep

import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from peers.peer import Stepping, counted, matrix_of, size_of

_PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "4GB",
    "effective_cache_size": "12GB",
    "maintenance_work_mem": "1GB",
    "work_mem": "256MB",
    "max_wal_size": "8GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "archive_mode": "off",
    "random_page_cost": "1.1",
    "autovacuum": "off",
}
_TABLES = (
    "create table mention (record bigint, source smallint, moment bigint, topic smallint, "
    'value text collate "C", address bigint, many boolean)'
)
_AFTER = """
create index on mention (value, source) include (moment);
create table known as
    select value, max(address) as address, bit_or(1 << source) as sources from mention group by 1;
alter table known add primary key (value);
create index on known (address) include (value) where address is not null;
create table together as select record, value, topic from mention where many;
create index on together (value) include (record);
create index on together (record) include (value, topic);
"""


class Postgres(Stepping):
    """Indexes that hold all that is asked of them, made after COPY, as its manual advises."""

    how = (
        "a server on a socket; COPY into a table made in the same transaction, indexes "
        "afterwards, vacuum analyze, prepared statements, arrays for lists; settings as its "
        "manual advises for bulk loads (4 GB of shared buffers)"
    )
    version = subprocess.run(
        [_PROGRAMS / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()

    def __init__(self, directory):
        """Make a cluster and start it."""
        self._directory, self._data = directory, directory / "data"
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:  # it refuses to run as root
            shutil.chown(directory, self._user)
        name = self._user or pwd.getpwuid(os.geteuid()).pw_name
        self._where = f"host={directory} dbname=postgres user={name}"
        self._run("initdb", "--locale=C", "--encoding=UTF8", "--auth=trust", "-D", self._data)
        self._open()

    def _run(self, program, *arguments):
        command = [_PROGRAMS / program, *arguments]
        subprocess.run(
            command, check=True, user=self._user, cwd=self._directory, stdout=subprocess.DEVNULL
        )

    def _open(self):
        settings = chain.from_iterable(("-c", f"{k}={v}") for k, v in _SETTINGS.items())
        command = [_PROGRAMS / "postgres", "-D", self._data, "-k", self._directory, *settings]
        with (self._directory / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                command, user=self._user, cwd=self._directory, stdout=log, stderr=log
            )
        for _ in range(3000):
            try:
                self._db = psycopg.connect(self._where, autocommit=True)
            except psycopg.OperationalError:
                if self._server.poll() is not None:
                    raise
                sleep(0.01)
            else:
                break
        self._db.prepare_threshold = 0
        self._ask = self._db.execute

    def load(self, files):
        """Copy all, then make the indexes."""
        with self._db.transaction():
            self._ask(_TABLES)
            with self._db.cursor().copy("copy mention from stdin (format csv)") as copy:
                for file in files:
                    for batch in pq.ParquetFile(file).iter_batches(100_000):
                        copy.write(_csv(batch))
            for statement in _AFTER.split(";")[:-1]:
                self._ask(statement)
        self._ask("vacuum analyze")

    def card(self, topic, value):  # noqa: ARG002 - a value is of one topic here
        """Sum up a value's rows."""
        rows = self._ask(
            "select source, count(*), min(moment), max(moment) from mention "
            "where value = %s group by source",
            (value,),
        )
        return {source: told for source, *told in rows}

    def matches(self, asked):
        """Join with an array."""
        rows = self._db.cursor(binary=True).execute(
            "select value from unnest(%b::text[]) as wanted (value) join known using (value)",
            ([value for _, value in asked],),
        )
        return list(chain.from_iterable(rows))

    def matrix(self):
        """Count the values of each set of sources."""
        return matrix_of(self._ask("select sources, count(*) from known group by sources"))

    def _step(self, values):
        return self._ask(
            "select distinct b.value, b.topic from together a join together b using (record) "
            "where a.value = any(%s)",
            (values,),
        ).fetchall()

    def network(self, network):
        """Take a range of the index of addresses."""
        _, low, high = network
        rows = self._ask(
            "select value from known where address between %s and %s order by address", (low, high)
        ).fetchall()
        return counted(rows)

    def disk(self):
        """Count the files of the database, the log of writes aside."""
        self._ask("checkpoint")
        return size_of(self._data / "base")

    def close(self):
        """Stop the server."""
        self._db.close()
        self._server.send_signal(signal.SIGINT)
        self._server.wait()


PEER = Postgres


def _csv(batch):
    out = io.BytesIO()
    pa.csv.write_csv(batch, out, pa.csv.WriteOptions(include_header=False))
    return out.getbuffer()
