"""What a data directory holds: what of it a backup has, and what it has not.

Stores are SQLite files that may change at any moment; `STORES` names them in the order in which
their moments are fixed. Every other file is small and written whole: keys, groups, settings.
"""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from cure.access import audit
from cure.access import store as access
from cure.kept_file import Layout
from cure.log.schema import FORMAT
from cure.subscribers.deliveries import store as deliveries
from cure.subscribers.taxii import store as taxii
from cure.subscribers.watches import file as watches

LOG = "log.sqlite"
LAYOUTS: dict[str, Layout] = {
    deliveries.NAME: deliveries.LAYOUT,
    watches.NAME: watches.LAYOUT,
    taxii.NAME: taxii.LAYOUT,
    access.NAME: access.LAYOUT,
    audit.NAME: audit.LAYOUT,
}
STORES = (*LAYOUTS, "origins.sqlite", LOG)
"""Deliveries hold places among hits; hits, ratings and bookmarks hold places in the log. So the
log comes last: nothing in a backup knows of a record that is not in it."""
FORMATS = {name: layout.format for name, layout in LAYOUTS.items()} | {LOG: FORMAT}
"""The newest format of each store that this version reads."""
ACCESS, AUDIT, AUDIT_KEY = access.NAME, audit.NAME, "audit.key"

LEFT_OUT = {
    "hub.snapshot": "computed from the log",
    "log.digests": "computed from the log",
    "behaviour-*.snapshot": "computed from the log",
    "world/*": "the demo generates it again",
    "groups/*/*": "a run of groups at work",
    "lock": "says who writes now",
    "cluster": "what is restored stands alone until it joins one",
    "node": "says which node of a cluster it is",
    "damaged-*/*": "was set aside, and made anew",
    "cursor.key": "cursors that were handed out may be ahead of what is restored: "
    "a new key makes their holders begin anew, and miss nothing",
    "*.sqlite-wal": "in the copy of the store",
    "*.sqlite-shm": "in the copy of the store",
    ".*-litestream/*": "Litestream makes them again",
    "manifest.json": "the list of what a backup holds is called so",
    "*.new": "not written to its end",
    "unfinished/*": "not written to its end",
}
"""Paths that no backup has, and why."""


def small_files(directory: Path) -> Iterator[Path]:
    """Yield the paths, within a data directory, of what is copied besides the stores."""
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory)
        left_out = any(fnmatch(name.as_posix(), pattern) for pattern in LEFT_OUT)
        if path.is_file() and not left_out and name.as_posix() not in STORES:
            yield name
