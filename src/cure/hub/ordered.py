"""Values in order: addresses by number, names by their end, hashes by their beginning.

The order is that of a 64-bit key of each value; a search takes a range of keys and compares
the values themselves where the key does not say it all.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.hub.packing import Form
from cure.hub.values import Values

Keys = NDArray[np.uint64]


class Runs(NamedTuple):
    """Sorted runs of keys, each with the value ids beside it; merged geometrically."""

    runs: tuple[tuple[Keys, NDArray[np.uint32]], ...] = ()

    def between(self, low: int, high: int) -> NDArray[np.int64]:
        """Return the ids of all values whose key lies in the closed range, by key."""
        bounds = np.array((low, high), np.uint64)
        keys: list[Keys] = []
        ids: list[NDArray[np.uint32]] = []
        for run_keys, run_ids in self.runs:
            a = run_keys.searchsorted(bounds[0], "left")
            b = run_keys.searchsorted(bounds[1], "right")
            keys.append(run_keys[a:b])
            ids.append(run_ids[a:b])
        if not keys:
            return np.empty(0, np.int64)
        order = np.argsort(np.concatenate(keys), kind="stable")
        return np.concatenate(ids)[order].astype(np.int64)

    def adding(self, keys: Keys, ids: NDArray[np.uint32]) -> "Runs":
        """Return these runs with more values in them."""
        order = np.argsort(keys, kind="stable")
        runs = [*self.runs, (keys[order], ids[order])]
        while len(runs) > 1 and len(runs[-1][0]) * 3 >= len(runs[-2][0]):
            (keys_a, ids_a), (keys_b, ids_b) = runs[-2:]
            both = np.concatenate((keys_a, keys_b))
            order = np.argsort(both, kind="stable")
            runs[-2:] = [(both[order], np.concatenate((ids_a, ids_b))[order])]
        return Runs(tuple(runs))


class Ordered(NamedTuple):
    """The ordered values of one moment.

    Attributes:
        by_form: For each form that is kept in order, its runs.
        networks: For each form and prefix length of a network, first address → value id.
        tags: Value ids of all tags.
    """

    by_form: dict[Form, Runs]
    networks: dict[tuple[Form, int], dict[int, int]]
    tags: NDArray[np.uint32]

    def containing(self, form: Form, address: int, longest: int) -> list[int]:
        """Return the ids of the networks that contain an address, the widest first.

        Args:
            form: `Form.NET4` or `Form.NET6`.
            address: The address as a number.
            longest: The longest prefix wanted.
        """
        bits = 32 if form is Form.NET4 else 128
        found: list[int] = []
        for (kind, length), first_addresses in sorted(self.networks.items()):
            if kind is form and length <= longest:
                value_id = first_addresses.get(address >> (bits - length) << (bits - length))
                if value_id is not None:
                    found.append(value_id)
        return found


_AT_ONCE = 1 << 14  # texts compared at a time: bounds the memory of a search
_HASHES = (Form.MD5, Form.SHA1, Form.SHA256, Form.SHA512)
_NETWORKS = {Form.NET4: 6, Form.NET6: 18}  # bytes of form, prefix length and address


def _bytes(values: Values, ids: NDArray[np.int64], count: int) -> NDArray[np.uint8]:
    """Return the first `count` (≤ 24) bytes of packed values, one row each."""
    words = (count + 7) // 8
    at = values.starts[ids][:, None] + np.arange(words)
    return values.words[at].view(np.uint8).reshape(len(ids), -1)[:, :count]


def _number(rows: NDArray[np.uint8]) -> Keys:
    """Read rows of eight bytes as numbers, the first byte the highest."""
    return np.ascontiguousarray(rows).view(">u8").ravel().astype(np.uint64)


def ending_key(values: Values, ids: NDArray[np.int64]) -> Keys:
    """Return the last eight characters of texts, reversed, as a number."""
    last = values.starts[ids + 1] - 1
    before = np.maximum(last - 1, values.starts[ids])
    tail = values.words[np.stack((before, last), axis=1)].view(np.uint8).reshape(len(ids), 16)
    tail[before == last, :8] = 0
    backwards = tail[:, ::-1]
    fill = np.argmax(backwards != 0, axis=1)
    return _number(np.take_along_axis(backwards, fill[:, None] + np.arange(8), axis=1))


def has_ending(values: Values, ids: NDArray[np.int64], ending: bytes) -> NDArray[np.bool_]:
    """Tell which texts end so. Cost: about 0.1 µs a text."""
    found = np.zeros(len(ids), bool)
    wanted = np.frombuffer(ending, np.uint8)
    words = len(ending) // 8 + 2  # the last may hold one character and seven zeros
    for low in range(0, len(ids), _AT_ONCE):
        part = ids[low : low + _AT_ONCE]
        at = values.starts[part + 1][:, None] - np.arange(words, 0, -1)
        tail = values.words[np.maximum(at, 0)].view(np.uint8).reshape(len(part), -1)
        tail[np.repeat(at < values.starts[part][:, None], 8, axis=1)] = 0
        fill = np.argmax(tail[:, ::-1] != 0, axis=1)
        where = words * 8 - fill[:, None] - np.arange(len(ending), 0, -1)
        found[low : low + _AT_ONCE] = (np.take_along_axis(tail, where, axis=1) == wanted).all(1)
    return found


def _key(form: Form, values: Values, ids: NDArray[np.int64]) -> Keys:
    if form is Form.IP4:
        return _number(_bytes(values, ids, 8)) >> np.uint64(24) & np.uint64(0xFFFFFFFF)
    if form is Form.NET4:
        return _number(_bytes(values, ids, 8)) >> np.uint64(16) & np.uint64(0xFFFFFFFF)
    if form is Form.IP6:
        return _number(_bytes(values, ids, 9)[:, 1:])
    if form is Form.NET6:
        return _number(_bytes(values, ids, 10)[:, 2:])
    if form in _HASHES:
        return _number(_bytes(values, ids, 9)[:, 1:])
    return ending_key(values, ids)


_ORDERED = (Form.IP4, Form.IP6, Form.NET4, Form.NET6, Form.DOMAIN, Form.EMAIL, *_HASHES)


def adding(old: Ordered, values: Values, known: int) -> Ordered:
    """Return the order with the values from id `known` on in it.

    The maps of networks are shared with `old`: they only ever gain entries.
    """
    forms = values.forms[known:]
    by_form = dict(old.by_form)
    for form in _ORDERED:
        ids = known + np.flatnonzero(forms == form)
        if len(ids):
            keys = _key(form, values, ids)
            by_form[form] = by_form.get(form, Runs()).adding(keys, ids.astype(np.uint32))
    networks = old.networks
    for form, size in _NETWORKS.items():
        ids = known + np.flatnonzero(forms == form)
        if len(ids):
            networks = dict(networks)
            for value_id, packed in zip(ids.tolist(), _bytes(values, ids, size), strict=True):
                first = int.from_bytes(packed[2:].tobytes(), "big")
                networks.setdefault((form, int(packed[1])), {})[first] = value_id
    tags = (known + np.flatnonzero(forms == Form.TAG)).astype(np.uint32)
    return Ordered(by_form, networks, np.concatenate((old.tags, tags)) if len(tags) else old.tags)


NOTHING_ORDERED = Ordered({}, {}, np.empty(0, np.uint32))
