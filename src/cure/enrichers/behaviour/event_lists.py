"""Lists of events in CSV, as researchers publish them: read for evaluation."""

import csv
import gzip
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np

from cure.enrichers.behaviour.events import Events
from cure.errors import MalformedError, SourceError
from cure.model import ip

PAYLOAD_COLUMNS = {
    "method": "method",
    "path": "path",
    "user_agent": "ua",
    "ja3": "ja3",
    "ja4": "ja4",
    "hassh": "hassh",
    "username": "user",
    "password": "password",
    "command": "command",
}
"""Columns of what came along, and how their tokens begin."""
FORM = (
    "CSV with a header, gzipped or not. Columns: ts (ISO 8601, or seconds since 1970; UTC where no "
    "offset is given), src_ip; service, or dst_port and protocol. Optional: payload (tokens of any "
    "kind, separated by blanks or |), " + ", ".join(PAYLOAD_COLUMNS) + ". Other columns (label, "
    "split, sensor …) are not read."
)
"""What a list looks like, in words for people."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LATEST_S = 253402300799
_GZIP = b"\x1f\x8b"
_MOST_CHARS = 200


class EventList(NamedTuple):
    """What a file held.

    Attributes:
        events: Its readable rows.
        unreadable: Line number and reason of each row that could not be read.
        ignored: Names of the columns that were not read.
    """

    events: Events
    unreadable: list[tuple[int, str]]
    ignored: list[str]


def read_events(path: Path) -> EventList:
    """Read a list of events of the form that FORM tells. Cost: about 7 µs and 16 bytes a row.

    Raises:
        SourceError: If the file cannot be read.
        MalformedError: If it is no CSV with the columns that are needed.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
        with _opened(path, packed=packed) as text:
            return _read(text)
    except (OSError, EOFError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedError("list of events", str(path), str(error)) from error


def _opened(path: Path, *, packed: bool) -> TextIO:
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _read(text: TextIO) -> EventList:
    lines = csv.reader(text)
    header = next(lines, [])
    places = {name.strip().lower(): place for place, name in enumerate(header)}
    service = _service_of(places)
    for needed in ("ts", "src_ip"):
        if needed not in places:
            raise MalformedError(
                "list of events", ",".join(header), f"no column is called {needed}"
            )
    when, who = places["ts"], places["src_ip"]
    payload = _payload_of(places)
    columns = _Columns()
    unreadable: list[tuple[int, str]] = []
    for row in lines:
        if not row:
            continue
        try:
            if len(row) != len(header):
                raise MalformedError("row", ",".join(row), f"it has not {len(header)} columns")
            columns.add(_address(row[who]), _moment(row[when]), service(row), payload(row))
        except MalformedError as error:
            unreadable.append((lines.line_num, str(error)))
    used = {"ts", "src_ip", "payload", *PAYLOAD_COLUMNS}
    used |= {"service"} if "service" in places else {"dst_port", "protocol"}
    return EventList(columns.events(), unreadable, [name for name in places if name not in used])


class _Columns:
    """Gathers rows; numbers addresses and tokens as they come."""

    def __init__(self) -> None:
        self._ips: dict[str, int] = {}
        self._tokens: dict[str, int] = {}
        self._ip, self._at, self._service = array("I"), array("q"), array("I")
        self._brought_by, self._brought = array("I"), array("I")

    def add(self, address: str, moment: int, service: str, payload: Iterator[str]) -> None:
        one = self._ips.setdefault(address, len(self._ips))
        self._ip.append(one)
        self._at.append(moment)
        self._service.append(self._token(service))
        for token in payload:
            self._brought_by.append(one)
            self._brought.append(self._token(token))

    def events(self) -> Events:
        return Events(
            list(self._ips),
            list(self._tokens),
            np.array(self._ip, np.uint32),
            np.array(self._at, np.int64),
            np.array(self._service, np.uint32),
            np.ones(len(self._ip), np.uint32),
            np.array(self._brought_by, np.uint32),
            np.array(self._brought, np.uint32),
            np.ones(len(self._brought), np.uint32),
        )

    def _token(self, text: str) -> int:
        return self._tokens.setdefault(text, len(self._tokens))


def _service_of(places: Mapping[str, int]) -> Callable[[Sequence[str]], str]:
    if "service" in places:
        at = places["service"]
        return lambda row: row[at]
    if "dst_port" not in places:
        raise MalformedError(
            "list of events", ",".join(places), "no column is called service or dst_port"
        )
    port, protocol = places["dst_port"], places.get("protocol")
    if protocol is None:
        return lambda row: row[port]
    return lambda row: f"{row[port]}/{row[protocol]}"


def _payload_of(places: Mapping[str, int]) -> Callable[[Sequence[str]], Iterator[str]]:
    named = [(begin, places[name]) for name, begin in PAYLOAD_COLUMNS.items() if name in places]
    free = places.get("payload")

    def tokens(row: Sequence[str]) -> Iterator[str]:
        for begin, place in named:
            if row[place]:
                yield f"{begin}:{row[place][:_MOST_CHARS]}"
        if free is not None:
            for token in row[free].replace("|", " ").split():
                yield token[:_MOST_CHARS]

    return tokens


@lru_cache(maxsize=1 << 16)
def _address(text: str) -> str:
    value = ip(text.strip()).value
    if "/" in value:
        raise MalformedError("address", text, "it is a network")
    return value


@lru_cache(maxsize=1 << 10)
def _moment(text: str) -> int:
    """Read a moment as µs since 1970.

    >>> (
    ...     _moment("1706771949.5"),
    ...     _moment("2024-02-01 07:19:09"),
    ...     _moment("2024-02-01T09:19:09+02:00"),
    ... )
    (1706771949500000, 1706771949000000, 1706771949000000)
    """
    try:
        seconds = float(text)
    except ValueError:
        return _iso(text)
    if not 0 <= seconds <= _LATEST_S:
        raise MalformedError("time", text, "it is not in seconds since 1970")
    return round(seconds * 1_000_000)


def _iso(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise MalformedError("time", text, "it is neither ISO 8601 nor seconds") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICROSECOND
