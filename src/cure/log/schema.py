"""The layout of the log's SQLite file.

The last column of each table, `crc`, is the checksum of what the row means (`checksums`); a
record's, of what its source and its label are called, too. Where names are kept, it is of the name.
"""

FORMAT = 4
"""Version of the file's layout; a newer one is refused, an older one brought up to it."""

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, crc INTEGER);
CREATE TABLE label (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE, crc INTEGER);
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
    new TEXT NOT NULL,
    crc INTEGER
);
CREATE TABLE arrival (first INTEGER PRIMARY KEY, at INTEGER NOT NULL, last INTEGER, crc INTEGER);
CREATE INDEX arrival_at ON arrival (at);
CREATE TABLE retention (
    source TEXT NOT NULL,
    cards TEXT NOT NULL,
    upto INTEGER NOT NULL,
    rewritten INTEGER NOT NULL,
    crc INTEGER,
    PRIMARY KEY (source, cards)
) WITHOUT ROWID;
CREATE TABLE quarantine (
    digest BLOB PRIMARY KEY,
    at TEXT NOT NULL,
    source TEXT NOT NULL,
    input TEXT NOT NULL,
    number INTEGER NOT NULL,
    why TEXT NOT NULL,
    raw BLOB NOT NULL,
    crc INTEGER
) WITHOUT ROWID;
"""

INDEX = "CREATE INDEX IF NOT EXISTS quarantine_of_source ON quarantine (source, at, why)"
"""Spares work, and is no part of the layout: made where it is missing."""

MIGRATIONS = {
    1: """
CREATE TABLE relabelling (
    id INTEGER PRIMARY KEY,
    after INTEGER NOT NULL,
    source TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL
);
""",
    2: """
CREATE TABLE arrival (first INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE INDEX arrival_at ON arrival (at);
INSERT INTO arrival SELECT 1, CAST(strftime('%s', 'now') AS INTEGER) * 1000000
    WHERE EXISTS (SELECT 1 FROM record);
""",
    3: """
CREATE TABLE retention (
    source TEXT NOT NULL,
    cards TEXT NOT NULL,
    upto INTEGER NOT NULL,
    rewritten INTEGER NOT NULL,
    crc INTEGER,
    PRIMARY KEY (source, cards)
) WITHOUT ROWID;
ALTER TABLE source ADD COLUMN crc INTEGER;
UPDATE source SET crc = checksum(name);
ALTER TABLE label ADD COLUMN crc INTEGER;
UPDATE label SET crc = checksum(body);
ALTER TABLE relabelling ADD COLUMN crc INTEGER;
UPDATE relabelling SET crc = checksum(id, after, source, old, new);
ALTER TABLE arrival ADD COLUMN last INTEGER;
ALTER TABLE arrival ADD COLUMN crc INTEGER;
UPDATE arrival SET last = ifnull(
    (SELECT later.first - 1 FROM arrival AS later WHERE later.first > arrival.first
        ORDER BY later.first LIMIT 1),
    (SELECT max(seq) FROM record)
);
UPDATE arrival SET crc = checksum(first, at, last);
ALTER TABLE quarantine ADD COLUMN crc INTEGER;
UPDATE quarantine SET crc = checksum(digest, at, source, input, number, why, raw);
UPDATE record SET crc = checksum(
    seq,
    digest,
    (SELECT name FROM source WHERE id = record.source),
    (SELECT body FROM label WHERE id = record.label),
    replaces,
    body
);
""",
}
"""For each older format what makes the next one of it; all of them within one transaction."""
