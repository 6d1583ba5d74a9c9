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
        """Return the ids of all values whose key lies in the closed range, in no order."""
        bounds = np.array((low, high), np.uint64)
        found = [
            run_ids[keys.searchsorted(bounds[0], "left") : keys.searchsorted(bounds[1], "right")]
            for keys, run_ids in self.runs
        ]
        return np.concatenate(found).astype(np.int64) if found else np.empty(0, np.int64)

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


_HASHES = (Form.MD5, Form.SHA1, Form.SHA256, Form.SHA512)
_NETWORKS = {Form.NET4: 6, Form.NET6: 18}  # bytes of form, prefix length and address


def _bytes(values: Values, ids: NDArray[np.int64], count: int) -> NDArray[np.uint8]:
    """Return the first `count` (≤ 24) bytes of packed values, one row each."""
    words = (count + 7) // 8
    at = values.starts[ids][:, None] + np.arange(words)
    return values.words[at].view(np.uint8).reshape(len(ids), words * 8)[:, :count]


def _number(rows: NDArray[np.uint8]) -> Keys:
    """Read rows of eight bytes as numbers, the first byte the highest."""
    return np.ascontiguousarray(rows).view(">u8").ravel().astype(np.uint64)


def _tails(values: Values, ids: NDArray[np.int64], before: int) -> Keys:
    """Return eight characters of texts as a number, the last one the highest.

    Args:
        values: All values.
        ids: The texts.
        before: How many eights of characters stand behind the wanted ones. What would stand
            before the text is a byte that no text has.
    """
    starts = values.starts[ids]
    end = values.starts[ids + 1] - 1
    last = values.words[end]
    fill = np.zeros(len(ids), np.uint64)
    for least in range(8, 64, 8):  # a text fills its last word with zeros
        fill += np.where(last < np.uint64(1 << least), np.uint64(8), np.uint64(0))

    def word(at: NDArray[np.int64]) -> Keys:
        return np.where(at >= starts, values.words[np.maximum(at, starts)], np.uint64(0))

    if before:
        last = word(end - before)
    earlier = word(end - before - 1)
    return last << fill | earlier >> np.uint64(1) >> (np.uint64(63) - fill)


def with_ending(values: Values, ids: NDArray[np.int64], ending: bytes) -> NDArray[np.int64]:
    """Return which texts end so, of those whose key does: their last eight characters fit.

    Cost: about 50 ns a text.
    """
    for before in range(1, (len(ending) + 7) // 8):
        stop = len(ending) - 8 * before
        part = ending[max(0, stop - 8) : stop]
        lower = np.uint64(64 - 8 * len(part))  # bits of characters that may be any
        wanted = np.uint64(int.from_bytes(part, "little"))
        ids = ids[_tails(values, ids, before) >> lower == wanted]
    return ids


def prefix_lengths(values: Values, networks: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the prefix length of each network."""
    return _bytes(values, networks, 2)[:, 1]


def first_of_each_form(values: Values, ids: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return, of each form, the first so many values by their text; of networks all.

    Packed values of a form are in the order of their bytes; networks are not, as their prefix
    length stands before their address. Cost: about 20 ns a value.
    """
    forms = values.forms[ids]
    found = [
        among if form in _NETWORKS else _first(values, among, count)
        for form in np.unique(forms)
        for among in [ids[forms == form]]
    ]
    return np.concatenate(found) if found else ids


def _first(values: Values, ids: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the first so many values of one form, comparing word after word those that tie."""
    found: list[NDArray[np.int64]] = []
    word = 0
    while len(ids) > count > 0:
        at = values.starts[ids] + word
        is_over = at >= values.starts[ids + 1]
        if is_over.all():
            break
        keys = values.words[np.where(is_over, 0, at)].byteswap()
        keys[is_over] = 0
        bound = np.partition(keys, count - 1)[count - 1]
        before = ids[keys < bound]
        found.append(before)
        count -= len(before)
        ids = ids[keys == bound]
        word += 1
    return np.concatenate((*found, ids[:count]))


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
    return _tails(values, ids, 0)


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
