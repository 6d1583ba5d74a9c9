"""Draining a collection of a TAXII 2.1 server, page by page."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx
import msgspec

from cure.errors import ForbiddenError, NotKnownError, SourceError, UnauthenticatedError

_MEDIA_TYPE = "application/taxii+json;version=2.1"
_PAGE_OBJECTS = 1000
Form = TypeVar("Form")


class _Roots(msgspec.Struct):
    default: str


class _Envelope(msgspec.Struct):
    objects: list[dict[str, Any]] = []
    more: bool = False
    next: str = ""


class _Wrong(msgspec.Struct):
    title: str = ""
    description: str = ""


_decode_roots = msgspec.json.Decoder(_Roots).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_wrong = msgspec.json.Decoder(_Wrong).decode


def drain(http: httpx.Client, collection: str, added_after: str | None) -> Iterator[dict[str, Any]]:
    """Yield the objects of a collection, in the order in which they were added.

    Args:
        http: Asks the server, with credentials.
        collection: Its identifier, or its alias such as ``all`` or ``source-cowrie``.
        added_after: A moment; only what was added later.

    Raises:
        NotKnownError: If there is no such collection.
        UnauthenticatedError: If it needs credentials.
        ForbiddenError: If these do not allow it.
        SourceError: If the server cannot be reached, or does not answer as TAXII does.
    """
    root = httpx.URL(_asked(http, "/taxii2/", {}, _decode_roots).default).path
    path = f"{root.rstrip('/')}/collections/{collection}/objects/"
    question: dict[str, str | int] = {"limit": _PAGE_OBJECTS}
    if added_after is not None:
        question["added_after"] = added_after
    is_more = True
    while is_more:
        page = _asked(http, path, question, _decode_envelope)
        yield from page.objects
        is_more = page.more
        question["next"] = page.next


def _asked(
    http: httpx.Client, path: str, question: dict[str, str | int], decode: Callable[[bytes], Form]
) -> Form:
    try:
        answer = http.get(path, params=question, headers={"Accept": _MEDIA_TYPE})
    except httpx.TransportError as error:
        raise SourceError(f"cannot reach {http.base_url}: {error}") from error
    try:
        if not answer.is_error:
            return decode(answer.content)
        wrong = _decode_wrong(answer.content)
    except msgspec.DecodeError as error:
        raise SourceError(f"{http.base_url} does not speak TAXII 2.1") from error
    why = wrong.description or wrong.title
    match answer.status_code:
        case 401:
            raise UnauthenticatedError(why)
        case 403:
            raise ForbiddenError(why)
        case 404:
            raise NotKnownError(why)
        case _:
            raise SourceError(f"{http.base_url} answers {answer.status_code}: {why}")
