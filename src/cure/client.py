"""A Python client: publish findings to a running server, and ask it.

>>> from cure import Client
>>> with Client("http://127.0.0.1:8080") as cure:  # doctest: +SKIP
...     cure.publish("my-sensor", [{"observables": [{"topic": "ip", "value": "192.0.2.1"}]}])
...     cure.card("192.0.2.1")["sources"]
"""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, Self, TypeAlias
from urllib.parse import quote

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

try:
    from compression import zstd  # pyright: ignore[reportMissingImports]
except ImportError:  # before Python 3.14
    from backports import zstd

Json: TypeAlias = dict[str, Any]
When: TypeAlias = datetime | str | None
"""A moment, or text such as ``24h`` for how long ago."""

BATCH_FINDINGS = 5000
_TRIES = 8
_BUSY = frozenset({429, 503})
_SILENCE_S = 45.0  # three heartbeats of a stream
_SHOWN_QUARANTINED = 1000
_decode = msgspec.json.Decoder().decode


class UnknownValueError(NotKnownError):
    """Nothing is known of a value; perhaps of what is around it.

    Attributes:
        card: Its card, with `contained_in` and `parents`.
    """

    def __init__(self, message: str, card: Json) -> None:
        self.card = card
        super().__init__(message)


class Client:
    """A connection to a server. Answers are what it sends, as `dict` and `list`.

    Every method raises the errors of `cure.errors`: `MalformedError` for a question that cannot
    be read, `NotKnownError` where there is nothing to tell, `LogError` where findings could not
    be kept, an `AccessError` where the key does not allow it, and `SourceError` if the server
    cannot be reached or is too busy.
    """

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

    def publish(
        self,
        source: str,
        findings: Iterable[Mapping[str, Any] | bytes],
        *,
        batch: int = BATCH_FINDINGS,
    ) -> Json:
        """Publish findings; they are durable when this returns.

        Args:
            source: Who says it, such as ``cowrie@tokyo-1``.
            findings: Findings as `cure parse` writes them, as objects or as lines of JSON.
            batch: How many are sent at a time.

        Returns:
            What became of them, as POST records answers, summed up over all batches.
        """
        told: Json = {}
        rest = iter(findings)
        while some := list(islice(rest, batch)):
            lines = [one if isinstance(one, bytes) else msgspec.json.encode(one) for one in some]
            answer = self._post_records(source, b"\n".join(lines))
            told = answer if not told else _sum(told, answer)
        return told or self._post_records(source, b"")

    def _post_records(self, source: str, body: bytes) -> Json:
        packed = zstd.compress(body, 1)
        answer = self._send_records(source, packed)
        for _ in range(_TRIES):
            if answer.status_code not in _BUSY:
                break
            time.sleep(float(answer.headers.get("Retry-After", 1)))
            answer = self._send_records(source, packed)
        return self._read(answer)

    def _send_records(self, source: str, packed: bytes) -> httpx.Response:
        headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "zstd"}
        with self._reaching():
            return self._http.post(
                "/api/v1/records", params={"source": source}, content=packed, headers=headers
            )

    def card(self, value: str) -> Json:
        """Return all that is known of a value; its topic is found by itself.

        Raises:
            UnknownValueError: If nothing is known of it.
        """
        return self._get("observables", value=value)

    def match(self, values: Iterable[str]) -> Iterator[Json]:
        """Yield for each value what is known of it, in order; blanks stand for line breaks."""
        with (
            self._reaching(),
            self._http.stream("POST", "/api/v1/match", content=_lines(values)) as answer,
        ):
            if answer.is_error:
                answer.read()
                self._read(answer)
            for line in answer.iter_lines():
                yield _decode(line)

    def records(
        self,
        value: str,
        *,
        source: str | None = None,
        before: When = None,
        after: When = None,
    ) -> Iterator[Json]:
        """Yield the records that mention a value, the latest first."""
        question = {"value": value, "source": source, "before": before, "after": after}
        cursor: str | None = None
        while True:
            answer = self._get("observables/records", **question, limit=1000, cursor=cursor)
            yield from answer["records"]
            cursor = answer["next"]
            if cursor is None:
                return

    def pivot(self, value: str, *, hops: int = 2, limit: int = 100) -> Json:
        """Return what is connected with a value."""
        return self._get("pivot", value=value, hops=hops, limit=limit)

    def links(self, topic: str | None = None, *, since: When = None) -> Json:
        """Return how many values each pair of sources has in common."""
        return self._get("links", topic=topic, since=since)

    def campaign(self, value: str, *, limit: int = 200) -> Json:
        """Return the story around a value, a tag or a name."""
        return self._get("campaign", value=value, limit=limit)

    def search(
        self, pattern: str, *, since: When = None, until: When = None, limit: int = 1000
    ) -> Json:
        """Return the values that fit a pattern."""
        return self._get("search", pattern=pattern, since=since, until=until, limit=limit)

    def sources(self) -> list[Json]:
        """Return what each source has said, in sum."""
        return self._get("sources")

    def publishers(self) -> list[Json]:
        """Return the publishers that the server has."""
        return self._get("publishers")

    def timeline(
        self,
        *,
        bucket: int = 3600,
        since: When = None,
        until: When = None,
        value: str | None = None,
    ) -> Json:
        """Return how many records of each source began when, in buckets of so many seconds."""
        return self._get("timeline", bucket=bucket, since=since, until=until, value=value)

    def add_ticket(self, ticket: Mapping[str, Any]) -> Json:
        """Make a ticket: title, text, values, tags, tlp; only the title is needed."""
        return self._send("POST", "tickets", ticket)

    def change_ticket(self, ticket_id: str, change: Mapping[str, Any]) -> Json:
        """Change a ticket, or close it with ``{"status": "closed"}``."""
        return self._send("PATCH", f"tickets/{quote(ticket_id, safe='')}", change)

    def ticket(self, ticket_id: str) -> Json:
        """Return a ticket."""
        return self._get(f"tickets/{quote(ticket_id, safe='')}")

    def tickets(self, *, status: str | None = None) -> list[Json]:
        """Return the tickets that one may see, the one that was changed last first."""
        return self._get("tickets", status=status)

    def stream(self) -> Iterator[tuple[str, Any]]:
        """Yield the name and data of each event: ``snapshot`` first, then ``changes``."""
        timeout = httpx.Timeout(_SILENCE_S)
        with (
            self._reaching(),
            self._http.stream("GET", "/api/v1/stream", timeout=timeout) as answer,
        ):
            if answer.is_error:
                answer.read()
                self._read(answer)
            name = ""
            for line in answer.iter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, _decode(value)

    def _get(self, path: str, **question: str | int | datetime | None) -> Any:  # noqa: ANN401 - JSON
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
            said = _decode(answer.content)
        except msgspec.DecodeError as error:
            raise SourceError(f"{self._url} did not answer in JSON: is it cure?") from error
        if answer.is_error:
            raise _error(said["error"])
        return said


def _lines(values: Iterable[str]) -> Iterator[bytes]:
    """Write values one a line, some thousand lines at a time."""
    rest = iter(values)
    while some := list(islice(rest, BATCH_FINDINGS)):
        yield "".join(" ".join(value.splitlines()) + "\n" for value in some).encode()


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


def _sum(before: Json, more: Json) -> Json:
    """Add the account of one batch to that of those before it."""
    counts = ("lines", "accepted", "duplicates", "silent", "quarantined_count")
    first, last = before["sequence"]["first"], more["sequence"]["last"]
    shown = [one | {"line": one["line"] + before["lines"]} for one in more["quarantined"]]
    return {name: before[name] + more[name] for name in counts} | {
        "quarantined": (before["quarantined"] + shown)[:_SHOWN_QUARANTINED],
        "sequence": {
            "first": more["sequence"]["first"] if first is None else first,
            "last": before["sequence"]["last"] if last is None else last,
        },
    }
