"""Logs as older versions of cure left them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from zlib import crc32

_TO_3 = """
DROP TABLE retention;
DELETE FROM meta WHERE name = 'checksum';
UPDATE meta SET value = '3' WHERE name = 'format';
UPDATE record SET crc = crc32(body);
ALTER TABLE source DROP COLUMN crc;
ALTER TABLE label DROP COLUMN crc;
ALTER TABLE relabelling DROP COLUMN crc;
ALTER TABLE arrival DROP COLUMN last;
ALTER TABLE arrival DROP COLUMN crc;
ALTER TABLE quarantine DROP COLUMN crc;
"""
_TO_2 = "DROP TABLE arrival; UPDATE meta SET value = '2' WHERE name = 'format';"
_TO_1 = "DROP TABLE relabelling; UPDATE meta SET value = '1' WHERE name = 'format';"


def bring_down(path: Path, layout: int) -> None:
    """Rewrite a log that nobody has open into an older format."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.create_function("crc32", 1, crc32, deterministic=True)
        for step in (_TO_3, _TO_2, _TO_1)[: 4 - layout]:
            connection.executescript(step)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
