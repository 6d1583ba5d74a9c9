"""The objects of a collection, page by page (TAXII 2.1, sections 5.3, 5.4, 5.6 and 5.8)."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from cure.errors import MalformedError
from cure.hub.batch import microseconds
from cure.model import Purpose
from cure.subscribers.taxii.asked import Asked, read_filters, read_moment
from cure.subscribers.taxii.contents import START
from cure.subscribers.taxii.pages import (
    DEFAULT_OBJECTS,
    MAX_OBJECTS,
    Page,
    dates,
    envelope,
    manifest,
    versions,
)
from cure.web.asker import AskerHere
from cure.web.taxii.answers import answer, check_accept, not_found
from cure.web.taxii.serving import Opened, TaxiiHere


class Drain:
    """One request for a page."""

    def __init__(
        self, request: Request[Any, Any, Any], asker: AskerHere, taxii: TaxiiHere, opened: Opened
    ) -> None:
        """Read what a request asks for of a collection.

        Raises:
            HTTPException: If it may not be read.
            MalformedError: If something of it cannot be read.
        """
        opened.check_read()
        self._asker = asker
        self._taxii = taxii
        self._opened = opened
        self._path = request.url.path.rstrip("/")
        query = request.query_params
        self._asked = read_filters(query.multi_items())
        self._limit = _limit(query.get("limit"))
        self._next = query.get("next")
        added_after = query.get("added_after")
        self._after_us = None if added_after is None else microseconds(read_moment(added_after))

    def page(self, fixed: Asked) -> tuple[Page, str | None]:
        """Return the page, and the token of the next one.

        Args:
            fixed: What the path asks for.

        Of a token and a moment the later place holds: there are clients that keep an old token
        beside a new moment (OpenCTI #5681).
        """
        contents, audience = self._opened.contents, self._asker.audience(Purpose.EXPORT)
        place = START if self._after_us is None else contents.after(self._after_us)
        asked = self._asked
        if self._next:
            earlier, before = self._taxii.tokens.opened(self._next, self._path, audience)
            asked = asked.agreed(before)
            place = max(place, earlier)
        for name in fixed.__struct_fields__:
            if wanted := getattr(fixed, name):
                asked = msgspec.structs.replace(asked, **{name: wanted})
        page = contents.page(asked, place, self._limit)
        self._note(page)
        if page.following is None:
            return page, None
        sealed = self._taxii.tokens.sealed(page.following, asked, self._path, audience)
        return page, sealed

    def check_known(self, identifier: str) -> None:
        """Make sure that an object is in the collection, in any version.

        Raises:
            HTTPException: 404 if not.
        """
        asked = Asked(id=(identifier,), version=("all",), spec_version=("2.0", "2.1"))
        page = self._opened.contents.page(asked, START, 1)
        if not page.entries and page.following is None:
            raise not_found("object")

    def _note(self, page: Page) -> None:
        self._asker.note(
            "taxii",
            self._opened.collection.title,
            sources=page.sources,
            count=len(page.entries),
            purpose=Purpose.EXPORT,
        )


def _limit(text: str | None) -> int:
    """Read how many objects are wanted at most.

    Raises:
        MalformedError: If it is no number from 1 on.
    """
    if text is None:
        return DEFAULT_OBJECTS
    if not text.isascii() or not text.isdecimal() or not int(text[:9]):
        raise MalformedError("limit", text, "want a number from 1 on")
    return min(int(text[:9]), MAX_OBJECTS)


def drain_of(
    request: Request[Any, Any, Any],
    asker: AskerHere,
    taxii: TaxiiHere,
    root: FromPath[str],
    collection: FromPath[str],
) -> Drain:
    """Read what is asked for of which collection."""
    check_accept(request)
    return Drain(request, asker, taxii, taxii.opened(asker, root, collection))


DrainHere = NamedDependency[Drain]
"""A handler's parameter `drain` of this type is given what its request asks for."""


@get(
    "/{root:str}/collections/{collection:str}/objects", include_in_schema=False, sync_to_thread=True
)
def taxii_objects(drain: DrainHere) -> Response[bytes]:
    """Return objects, in the order in which they were added."""
    page, following = drain.page(Asked())
    return answer(envelope(page, following), headers=dates(page))


@get(
    "/{root:str}/collections/{collection:str}/manifest",
    include_in_schema=False,
    sync_to_thread=True,
)
def taxii_manifest(drain: DrainHere) -> Response[bytes]:
    """Return when objects were added, without the objects."""
    page, following = drain.page(Asked())
    return answer(manifest(page, following), headers=dates(page))


@get(
    "/{root:str}/collections/{collection:str}/objects/{object_id:str}",
    include_in_schema=False,
    sync_to_thread=True,
)
def taxii_object(drain: DrainHere, object_id: FromPath[str]) -> Response[bytes]:
    """Return an object in the versions that are asked for."""
    page, following = drain.page(Asked(id=(object_id,)))
    if not page.entries and following is None:
        drain.check_known(object_id)
    return answer(envelope(page, following), headers=dates(page))


@get(
    "/{root:str}/collections/{collection:str}/objects/{object_id:str}/versions",
    include_in_schema=False,
    sync_to_thread=True,
)
def taxii_versions(drain: DrainHere, object_id: FromPath[str]) -> Response[bytes]:
    """Return the versions of an object."""
    page, following = drain.page(Asked(id=(object_id,), version=("all",)))
    if not page.entries and following is None:
        drain.check_known(object_id)
    return answer(versions(page, following), headers=dates(page))
