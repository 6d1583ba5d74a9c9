"""Objects of others, as they were sent: the file `taxii.sqlite` of a data directory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from cure.kept_file import KeptFile, Layout
from cure.subscribers.taxii.asked import Asked
from cure.subscribers.taxii.collections import Collection
from cure.subscribers.taxii.pages import Entry, Page, Place

NAME = "taxii.sqlite"
LAYOUT = Layout(
    format=1,
    schema="""
CREATE TABLE IF NOT EXISTS root (name TEXT PRIMARY KEY, title TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS collection (
    id TEXT NOT NULL, root TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (root, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS object (
    number INTEGER PRIMARY KEY,
    root TEXT NOT NULL,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    spec TEXT NOT NULL,
    version TEXT NOT NULL,
    version_us INTEGER NOT NULL,
    date_us INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (root, collection, id, spec, version_us)
);
CREATE INDEX IF NOT EXISTS object_date ON object (root, collection, date_us, number);
CREATE TABLE IF NOT EXISTS status (
    id TEXT NOT NULL, root TEXT NOT NULL, at_us INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (root, id)
) WITHOUT ROWID;
""",
)
_HERE = "o.root = :root AND o.collection = :collection"
_LATEST_SPEC = (
    "o.spec = (SELECT max(p.spec) FROM object p"
    " WHERE p.root = o.root AND p.collection = o.collection AND p.id = o.id)"
)
_decode_collection = msgspec.json.Decoder(Collection).decode


class Kept(NamedTuple):
    """An object to be kept.

    Attributes:
        id: Its identifier.
        kind: Its type.
        spec_version: The version of STIX that it is in.
        version: Its version, as it was written; empty: it has none.
        version_us: The same in microseconds since 1970; 0: it has none.
        body: The object, as it was sent.
    """

    id: str
    kind: str
    spec_version: str
    version: str
    version_us: int
    body: bytes


class Store(KeptFile):
    """The collections that others write into, their objects, and what became of each request."""

    def __init__(self, directory: Path) -> None:
        """Open the file, or make it.

        Raises:
            LogError: If it cannot be opened, or is of a newer format.
        """
        super().__init__(directory / NAME, LAYOUT)

    def title(self, root: str) -> str:
        """Return what a root is called; empty: it has no name of its own."""
        rows = self.rows("SELECT title FROM root WHERE name = ?", root)
        return rows[0][0] if rows else ""

    def collections(self, root: str) -> list[Collection]:
        """Return the collections under a root, in order of their identifiers."""
        rows = self.rows("SELECT body FROM collection WHERE root = ? ORDER BY id", root)
        return [_decode_collection(body) for (body,) in rows]

    def add_collection(self, root: str, collection: Collection) -> None:
        """Make a collection; one that is there is left as it is."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO collection VALUES (?, ?, ?)",
                (collection.id, root, msgspec.json.encode(collection)),
            )

    def add(self, root: str, collection: str, objects: Sequence[Kept], now_us: int) -> None:
        """Keep objects durably; one that is there in this version is left as it is.

        Each is dated later than all that the collection has, whatever the clock does.
        """
        with self.transaction() as connection:
            [last_us] = connection.execute(
                "SELECT coalesce(max(date_us), 0) FROM object WHERE root = ? AND collection = ?",
                (root, collection),
            ).fetchone()
            first_us = max(now_us, last_us + 1)
            connection.executemany(
                "INSERT OR IGNORE INTO object"
                " (root, collection, id, kind, spec, version, version_us, date_us, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (root, collection, *one[:5], first_us + number, one.body)
                    for number, one in enumerate(objects)
                ],
            )

    def remove(self, root: str, collection: str, identifier: str, asked: Asked) -> bool:
        """Remove an object, or those of its versions that are asked for.

        Returns:
            Whether there was any.
        """
        every = msgspec.structs.replace(
            asked,
            id=(identifier,),
            version=asked.version or ("all",),
            spec_version=asked.spec_version or ("2.0", "2.1"),
        )
        conditions, values = _conditions(every, root, collection)
        with self.transaction() as connection:
            gone = connection.execute(
                "DELETE FROM object WHERE number IN"  # noqa: S608 - no words of others
                f" (SELECT o.number FROM object o WHERE {conditions})",
                values,
            )
            return gone.rowcount > 0

    def has(self, root: str, collection: str, identifier: str) -> bool:
        """Tell whether there is an object in any version."""
        query = "SELECT 1 FROM object WHERE root = ? AND collection = ? AND id = ? LIMIT 1"
        return bool(self.rows(query, root, collection, identifier))

    def page(self, root: str, collection: str, asked: Asked, place: Place, limit: int) -> Page:
        """Return the objects behind a place: a date, and the number of the last one seen."""
        conditions, values = _conditions(asked, root, collection)
        values |= {"date": place[0], "number": place[1], "limit": limit + 1}
        rows = self.rows(
            "SELECT o.date_us, o.number, o.id, o.version, o.spec, o.body FROM object o"  # noqa: S608 - likewise
            f" WHERE {conditions} AND (o.date_us, o.number) > (:date, :number)"
            " ORDER BY o.date_us, o.number LIMIT :limit",
            **values,
        )
        entries = [
            Entry(date_us, one, version, spec, msgspec.Raw(body))
            for date_us, _, one, version, spec, body in rows[:limit]
        ]
        return Page(entries, rows[limit - 1][:2] if len(rows) > limit else None)

    def add_status(self, root: str, identifier: str, body: bytes, now_us: int) -> None:
        """Keep what became of a request; what is older than a week is forgotten."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM status WHERE at_us < ?", (now_us - _WEEK_US,))
            connection.execute(
                "INSERT INTO status VALUES (?, ?, ?, ?)", (identifier, root, now_us, body)
            )

    def status(self, root: str, identifier: str) -> bytes | None:
        """Return what became of a request; None: there was none."""
        rows = self.rows("SELECT body FROM status WHERE root = ? AND id = ?", root, identifier)
        return rows[0][0] if rows else None


_WEEK_US = 7 * 86_400_000_000


def _conditions(asked: Asked, root: str, collection: str) -> tuple[str, dict[str, Any]]:
    """Return the condition of a filter in SQL, with its values.

    Of each object the latest version in the latest version of STIX, if nothing else is asked
    for (section 3.4.1).
    """
    values: dict[str, Any] = {"root": root, "collection": collection}
    conditions = [_HERE]

    def among(name: str, some: Sequence[Any], of: str = "o") -> str:
        keys = [f"{name}{number}" for number in range(len(some))]
        values.update(zip(keys, some, strict=True))
        return f"{of}.{name} IN ({', '.join(f':{key}' for key in keys)})"

    if asked.id:
        conditions.append(among("id", asked.id))
    if asked.kind:
        conditions.append(among("kind", asked.kind))
    conditions.append(among("spec", asked.spec_version) if asked.spec_version else _LATEST_SPEC)
    versions = asked.version or ("last",)
    if "all" not in versions:
        same = "p.root = o.root AND p.collection = o.collection AND p.id = o.id"
        spec = among("spec", asked.spec_version, "p") if asked.spec_version else "p.spec = o.spec"
        ends = {"first": "min", "last": "max"}
        either = [
            f"o.version_us = (SELECT {ends[one]}(p.version_us) FROM object p"  # noqa: S608 - likewise
            f" WHERE {same} AND {spec})"
            for one in versions
            if isinstance(one, str)
        ]
        if at := [one for one in versions if isinstance(one, int)]:
            either.append(among("version_us", at))
        conditions.append(f"({' OR '.join(either)})")
    return " AND ".join(conditions), values
