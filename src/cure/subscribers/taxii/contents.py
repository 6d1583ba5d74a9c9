"""What can be asked of a collection, whatever is in it."""

from pathlib import Path
from typing import Protocol

from cure.access.secret_file import kept_secret
from cure.subscribers.taxii.asked import Asked
from cure.subscribers.taxii.pages import Page, Place
from cure.subscribers.taxii.store import Store


def secret_of(directory: Path) -> bytes:
    """Return the secret of a data directory for what is told of it; made once.

    Raises:
        ConfigError: If others may read it.
    """
    return kept_secret(directory / "taxii.key")


START: Place = (0, 0)
"""The place before all objects."""
_LAST = 2**63 - 1


class Contents(Protocol):
    """The objects of a collection, in the order in which they were added."""

    def page(self, asked: Asked, place: Place, limit: int) -> Page:
        """Return the objects from a place on, so many at most."""
        ...

    def after(self, date_us: int) -> Place:
        """Return the place before the first object that was added later."""
        ...


class Foreign:
    """The `Contents` of a collection of others' objects."""

    def __init__(self, store: Store, root: str, collection: str) -> None:
        """Take the collection with this identifier."""
        self._store = store
        self._root = root
        self._collection = collection

    def page(self, asked: Asked, place: Place, limit: int) -> Page:
        """Return the objects from a place on, so many at most."""
        return self._store.page(self._root, self._collection, asked, place, limit)

    def after(self, date_us: int) -> Place:
        """Return the place before the first object that was added later."""
        return max(date_us, 0), _LAST
