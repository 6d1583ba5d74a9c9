"""The file of watches, hits and alerts, `watches.sqlite`; several processes may change it."""

from pathlib import Path

from cure.kept_file import KeptFile, Layout

NAME = "watches.sqlite"
LAYOUT = Layout(
    format=1,
    schema="""
CREATE TABLE IF NOT EXISTS watch (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    body BLOB NOT NULL,
    revision INTEGER NOT NULL,
    compared INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS matched (
    organisation TEXT PRIMARY KEY, upto INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
    watch TEXT NOT NULL,
    topic TEXT NOT NULL,
    fit TEXT NOT NULL,
    pattern TEXT NOT NULL,
    PRIMARY KEY (watch, topic, fit, pattern)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hit (
    organisation TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    watch TEXT NOT NULL,
    entry TEXT NOT NULL,
    topic TEXT NOT NULL,
    value TEXT NOT NULL,
    after INTEGER NOT NULL,
    upto INTEGER NOT NULL,
    sources TEXT NOT NULL,
    at REAL NOT NULL,
    retro INTEGER NOT NULL,
    state TEXT NOT NULL,
    acknowledged_by TEXT NOT NULL,
    acknowledged_at REAL,
    PRIMARY KEY (organisation, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alert_mark (
    organisation TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL,
    by TEXT NOT NULL,
    at REAL NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (organisation, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alert_news (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation TEXT NOT NULL,
    topic TEXT NOT NULL,
    value TEXT NOT NULL,
    after INTEGER NOT NULL,
    at REAL NOT NULL,
    UNIQUE (organisation, topic, value, after)
);
CREATE TABLE IF NOT EXISTS alert_matched (
    organisation TEXT PRIMARY KEY, upto INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hit_of_value ON hit (watch, value, topic, position);
""",
)


class WatchFile(KeptFile):
    """The open file."""

    def __init__(self, directory: Path) -> None:
        """Open the file, or make it.

        Raises:
            LogError: If it cannot be opened, or is of a newer format.
        """
        super().__init__(directory / NAME, LAYOUT)
