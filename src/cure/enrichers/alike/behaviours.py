"""Behaviour of all addresses in columns, of which each audience is shown its own rows.

The columns hold rows of all records, whoever may see them. They are an index like the hub, and
tell nothing by themselves: `cure.enrichers.alike.chosen` takes the rows that a view lets through.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from socket import AF_INET, AF_INET6, inet_pton
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from cure.enrichers.alike.features import Behaved, behaved
from cure.hub.column import Column
from cure.interfaces import Logged
from cure.log.snapshots import State
from cure.model import Label

FORM = 1
"""Of features and columns: a state of another form is not taken."""
STRAYS = 9
_DROP_AFTER = 200_000
_DROP_SHARE = 4
"""So many rows more than the last time, or a fourth, it is time to look for old ones again."""
_MICROSECOND = timedelta(microseconds=1)
_MAPPED = b"\0" * 10 + b"\xff\xff"
Addresses = NDArray[np.bytes_]
"""S16: IPv6 addresses in network order, IPv4 mapped into them; ordered like the numbers."""


class Rows(NamedTuple):
    """What addresses did, in the order of the log. 28 bytes a row and 8 a payload token.

    Attributes:
        record: Number of the record in the log.
        stamp: Number of the record's source and label.
        publisher: Number of the publisher.
        ip: Number of the address.
        at: When it began, in µs since 1970.
        service: Number of the token of what was asked for, without the publisher.
        times: How often; 0: a newer version of the record has replaced it.
        payload_row: The row of each payload token.
        payload_token: Its number.
    """

    record: NDArray[np.uint32]
    stamp: NDArray[np.uint16]
    publisher: NDArray[np.uint16]
    ip: NDArray[np.uint32]
    at: NDArray[np.int64]
    service: NDArray[np.uint32]
    times: NDArray[np.uint32]
    payload_row: NDArray[np.uint32]
    payload_token: NDArray[np.uint32]


_TYPES = (
    *(np.uint32, np.uint16, np.uint16, np.uint32, np.int64, np.uint32, np.uint32),
    *(np.uint32, np.uint32),
)


class Held(NamedTuple):
    """The columns of one moment; rows and names are only added behind it.

    Attributes:
        rows: What addresses did.
        ips: Addresses in canonical text, by number.
        addresses: The same as numbers.
        tokens: Tokens by number.
        publishers: Names of publishers by number.
        upto: Number of the last record that was looked at.
        keep_us: How far back rows reach before the latest of the same source and label.
    """

    rows: Rows
    ips: list[str]
    addresses: Addresses
    tokens: list[str]
    publishers: list[str]
    upto: int
    keep_us: int


class _Names:
    """Texts, numbered as they come."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts = list(texts)
        self._numbers = {text: number for number, text in enumerate(self.texts)}

    def number(self, text: str) -> int:
        found = self._numbers.setdefault(text, len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
        return found


class _Tables(msgspec.Struct):
    """The small tables of a state, as JSON."""

    form: int
    stamps: list[tuple[str, Label]]
    publishers: list[str]
    ips: list[str]
    tokens: list[str]


_decode = msgspec.json.Decoder(_Tables).decode


class Behaviours:
    """The writer's side of the columns; one thread adds.

    A row is dropped once it is out of reach, which depends on rows of the same source and label
    only: who sees the one sees the other, so that nobody learns from what he may not see.
    """

    def __init__(self, observes: Callable[[str], bool], keep: timedelta) -> None:
        """Start empty.

        Args:
            observes: Tells of a source whether it says what it saw, and not what it means.
            keep: How far back before the latest of the same source and label rows are kept.
        """
        self._observes = observes
        self._keep_us = keep // _MICROSECOND
        self._observing: dict[str, bool] = {}
        self._stamps: dict[tuple[str, Label], int] = {}
        self._publishers = _Names()
        self._take(Rows(*(np.empty(0, dtype) for dtype in _TYPES)), [], addresses_of([]), [])  # pyright: ignore[reportArgumentType]
        self._upto = 0
        self.now = self._held()

    def _take(
        self, rows: Rows, ips: Sequence[str], addresses: Addresses, tokens: Sequence[str]
    ) -> None:
        """Go on from these rows and names."""
        self._columns = [Column(dtype, one) for dtype, one in zip(_TYPES, rows, strict=True)]
        self._ips, self._tokens = _Names(ips), _Names(tokens)
        self._addresses = Column(np.dtype("S16"), addresses)  # pyright: ignore[reportArgumentType] - a type has no length
        self._look_again_at = _later(len(rows.record))

    def _held(self) -> Held:
        rows = Rows(*(column.now for column in self._columns))  # pyright: ignore[reportArgumentType]
        return Held(
            rows,
            self._ips.texts,
            self._addresses.now,
            self._tokens.texts,
            self._publishers.texts,
            self._upto,
            self._keep_us,
        )

    def add(self, batch: Sequence[Logged]) -> None:
        """Take in the records that follow. Cost: about 10 µs a record that tells of behaviour."""
        rows: list[tuple[int, int, int, int, int, int, int]] = []
        payload: list[tuple[int, int]] = []
        before = len(self._columns[0])
        for one in batch:
            source = one.record.source
            if source not in self._observing:
                self._observing[source] = self._observes(source)
            if self._observing[source] and (told := behaved(one.record.finding)):
                self._add(one, told, before, rows, payload)
        columns = [*zip(*rows, strict=True)] or [()] * 7
        columns += [*zip(*payload, strict=True)] or [()] * 2
        for column, dtype, added in zip(self._columns, _TYPES, columns, strict=True):
            column.extend(np.array(added, dtype))  # pyright: ignore[reportArgumentType]
        self._addresses.extend(addresses_of(self._ips.texts[len(self._addresses) :]))
        self._forget([one.replaces for one in batch if one.replaces])
        self._upto = batch[-1].seq
        if len(self._columns[0]) >= self._look_again_at:
            self._drop_old()
        self.now = self._held()

    def _add(
        self,
        one: Logged,
        told: Behaved,
        before: int,
        rows: list[tuple[int, int, int, int, int, int, int]],
        payload: list[tuple[int, int]],
    ) -> None:
        record = one.record
        stamp = self._stamps.setdefault((record.source, record.label), len(self._stamps))
        publisher = self._publishers.number(record.source.partition("@")[0])
        service = self._tokens.number(told.service)
        tokens = [self._tokens.number(token) for token in told.payload]
        for address in told.ips:
            row = before + len(rows)
            ip = self._ips.number(address)
            rows.append((one.seq, stamp, publisher, ip, told.at, service, told.times))
            payload += [(row, token) for token in tokens]

    def _forget(self, replaced: Sequence[int]) -> None:
        """Let records no longer count that newer versions have replaced."""
        record, times = self._columns[0].now, self._columns[6].now
        numbers = np.array(replaced, np.uint32)
        lows, highs = record.searchsorted(numbers), record.searchsorted(numbers, side="right")
        for low, high in zip(lows.tolist(), highs.tolist(), strict=True):
            times[low:high] = 0

    def let_go(self, source: str, upto: int) -> bool:
        """Forget what a source said up to a record, since it is no longer kept.

        Returns:
            Whether there was anything.
        """
        own = [name == source for name, _ in self._stamps]
        rows = self._held().rows
        gone = (rows.record <= upto) & np.array(own, bool).take(rows.stamp)
        if not gone.any():
            return False
        rows.times[gone] = 0
        self._drop_old()
        self.now = self._held()
        return True

    def _drop_old(self) -> None:
        rows = self._held().rows
        keep = in_reach(rows, rows.times > 0, self._keep_us)
        if keep.all():
            self._look_again_at = _later(len(keep))
            return
        carried = keep[rows.payload_row]
        ips, ip = np.unique(rows.ip[keep], return_inverse=True)
        asked = np.concatenate((rows.service[keep], rows.payload_token[carried]))
        tokens, token = np.unique(asked, return_inverse=True)
        count = int(np.count_nonzero(keep))
        left = Rows(
            rows.record[keep],
            rows.stamp[keep],
            rows.publisher[keep],
            ip.astype(np.uint32),
            rows.at[keep],
            token[:count].astype(np.uint32),
            rows.times[keep],
            (np.cumsum(keep) - 1)[rows.payload_row[carried]].astype(np.uint32),
            token[count:].astype(np.uint32),
        )
        self._take(
            left,
            [self._ips.texts[number] for number in ips.tolist()],
            self._addresses.now[ips],
            [self._tokens.texts[number] for number in tokens.tolist()],
        )

    def state(self) -> State:
        """Return all that has to be kept to go on from here."""
        tables = _Tables(
            FORM,
            list(self._stamps),
            self._publishers.texts,
            self._ips.texts,
            self._tokens.texts,
        )
        names = np.frombuffer(msgspec.json.encode(tables), np.uint8)
        return {"names": names, **self.now.rows._asdict()}

    def restore(self, state: State, upto: int) -> None:
        """Go on from the state as of a record; from one of another form, as if there were none."""
        tables = _decode(state["names"].tobytes())
        if tables.form != FORM:
            return
        self._stamps = {stamp: number for number, stamp in enumerate(tables.stamps)}
        self._publishers = _Names(tables.publishers)
        rows = Rows(*(state[name] for name in Rows._fields))
        self._take(rows, tables.ips, addresses_of(tables.ips), tables.tokens)
        self._upto = upto
        self.now = self._held()


def _later(rows: int) -> int:
    """Return at how many rows it is looked for old ones again, if there are so many now."""
    return rows + max(_DROP_AFTER, rows // _DROP_SHARE)


def in_reach(rows: Rows, taken: NDArray[np.bool_], keep_us: int) -> NDArray[np.bool_]:
    """Tell which of the taken rows are not too long before the latest of their source and label.

    Nine rows that are later than all others are strays, such as of a clock that goes wrong.
    Cost: 20 ns a row.
    """
    numbers = np.flatnonzero(taken)
    numbers = numbers[np.argsort(rows.stamp[numbers], kind="stable")]
    stamps, starts = np.unique(rows.stamp[numbers], return_index=True)
    bounds = np.append(starts, len(numbers))
    since = np.full(int(stamps.max(initial=0)) + 1, np.iinfo(np.int64).min)
    for stamp, (low, high) in zip(stamps.tolist(), pairwise(bounds.tolist()), strict=True):
        if high - low > STRAYS:
            some = rows.at[numbers[low:high]]
            since[stamp] = np.partition(some, -STRAYS - 1)[-STRAYS - 1] - keep_us
    found = taken.copy()
    found[taken] = rows.at[taken] >= since[rows.stamp[taken]]
    return found


def addresses_of(ips: Sequence[str]) -> Addresses:
    """Return addresses as numbers. Cost: 0.3 µs each."""
    packed = [
        inet_pton(AF_INET6, ip) if ":" in ip else _MAPPED + inet_pton(AF_INET, ip) for ip in ips
    ]
    return np.array(packed, "S16")
