"""Errors as HTTP tells them: one shape, whatever went wrong."""

import logging
from http import HTTPStatus
from queue import Full
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ExceptionHandlersMap

from cure.errors import (
    AccessError,
    ChangedMeanwhileError,
    CureError,
    EnricherError,
    ExhaustedError,
    ForbiddenError,
    LockedError,
    LogError,
    MalformedError,
    NotKnownError,
    UnansweredError,
    UnauthenticatedError,
)
from cure.hub.view import Card
from cure.web.authentication import CHALLENGE

RETRY_AFTER_S = 1
_log = logging.getLogger(__name__)


class ErrorObject(msgspec.Struct, frozen=True):
    """What went wrong.

    Attributes:
        code: One word for programs.
        message: A sentence for people.
        detail: What else there is to say, such as the offending value.
    """

    code: str
    message: str
    detail: Any = None


class ErrorAnswer(msgspec.Struct, frozen=True):
    """The body of every answer with a status from 400 on."""

    error: ErrorObject


class UnknownValueError(NotKnownError):
    """Nothing that the audience may see was ever said of a value; perhaps of what is around it.

    Attributes:
        card: Its card, which says so.
    """

    def __init__(self, card: Card) -> None:
        self.card = card
        super().__init__(f"nothing is known of {card.value}")


CODES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: UnauthenticatedError.code,
    HTTPStatus.FORBIDDEN: ForbiddenError.code,
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_TIMEOUT: "too_slow",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "head_too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported",
    HTTPStatus.MISDIRECTED_REQUEST: "misdirected",
    HTTPStatus.UNPROCESSABLE_ENTITY: MalformedError.code,
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal",
    HTTPStatus.SERVICE_UNAVAILABLE: "overloaded",
}
"""The code of an error that has no other name than its status."""


def told(*statuses: HTTPStatus) -> dict[int, ResponseSpec]:
    """Describe, for OpenAPI, with which statuses an operation may refuse."""
    return {
        status: ResponseSpec(ErrorAnswer, generate_examples=False, description=status.phrase)
        for status in statuses
    }


def refusal(
    status: int,
    code: str,
    message: str,
    detail: object = None,
    headers: dict[str, str] | None = None,
) -> Response[ErrorAnswer]:
    """Return the answer that says what went wrong."""
    return Response(
        ErrorAnswer(ErrorObject(code, message, detail)),
        status_code=status,
        headers=headers,
        media_type="application/json",
    )


def _later(code: str, message: str) -> Response[ErrorAnswer]:
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return refusal(HTTPStatus.SERVICE_UNAVAILABLE, code, message, headers=headers)


def _cure_error(_: Request[Any, Any, Any], error: CureError) -> Response[ErrorAnswer]:
    match error:
        case MalformedError():
            detail = {"what": error.what, "value": error.value, "why": error.why}
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return refusal(status, error.code, str(error), detail)
        case NotKnownError():
            around = error.card if isinstance(error, UnknownValueError) else None
            return refusal(HTTPStatus.NOT_FOUND, error.code, str(error), around)
        case AccessError():
            return _access_error(error)
        case ExhaustedError() | EnricherError() | ChangedMeanwhileError() | UnansweredError():
            _log.warning("%s", error)
            return _later(error.code, str(error))
        case LogError():
            _log.error("%s", error)
            return _later(error.code, "the log failed; nothing was acknowledged")
        case _:
            raise error


def _access_error(error: AccessError) -> Response[ErrorAnswer]:
    status, headers = HTTPStatus.FORBIDDEN, {}
    if isinstance(error, UnauthenticatedError):
        status, headers = HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": CHALLENGE}
    elif isinstance(error, LockedError):
        status, headers = (
            HTTPStatus.TOO_MANY_REQUESTS,
            {"Retry-After": str(error.retry_after_s)},
        )
    return refusal(status, error.code, str(error), headers=headers)


def _full(_: Request[Any, Any, Any], __: Full) -> Response[ErrorAnswer]:
    return _later(CODES[HTTPStatus.SERVICE_UNAVAILABLE], "too much is waiting to be kept already")


def _too_deep(_: Request[Any, Any, Any], __: RecursionError) -> Response[ErrorAnswer]:
    status = HTTPStatus.BAD_REQUEST
    return refusal(status, CODES[status], "the body is nested too deep")


def _http_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[ErrorAnswer]:
    status = error.status_code
    if isinstance(error, ValidationException):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = CODES.get(HTTPStatus(status), "error")
    return refusal(status, code, error.detail, error.extra or None, headers=error.headers)


def _os_error(request: Request[Any, Any, Any], error: OSError) -> Response[ErrorAnswer]:
    if not ExhaustedError.explains(error):
        return _bug(request, error)
    return _cure_error(request, ExhaustedError("do this", error))


def _bug(request: Request[Any, Any, Any], error: Exception) -> Response[ErrorAnswer]:
    # The path is left out: it names what was asked for.
    handler = request.scope.get("route_handler")
    operation = "no operation" if handler is None else handler.handler_name
    _log.error("a bug of ours in %s", operation, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return refusal(status, CODES[status], "something is wrong with this server; its log says what")


HANDLERS: ExceptionHandlersMap = {
    CureError: _cure_error,
    Full: _full,
    HTTPException: _http_error,
    RecursionError: _too_deep,
    OSError: _os_error,
    Exception: _bug,
}
