"""Zeek logs: a row a line, either tab-separated below a header, or in JSON.

https://docs.zeek.org/en/master/log-formats.html; and for the field `@stream` of JSON logs
https://github.com/corelight/json-streaming-logs.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

import msgspec

from cure.errors import MalformedError
from cure.formats.lines import read_one
from cure.formats.moments import in_utc
from cure.interfaces import Input, Reading
from cure.model import Finding

Row: TypeAlias = Mapping[str, Any]
"""The fields of a row that are set, by their names with dots, as `id.orig_h`.

Of tab-separated logs numbers, truth values and containers are read as their types say; times
and intervals are seconds. `ts` may also be ISO 8601: `moment_of` reads both.
"""
Parse: TypeAlias = Callable[[str, Row], Iterable[Finding]]
"""Yields the findings of a row, given the type of its log, such as ``"conn"``."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode
# Every row has a time first, but for the list of the scripts that were loaded.
_IN_JSON = re.compile(
    rb'"(?:_path|@stream|(?:id[._])?orig_h|fuid)"\s*:'
    rb'|^\s*\{\s*"(?:ts"\s*:|name"\s*:\s*"[^"]*\.(?:zeek|bro)")'
)
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")
_FLAT = {f"id_{name}": f"id.{name}" for name in ("orig_h", "orig_p", "resp_h", "resp_p")}


def is_zeek(head: bytes) -> bool:
    """Tell from the first bytes of a file whether it is a Zeek log."""
    return head.startswith((b"#separator", b"#fields")) or (
        head.lstrip().startswith((b"{", b"[")) and _IN_JSON.search(head) is not None
    )


def readings(source: Input, parse: Parse) -> Iterator[Reading]:
    """Read a log; its header, comments and blank lines are silent."""
    log = _Log(source.name.rpartition("/")[2].partition(".")[0])

    def said(line: bytes) -> Iterable[Finding]:
        if line.startswith(b"{"):
            return parse(*_from_json(line, log.path))
        text = line.decode()
        if text.startswith("#"):
            log.learn(text)
        elif text and not text.isspace():
            return parse(log.path, log.row(text))
        return ()

    for number, line in enumerate(source.lines, 1):
        yield read_one(said, number, line)


def moment_of(row: Row) -> datetime:
    """Return the time `ts` of a row.

    Raises:
        MalformedError: If there is none, or it is no time.
    """
    given = row.get("ts")
    try:
        if isinstance(given, int | float):
            return datetime.fromtimestamp(given, UTC)
        return in_utc(datetime.fromisoformat(given or ""))
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise MalformedError("time", str(given), "want seconds since 1970 or ISO 8601") from error


def _from_json(line: bytes, path: str) -> tuple[str, Row]:
    row = _decode(line)
    if "id.orig_h" not in row:
        if isinstance(nested := row.get("id"), dict):
            row |= {f"id.{name}": value for name, value in nested.items()}
        elif "id_orig_h" in row:
            row = {_FLAT.get(name, name): value for name, value in row.items()}
    return str(row.get("_path") or row.get("@stream") or path), row


class _Log:
    """What the header of a tab-separated log has said so far."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._separator = "\t"
        self._in_sets = ","
        self._empty = "(empty)"
        self._unset = "-"
        self._names: list[str] = []
        self._readers: list[Callable[[str], Any]] = []

    def learn(self, text: str) -> None:
        """Take a line of the header."""
        if text.startswith("#separator "):
            self._separator = _unescaped(text.removeprefix("#separator ")) or "\t"
            return
        name, *cells = text.split(self._separator)
        match name, cells:
            case "#set_separator", [mark] if mark:
                self._in_sets = mark
            case "#empty_field", [mark]:
                self._empty = mark
            case "#unset_field", [mark]:
                self._unset = mark
            case "#path", [path]:
                self.path = path
            case "#fields", _:
                self._names, self._readers = cells, [_unescaped] * len(cells)
            case "#types", _:
                self._readers = [self._reader(one) for one in cells]
            case _:
                pass  # when it was opened and closed, or a comment

    def row(self, text: str) -> Row:
        """Read a line below the header.

        Raises:
            MalformedError: If it has other columns than the header.
            ValueError: If a number is none.
        """
        cells = text.split(self._separator)
        if not len(cells) == len(self._names) == len(self._readers):
            why = f"{len(cells)} columns where the header has {len(self._names)}"
            raise MalformedError("Zeek row", text, why)
        return {
            name: reader(cell)
            for name, reader, cell in zip(self._names, self._readers, cells, strict=True)
            if cell != self._unset
        }

    def _reader(self, kind: str) -> Callable[[str], Any]:
        if kind.startswith(("set[", "vector[")):
            return self._container
        return _READERS.get(kind, _unescaped)

    def _container(self, cell: str) -> list[str]:
        return [] if cell == self._empty else [*map(_unescaped, cell.split(self._in_sets))]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "\\x" in text else text


_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("time", "interval", "double"), float),
    **dict.fromkeys(("count", "int", "port"), int),
    "bool": lambda cell: cell == "T",
}
