"""A connection to a server: questions go out, answers or errors come back."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Self, TypeAlias

import httpx
import msgspec

from cure.errors import (
    CureError,
    ForbiddenError,
    LogError,
    MalformedError,
    NotKnownError,
    SourceError,
    UnauthenticatedError,
)

Json: TypeAlias = dict[str, Any]
When: TypeAlias = datetime | str | None
"""A moment, or text such as ``24h`` for how long ago."""

_SILENCE_S = 45.0  # three heartbeats of a stream
decode = msgspec.json.Decoder().decode


class UnknownValueError(NotKnownError):
    """Nothing is known of a value; perhaps of what is around it.

    Attributes:
        card: Its card, with `contained_in` and `parents`.
    """

    def __init__(self, message: str, card: Json) -> None:
        self.card = card
        super().__init__(message)


class Connection:
    """A connection to a server."""

    def __init__(self, url: str, *, key: str | None = None, timeout: float = 30.0) -> None:
        """Ask the server at `url`; give up if it is silent for `timeout` seconds.

        Args:
            url: The server.
            key: A key of ours; None: the one in the environment as CURE_KEY, if there is one.
            timeout: For how long it may be silent.
        """
        key = os.environ.get("CURE_KEY") if key is None else key
        self._url = url
        self._http = httpx.Client(
            base_url=url,
            timeout=timeout,
            trust_env=False,
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def call(
        self, method: str, path: str, form: Mapping[str, Any] | None = None, **asked: str
    ) -> Any:  # noqa: ANN401 - JSON
        """Ask an operation that has no method of its own here, such as ``deliveries``.

        Args:
            method: As HTTP has it.
            path: What comes behind ``/api/v1/``.
            form: The body; None: there is none.
            asked: The question.
        """
        body = None if form is None else msgspec.to_builtins(form)
        with self._reaching():
            answer = self._http.request(method, f"/api/v1/{path}", json=body, params=asked)
        return self._read(answer) if answer.content else None

    @contextmanager
    def _streaming(
        self, path: str, asked: Mapping[str, Any], headers: Mapping[str, str]
    ) -> Iterator[httpx.Response]:
        stream = partial(self._http.stream, timeout=httpx.Timeout(_SILENCE_S))
        with (
            self._reaching(),
            stream("GET", f"/api/v1/{path}", params=asked, headers=headers) as answer,
        ):
            if answer.is_error:
                answer.read()
                self._read(answer)
            yield answer

    def _computed(self, path: str, **question: str | int) -> Json:
        while (found := self._get(path, **question))["status"] == "computing":
            time.sleep(1)
        return found

    def _get(self, path: str, **question: str | float | datetime | None) -> Any:  # noqa: ANN401 - JSON
        asked = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in question.items()
            if value is not None
        }
        with self._reaching():
            answer = self._http.get(f"/api/v1/{path}", params=asked)
        return self._read(answer)

    def _send(self, method: str, path: str, form: Mapping[str, Any]) -> Json:
        with self._reaching():
            answer = self._http.request(
                method,
                f"/api/v1/{path}",
                content=msgspec.json.encode(form),
                headers={"Content-Type": "application/json"},
            )
        return self._read(answer)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except httpx.TransportError as error:
            raise SourceError(f"cannot reach {self._url}: {error}") from error

    def _read(self, answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
        try:
            said = decode(answer.content)
        except msgspec.DecodeError as error:
            raise SourceError(f"{self._url} did not answer in JSON: is it cure?") from error
        if answer.is_error:
            raise _error(said["error"])
        return said


_NAMED = {
    error.code: error for error in (NotKnownError, LogError, UnauthenticatedError, ForbiddenError)
}


def _error(told: Json) -> CureError:
    """Return the error that an answer tells of."""
    match told["code"]:
        case MalformedError.code:
            return _malformed(told)
        case NotKnownError.code if told["detail"]:
            return UnknownValueError(told["message"], told["detail"])
        case code:
            return _NAMED.get(code, SourceError)(told["message"])


def _malformed(told: Json) -> CureError:
    detail = told["detail"]
    if isinstance(detail, dict):
        return MalformedError(detail["what"], detail["value"], detail["why"])
    return MalformedError("question", "", told["message"])
