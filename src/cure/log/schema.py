"""The layout of the log's SQLite file."""

FORMAT = 3
"""Version of the file's layout; a newer one is refused, an older one brought up to it."""

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE label (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);
CREATE TABLE record (
    seq INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,
    source INTEGER NOT NULL REFERENCES source,
    label INTEGER NOT NULL REFERENCES label,
    replaces INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE relabelling (
    id INTEGER PRIMARY KEY,
    after INTEGER NOT NULL,
    source TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL
);
CREATE TABLE arrival (first INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE INDEX arrival_at ON arrival (at);
CREATE TABLE quarantine (
    digest BLOB PRIMARY KEY,
    at TEXT NOT NULL,
    source TEXT NOT NULL,
    input TEXT NOT NULL,
    number INTEGER NOT NULL,
    why TEXT NOT NULL,
    raw BLOB NOT NULL
) WITHOUT ROWID;
"""

INDEX = "CREATE INDEX IF NOT EXISTS quarantine_of_source ON quarantine (source, at, why)"
"""Spares work, and is no part of the layout: made where it is missing."""

MIGRATIONS = {
    1: """
BEGIN;
CREATE TABLE relabelling (
    id INTEGER PRIMARY KEY,
    after INTEGER NOT NULL,
    source TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL
);
UPDATE meta SET value = '2' WHERE name = 'format';
COMMIT;
""",
    2: """
BEGIN;
CREATE TABLE arrival (first INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE INDEX arrival_at ON arrival (at);
INSERT INTO arrival SELECT 1, CAST(strftime('%s', 'now') AS INTEGER) * 1000000
    WHERE EXISTS (SELECT 1 FROM record);
UPDATE meta SET value = '3' WHERE name = 'format';
COMMIT;
""",
}
"""For each older format what makes the next one of it."""
