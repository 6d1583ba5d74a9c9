"""What is wrong with the files of a data directory, or of a backup: the engine, the audit chain."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cure.access.audit import check_chain
from cure.access.secret_file import kept_secret
from cure.backups.contents import AUDIT, AUDIT_KEY, LOG, STORES
from cure.errors import ConfigError, LogError
from cure.log.checking import Checked
from cure.log.offsets import place_of_page
from cure.log.sqlite import SqliteLog

_TOLD = 10
"""So many damages of a store are told."""


def damages_in(directory: Path, checked: Checked) -> list[str]:
    """Return what is wrong with a data directory or a backup, a sentence each; empty: nothing.

    Args:
        directory: Either.
        checked: Told how far the check of the log is.

    Cost: 2 s for a million records.
    """
    return damages_beside_log(directory) + damages_of_log(directory, checked)


def damages_beside_log(directory: Path) -> list[str]:
    """Return what is wrong with the other stores, a sentence each, with the place."""
    there = (directory / name for name in STORES if name != LOG)
    return [said for path in there if path.exists() for said in _of_store(path)]


def damages_of_log(directory: Path, checked: Checked) -> list[str]:
    """Return what is wrong with the log, a sentence each, with the place."""
    try:
        with closing(SqliteLog(directory / LOG, write=False)) as log:
            return log.check(checked)
    except LogError as error:
        return [str(error)]


def _of_store(path: Path) -> Iterator[str]:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only = ON")
            for (said,) in connection.execute(f"PRAGMA integrity_check({_TOLD})"):
                if said != "ok":
                    yield _damage(path, said)
            if path.name == AUDIT:
                yield from _broken_chain(path, connection)
    except sqlite3.Error as error:
        yield _damage(path, str(error))


def _damage(path: Path, said: str) -> str:
    return f"{path} is damaged{place_of_page(path, said)}: {' '.join(said.split())}"


def _broken_chain(path: Path, connection: sqlite3.Connection) -> Iterator[str]:
    secret = path.with_name(AUDIT_KEY)
    if not secret.exists():
        yield f"{secret} is missing: the audit log cannot be checked"
        return
    try:
        key = Ed25519PrivateKey.from_private_bytes(kept_secret(secret)).public_key()
    except ConfigError as error:
        yield str(error)
        return
    connection.execute("BEGIN")  # entries and their head as of one moment
    if wrong := check_chain(connection, key).wrong:
        yield f"{path}: {wrong}"
