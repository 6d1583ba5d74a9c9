"""Answers and errors as TAXII 2.1 writes them, and which media types are spoken."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from cure.errors import CureError, MalformedError
from cure.web.errors import HANDLERS

MEDIA_TYPE = "application/taxii+json;version=2.1"
_OURS = "application/taxii+json"
_WILD = frozenset({"*/*", "application/*"})
_encode = msgspec.json.Encoder().encode


def answer(
    resource: object, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> Response[bytes]:
    """Return a resource of TAXII, or the bytes of one."""
    body = resource if isinstance(resource, bytes) else _encode(resource)
    return Response(
        body,
        status_code=status,
        headers={**(headers or {}), "Cache-Control": "no-store"},
        media_type=MEDIA_TYPE,
    )


def check_accept(request: Request[Any, Any, Any]) -> None:
    """Make sure that whoever asks takes TAXII 2.1.

    Raises:
        HTTPException: 406 if not.
    """
    given = request.headers.get("accept", "*/*")
    if not any(_is_taxii(one) or _essence(one) in _WILD for one in given.split(",")):
        raise HTTPException(
            status_code=HTTPStatus.NOT_ACCEPTABLE, detail=f"want Accept: {MEDIA_TYPE}"
        )


def check_content(request: Request[Any, Any, Any]) -> None:
    """Make sure that what is sent is TAXII 2.1.

    Raises:
        HTTPException: 415 if not.
    """
    if not _is_taxii(request.headers.get("content-type", "")):
        raise HTTPException(
            status_code=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            detail=f"want Content-Type: {MEDIA_TYPE}",
        )


def _essence(text: str) -> str:
    return text.partition(";")[0].strip().lower()


def _is_taxii(text: str) -> bool:
    """Tell whether a media type is that of TAXII, in version 2.1 or in none."""
    parameters = [one.strip().lower() for one in text.split(";")[1:]]
    versions = [one for one in parameters if one.startswith("version=")]
    return _essence(text) == _OURS and versions in ([], ["version=2.1"])


def not_found(what: str) -> HTTPException:
    """Return the error of whatever is not there, or not to be seen: they look the same."""
    return HTTPException(status_code=HTTPStatus.NOT_FOUND, detail=f"no such {what} here")


class Wrong(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error (TAXII 2.1, section 3.6.1)."""

    title: str
    description: str = ""
    error_code: str = ""
    http_status: str = ""


def _told(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Tell an error as everywhere else, in the words of TAXII; what asks wrongly is told 400."""
    handler = next(HANDLERS[one] for one in type(error).__mro__ if one in HANDLERS)
    usual = handler(request, error)
    asks_wrongly = isinstance(error, MalformedError)
    status = HTTPStatus.BAD_REQUEST if asks_wrongly else HTTPStatus(usual.status_code or 500)
    said = usual.content.error
    wrong = Wrong(status.phrase, said.message, said.code, str(int(status)))
    return answer(wrong, status, dict(usual.headers))


ERRORS: ExceptionHandlersMap = dict.fromkeys((*HANDLERS, CureError), _told)
"""How errors are told under the roots of TAXII."""
