"""The file of accounts, ratings and rules: every change together with its audit entry.

The entry is durable before the change is: a crash between the two leaves an entry of what did not
happen, never a change that nobody knows of.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic

from cure.access.audit import Audit
from cure.access.entries import entry_of
from cure.access.principal import Principal
from cure.errors import AccessError
from cure.kept_file import KeptFile, Layout

NAME = "access.sqlite"
LOOK_EVERY_S = 0.1
"""So often the engine is asked, for all answers that go on, whether rights were changed."""
_SCHEMA = """
INSERT OR IGNORE INTO meta VALUES ('policy', 0);
CREATE TABLE IF NOT EXISTS organisation (name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS user (
    name TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    body BLOB NOT NULL,
    password TEXT,
    totp BLOB,
    totp_step INTEGER NOT NULL DEFAULT 0,
    totp_confirmed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gone (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identity (
    iss TEXT NOT NULL, sub TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (iss, sub)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS api_key (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    user TEXT NOT NULL,
    digest BLOB NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    digest BLOB NOT NULL,
    strength TEXT NOT NULL,
    used_at REAL NOT NULL,
    expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS granted (
    organisation TEXT NOT NULL,
    verb TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (organisation, verb, source)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owner (
    source TEXT PRIMARY KEY, organisation TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (digest BLOB PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS guess (
    name TEXT PRIMARY KEY, count INTEGER NOT NULL, at REAL NOT NULL, locked_until REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rating (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    sheet BLOB NOT NULL,
    proposer TEXT NOT NULL,
    proposed_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS approval (
    id INTEGER PRIMARY KEY REFERENCES rating,
    version INTEGER NOT NULL,
    approver TEXT NOT NULL,
    approved_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS applied (id INTEGER PRIMARY KEY REFERENCES approval);
CREATE TABLE IF NOT EXISTS signer (
    user TEXT NOT NULL,
    public_key BLOB NOT NULL,
    organisation TEXT NOT NULL,
    PRIMARY KEY (user, public_key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rule (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    signer TEXT NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (name, version)
) WITHOUT ROWID;
"""
_APPEND_ONLY = ("rating", "approval", "rule")
_GUARD = """
CREATE TRIGGER IF NOT EXISTS {table}_is_never_{deed}d BEFORE {deed} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is kept for ever'); END;
"""
_GUARDS = (_GUARD.format(table=t, deed=d) for t in _APPEND_ONLY for d in ("update", "delete"))
LAYOUT = Layout(format=1, schema=_SCHEMA + "".join(_GUARDS))


class Store(KeptFile):
    """The file `access.sqlite` of a data directory; several processes may change it."""

    def __init__(self, directory: Path, audit: Audit) -> None:
        """Open the file, or make it.

        Raises:
            LogError: If it cannot be opened, or is of a newer format.
        """
        super().__init__(directory / NAME, LAYOUT)
        self.audit = audit
        self._data_version = -1
        self._policy_version = 0
        self._looked_s = 0.0

    @property
    def policy_version(self) -> int:
        """Grows with every change, also one by another process. Cost: about 2 µs."""
        with self.unless_changing() as is_free:
            if not is_free:
                return self.number("policy")
            self._looked_s = monotonic()
            version = self.rows("PRAGMA data_version")[0][0]
            if version != self._data_version:
                self._data_version = version
                self._policy_version = self.number("policy")
            return self._policy_version

    @property
    def recent_policy_version(self) -> int:
        """The policy version as it was LOOK_EVERY_S ago or later; for answers that go on."""
        if self._data_version >= 0 and monotonic() - self._looked_s < LOOK_EVERY_S:
            return self._policy_version
        return self.policy_version

    @property
    def seen_policy_version(self) -> int:
        """The policy version with all changes of this process, and others' up to the last look."""
        return self._policy_version if self._data_version >= 0 else self.policy_version

    @contextmanager
    def change(
        self, by: Principal, action: str, about: str, at: datetime
    ) -> Iterator[sqlite3.Connection]:
        """Change rights, with an audit entry; also one if the change is denied.

        Raises:
            LogError: If either cannot be kept; then nothing has changed.
        """
        try:
            with self.transaction() as connection:
                yield connection
                connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'policy'")
                version = self.number("policy")
                self._data_version = -1  # our own changes do not show in it
                self.audit.write(entry_of(by, at, action, about=about, policy=version))
        except AccessError:
            denied = entry_of(
                by, at, action, about=about, policy=self.policy_version, decision="denied"
            )
            self.audit.write(denied)
            raise
