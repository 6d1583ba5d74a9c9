"""Addresses and networks that are watched: which addresses and networks of the hub fit.

An address of IPv4 is a number of 32 bits, one of IPv6 a text of 16 bytes; both are in order.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cure.hub.ordered import Ordered, Runs
from cure.hub.packing import Form, Packed, pack_all
from cure.hub.postings import spread
from cure.hub.values import Values
from cure.hub.watched.pairs import Numbers, Pairs, SortedKeys
from cure.model import Observable, Topic

Addresses: TypeAlias = NDArray[Any]
_LARGEST = np.uint64(2**64 - 1)
WIDEST = {4: 16, 6: 32}
"""A wider network than this says nothing about a single address within it."""


class _Version(NamedTuple):
    number: int
    bits: int
    address: Form
    network: Form


_VERSIONS = (_Version(4, 32, Form.IP4, Form.NET4), _Version(6, 128, Form.IP6, Form.NET6))


class WatchedNetworks:
    """Networks, and single addresses, each with the number of its entry."""

    def __init__(self, networks: Sequence[str], entries: Numbers) -> None:
        """Take networks in canonical form; a single address is a network of one."""
        packed = pack_all([Observable(Topic.IP, one) for one in networks])
        forms = packed.words[packed.starts[:-1]] & np.uint64(0xFF)
        self._sides = [
            _Side(version, packed, entries)
            for version in _VERSIONS
            if np.isin(forms, (version.address, version.network)).any()
        ]

    def fitting(self, values: Values, ids: Numbers) -> Pairs:
        """Return which of these values fit. Cost: about 0.1 µs an address and prefix length."""
        forms = values.forms[ids]
        parts: list[Pairs] = []
        for side in self._sides:
            parts.append(side.fitting(values, ids[forms == side.version.address]))
            parts.append(side.fitting_networks(values, ids[forms == side.version.network]))
        return Pairs.of(parts)

    def held(self, values: Values, ordered: Ordered) -> Pairs:
        """Return which values fit of all that are there. Cost: about 1 µs an entry."""
        parts: list[Pairs] = []
        for side in self._sides:
            parts.append(side.held(values, ordered))
            networks = np.flatnonzero(values.forms == side.version.network)
            parts.append(side.fitting_networks(values, networks))
        return Pairs.of(parts)


class _Side:
    """The entries of one version of the protocol."""

    def __init__(self, version: _Version, packed: Packed, entries: Numbers) -> None:
        self.version = version
        first = packed.words[packed.starts[:-1]]
        singles = np.flatnonzero(first & np.uint64(0xFF) == version.address)
        networks = np.flatnonzero(first & np.uint64(0xFF) == version.network)
        self._lengths = np.full(len(singles) + len(networks), version.bits, np.int64)
        self._lengths[len(singles) :] = first[networks] >> np.uint64(8) & np.uint64(0xFF)
        self._entries = entries[np.concatenate((singles, networks))]
        self._bases = np.concatenate(
            (_packed(packed, singles, 1, version), _packed(packed, networks, 2, version))
        )
        rows = np.arange(len(self._bases))
        self._by_length = {
            length: SortedKeys.of(self._bases[at], rows[at])
            for length in np.unique(self._lengths).tolist()
            if len(at := np.flatnonzero(self._lengths == length))
        }

    def fitting(self, values: Values, ids: Numbers) -> Pairs:
        """Return which addresses lie in which of the networks."""
        if not len(ids):
            return Pairs.of(())
        asked = _packed(_all(values), ids, 1, self.version)
        parts: list[Pairs] = []
        for length, bases in self._by_length.items():
            at, rows = bases.equal(_masked(asked, length, self.version))
            parts.append(Pairs(ids[at], self._entries[rows]))
        return Pairs.of(parts)

    def fitting_networks(self, values: Values, ids: Numbers) -> Pairs:
        """Return which networks of the hub lie in or around which of the entries."""
        if not len(ids):
            return Pairs.of(())
        asked = _packed(_all(values), ids, 2, self.version)
        prefixes = values.words[values.starts[ids]] >> np.uint64(8) & np.uint64(0xFF)
        parts: list[Pairs] = []
        for length, bases in self._by_length.items():  # in them
            narrower = np.flatnonzero(prefixes >= length)
            at, rows = bases.equal(_masked(asked[narrower], length, self.version))
            parts.append(Pairs(ids[narrower[at]], self._entries[rows]))
        for prefix in np.unique(prefixes).tolist():  # around them
            if prefix >= WIDEST[self.version.number]:
                same = np.flatnonzero(prefixes == prefix)
                wide = SortedKeys.of(asked[same], ids[same])
                longer = np.flatnonzero(self._lengths > prefix)
                at, found = wide.equal(_masked(self._bases[longer], prefix, self.version))
                parts.append(Pairs(found, self._entries[longer[at]]))
        return Pairs.of(parts)

    def held(self, values: Values, ordered: Ordered) -> Pairs:
        """Return which of all addresses lie in which of the networks, by the order of those."""
        parts: list[Pairs] = []
        low = _order_keys(self._bases, self.version)
        high = low + _span(self._lengths, self.version)
        for keys, ids in ordered.by_form.get(self.version.address, Runs()).runs:
            first = keys.searchsorted(low, "left").astype(np.int64)
            rows, at = spread(first, keys.searchsorted(high, "right").astype(np.int64))
            found = ids[at].astype(np.int64)
            if self.version.bits > 64:  # noqa: PLR2004 - the key of the order holds 64 bits
                keep = self._is_within(_packed(_all(values), found, 1, self.version), rows)
                found, rows = found[keep], rows[keep]
            parts.append(Pairs(found, self._entries[rows]))
        return Pairs.of(parts)

    def _is_within(self, addresses: Addresses, rows: Numbers) -> NDArray[np.bool_]:
        """Tell which address lies in the network of its row."""
        within = np.zeros(len(rows), bool)
        for length in self._by_length:
            at = np.flatnonzero(self._lengths[rows] == length)
            masked = _masked(addresses[at], length, self.version)
            within[at] = masked == self._bases[rows[at]]
        return within


def _packed(packed: Packed, ids: Numbers, skip: int, version: _Version) -> Addresses:
    """Return the addresses of packed values, which begin after `skip` bytes."""
    size = version.bits // 8
    words = (skip + size + 7) // 8
    rows = packed.words[packed.starts[ids][:, None] + np.arange(words)].view(np.uint8)
    octets = np.ascontiguousarray(rows.reshape(-1, words * 8)[:, skip : skip + size])
    if version.bits == 32:  # noqa: PLR2004 - IPv4
        return octets.view(">u4").ravel().astype(np.uint32)
    return octets.view("S16").ravel()


def _masked(addresses: Addresses, length: int, version: _Version) -> Addresses:
    """Return the first address of the network of this prefix length around each address."""
    mask = (1 << version.bits) - (1 << (version.bits - length))
    if version.bits == 32:  # noqa: PLR2004 - IPv4
        return addresses & np.uint32(mask)
    octets = np.frombuffer(mask.to_bytes(16, "big"), np.uint8)
    return (addresses.view(np.uint8).reshape(-1, 16) & octets).view("S16").ravel()


def _order_keys(addresses: Addresses, version: _Version) -> NDArray[np.uint64]:
    """Return the keys by which `Ordered` keeps addresses: their first 64 bits."""
    if version.bits == 32:  # noqa: PLR2004 - IPv4
        return addresses.astype(np.uint64)
    octets = addresses.view(np.uint8).reshape(-1, 16)[:, :8]
    return np.ascontiguousarray(octets).view(">u8").ravel().astype(np.uint64)


def _span(lengths: Numbers, version: _Version) -> NDArray[np.uint64]:
    """Return by how much the keys in a network of each prefix length differ at most."""
    free = np.maximum(min(version.bits, 64) - lengths, 0).astype(np.uint64)
    return np.where(free < 64, (np.uint64(1) << np.minimum(free, 63)) - np.uint64(1), _LARGEST)  # noqa: PLR2004


def _all(values: Values) -> Packed:
    return Packed(values.words, values.starts)
