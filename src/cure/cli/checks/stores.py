"""Checks of the files beside the log: accounts, audit, watches, deliveries, collections."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from cure.access.audit import Audit
from cure.backups.contents import ACCESS, AUDIT, AUDIT_KEY, LAYOUTS
from cure.cli.accounts import counted
from cure.cli.checks.check import Check
from cure.errors import ConfigError, LogError
from cure.kept_file import format_in
from cure.subscribers.deliveries import store as deliveries
from cure.subscribers.deliveries.store import DeliveryStore

_NAMES = {ACCESS: "accounts", AUDIT: "audit log", "origins.sqlite": "bookmarks"}
_RESTORE = "bring back the last backup: cure restore"
_LONG = timedelta(days=1)


def stores(directory: Path, now: datetime) -> Iterator[Check]:
    """Look at every file beside the log that there is."""
    for name in (*LAYOUTS, "origins.sqlite"):
        if (directory / name).exists():
            found, is_ours = _file(directory / name)
            yield (_inside(directory, name, now) if is_ours else None) or found


def has_accounts(directory: Path) -> bool:
    """Tell whether there is an organisation, so that whoever asks needs credentials."""
    path = directory / ACCESS
    try:
        with _reading(path) as opened:
            return bool(opened.execute("SELECT 1 FROM organisation LIMIT 1").fetchone())
    except (sqlite3.Error, ValueError):
        return False


def _called(path: Path) -> str:
    return _NAMES.get(path.name, path.stem)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        yield opened


def _file(path: Path) -> tuple[Check, bool]:
    """Have the engine look through a file; tell also whether it is sound and of our format."""
    name = _called(path)
    try:
        with _reading(path) as opened:
            [wrong] = opened.execute("PRAGMA quick_check(1)").fetchone()
            layout = format_in(opened)
    except (sqlite3.Error, ValueError) as error:
        return Check(name, "fail", f"{path}: {error}", _RESTORE), False
    if wrong != "ok":
        return Check(name, "fail", f"{path}: {wrong}", _RESTORE), False
    known = LAYOUTS[path.name].format if path.name in LAYOUTS else layout
    if layout is not None and known is not None and layout > known:
        says = f"{path.name} has format {layout}; this version of cure reads up to {known}"
        todo = "use the version of cure that wrote it, or a newer one"
        return Check(name, "fail", says, todo), False
    return Check(name, "ok", f"{path.name} is sound"), layout == known


def _inside(directory: Path, name: str, now: datetime) -> Check | None:
    """Look at what a sound file says; None: nothing more is to be looked at."""
    try:
        if name == AUDIT:
            return _audit(directory)
        if name == deliveries.NAME:
            return _deliveries(directory, now)
    except (ConfigError, LogError) as error:
        return Check(_called(Path(name)), "fail", str(error), _RESTORE)
    return None


def _audit(directory: Path) -> Check:
    """Check every entry of the audit log; it is opened only where its key is."""
    if not (directory / AUDIT_KEY).exists():
        says = f"{AUDIT_KEY} is missing: nothing tells whether the audit log was changed"
        return Check("audit log", "fail", says, _RESTORE)
    with Audit(directory) as audit:
        found = audit.verify()
    if found.wrong:
        todo = "somebody changed it, or the disk did: compare with a head kept elsewhere"
        return Check("audit log", "fail", found.wrong, f"{todo}: cure audit verify --head FILE")
    return Check("audit log", "ok", f"{found.entries:,} entries; it is whole")


def _deliveries(directory: Path, now: datetime) -> Check:
    with DeliveryStore(directory) as store:
        every = store.all()
        stuck = [
            f"{one.id} to {one.address}: {progress.why}"
            for one in every
            if (progress := store.progress(one.id)) is not None
            and (
                progress.is_stopped
                or (progress.failing_since is not None and now - progress.failing_since > _LONG)
            )
        ]
        owners = {one.organisation for one in every}
        dead = sum(state.dead for owner in owners for state in store.of(owner))
    if stuck:
        says = f"{len(stuck)} of {len(every)} stuck, such as {stuck[0]}"
        return Check("deliveries", "warn", says, "mend it, then: cure deliver redrive ID")
    if dead:
        says = counted(dead, "dead letter")
        return Check("deliveries", "warn", says, "cure deliver list; cure deliver redrive ID")
    return Check("deliveries", "ok", f"{len(every)} in all; none is stuck")
