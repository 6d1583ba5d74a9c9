"""What the handlers of TAXII share: the store, the tokens, and whose collections there are."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import NamedTuple

import msgspec
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException

from cure.access.principal import Scope
from cure.model import Purpose
from cure.subscribers.stix.ids import collection_id
from cure.subscribers.taxii.collections import STIX_2_1, Collection, found, listed
from cure.subscribers.taxii.contents import Contents, Foreign, secret_of
from cure.subscribers.taxii.derived import Derived
from cure.subscribers.taxii.store import Store
from cure.subscribers.taxii.tokens import Tokens
from cure.web.asker import Asker
from cure.web.serving import Serving
from cure.web.taxii.answers import not_found

PARTNER = "partner"
"""What a partner sends is said by the source ``partner@ORGANISATION``."""
_INBOX = "inbox"


class Opened(NamedTuple):
    """A collection, for somebody.

    Attributes:
        root: The organisation whose it is.
        collection: How it is told to him.
        contents: What is in it.
    """

    root: str
    collection: Collection
    contents: Contents

    def check_read(self) -> None:
        """Make sure that he may read it.

        Raises:
            HTTPException: 404 if not: whoever may not read is told nothing more.
        """
        if not self.collection.can_read:
            raise not_found("collection")

    def check_write(self) -> None:
        """Make sure that he may add to it.

        Raises:
            HTTPException: 403 if not, of a collection that he may read; else 404.
        """
        if not self.collection.can_write:
            self.check_read()
            raise HTTPException(
                status_code=HTTPStatus.FORBIDDEN, detail="this collection is not written to"
            )


class Taxii:
    """The TAXII side of a server.

    Attributes:
        serving: What it serves.
        store: What others have sent.
        tokens: Where drains go on.
    """

    def __init__(self, serving: Serving) -> None:
        """Open the store of a server.

        Raises:
            LogError: If it cannot be opened.
            ConfigError: If others may read the secret.
        """
        self.serving = serving
        self.store = Store(serving.installation.directory)
        self._secret = secret_of(serving.installation.directory)
        self.tokens = Tokens(self._secret)

    def collections(self, asker: Asker, root: str) -> Iterator[Collection]:
        """Yield the collections that somebody is told of.

        Raises:
            HTTPException: 404 if the root is none of his.
        """
        yield from self._foreign(asker, root)
        if _reads(asker):
            for one in listed(asker.view(Purpose.EXPORT), root):
                yield one.collection

    def opened(self, asker: Asker, root: str, name: str) -> Opened:
        """Return a collection by its identifier or its alias.

        Raises:
            HTTPException: 404 if there is none that he may know of.
        """
        for one in self._foreign(asker, root):
            if name in {one.id, one.alias}:
                return Opened(root, one, Foreign(self.store, root, one.id))
        if _reads(asker):
            view = asker.view(Purpose.EXPORT)
            reading = found(view, root, name)
            if reading is not None:
                log, audience = self.serving.installation.log, asker.audience(Purpose.EXPORT)
                contents = Derived(view, log, audience, reading.followed, self._secret)
                return Opened(root, reading.collection, contents)
        raise not_found("collection")

    def _foreign(self, asker: Asker, root: str) -> list[Collection]:
        """Return the collections of others' objects, with what somebody may do with them."""
        check_root(asker, root)
        writes, reads = _writes(asker), _reads(asker)
        kept = self.store.collections(root)
        if not kept and writes:
            kept = [_inbox(root)]
            self.store.add_collection(root, kept[0])
        return [
            msgspec.structs.replace(
                one, can_read=one.can_read and reads, can_write=one.can_write and writes
            )
            for one in kept
        ]


TaxiiHere = NamedDependency[Taxii]
"""A handler's parameter `taxii` of this type is given that of its server."""


def source_of(asker: Asker) -> str:
    """Return as which source somebody sends."""
    return f"{PARTNER}@{asker.owner}"


def check_root(asker: Asker, root: str) -> None:
    """Make sure that a root is that of somebody's organisation.

    Raises:
        HTTPException: 404 if not.
    """
    if root != asker.owner:
        raise not_found("API root")


def _reads(asker: Asker) -> bool:
    return Scope.READ in asker.principal.scopes


def _writes(asker: Asker) -> bool:
    accounts, source = asker.accounts, source_of(asker)
    return accounts is None or (
        accounts.may_publish(asker.principal, source) and asker.serving.is_own(source, asker.owner)
    )


def _inbox(root: str) -> Collection:
    return Collection(
        collection_id(root, _INBOX),
        "What you send",
        can_read=True,
        can_write=True,
        description=f"Objects that are added here are kept as sent, and read as {PARTNER}@{root}.",
        alias=_INBOX,
        media_types=(STIX_2_1,),
    )
