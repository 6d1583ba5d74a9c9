"""Entries that were added together, arranged so that many values are compared at once."""

from collections.abc import Sequence

import numpy as np

from cure.hub.hashing import HashKey
from cure.hub.moment import Moment
from cure.hub.packing import Form, Packed, pack_all
from cure.hub.values import ValueTable
from cure.hub.watched.endings import Endings
from cure.hub.watched.entry import Entry, Fit
from cure.hub.watched.globs import Globs, has_wild
from cure.hub.watched.networks import WatchedNetworks
from cure.hub.watched.pairs import Numbers, Pairs, SortedKeys
from cure.model import Observable, Topic, tag


class Group:
    """Entries, by how they fit."""

    def __init__(self, entries: Sequence[Entry], numbers: Numbers, key: HashKey) -> None:
        """Arrange entries.

        Args:
            entries: They.
            numbers: The number of each.
            key: The key by which the hub hashes values.
        """
        self.entries = entries
        self.numbers = numbers
        at: dict[Fit, list[int]] = {fit: [] for fit in Fit}
        for row, one in enumerate(entries):
            at[_way(one)].append(row)

        def chosen(fit: Fit) -> tuple[list[str], Numbers]:
            return [entries[row].pattern for row in at[fit]], numbers[at[fit]]

        self._packed = pack_all([_exactly(entries[row]) for row in at[Fit.VALUE]])
        self._exact_numbers = numbers[at[Fit.VALUE]]
        self._exact = ValueTable(key)
        self._by_row = SortedKeys.of(self._exact.add(self._packed), self._exact_numbers)
        self._networks = WatchedNetworks(*chosen(Fit.NETWORK))
        self._names = Endings(*chosen(Fit.DOMAIN), of_mail=False)
        mail, mail_numbers = chosen(Fit.MAIL_DOMAIN)
        domains = [one.removeprefix("*@") for one in mail]
        self._mail = Endings(domains, mail_numbers, of_mail=True)
        self._globs = Globs(*chosen(Fit.TAG))

    def fitting(self, moment: Moment, first: int, last: int) -> Pairs:
        """Return which values from id `first` to before `last` fit. Cost: about 0.5 µs a value."""
        values = moment.values
        ids = np.arange(first, last)
        packed = Packed(values.words, values.starts[first : last + 1])
        found = self._exact.now.find(packed, values.hashes[first:last])
        known = np.flatnonzero(found >= 0)
        at, numbers = self._by_row.equal(found[known])
        parts = [
            Pairs(ids[known[at]], numbers),
            self._networks.fitting(values, ids),
            self._named(moment, ids),
        ]
        return Pairs.of(parts)

    def held(self, moment: Moment) -> Pairs:
        """Return which values fit of all that are there.

        Cost: about 1 µs an entry, and 0.4 µs a name that the hub holds if names are watched.
        """
        values = moment.values
        found = values.find(self._packed)
        known = np.flatnonzero(found >= 0)
        parts = [
            Pairs(found[known], self._exact_numbers[known]),
            self._networks.held(values, moment.ordered),
            self._named(moment, np.arange(len(values))),
        ]
        return Pairs.of(parts)

    def _named(self, moment: Moment, ids: Numbers) -> Pairs:
        """Return which names, mail addresses and tags fit."""
        values = moment.values
        forms = values.forms[ids]
        return Pairs.of(
            [
                self._names.fitting(values, ids[forms == Form.DOMAIN]),
                self._mail.fitting(values, ids[forms == Form.EMAIL]),
                self._globs.fitting(values, ids[forms == Form.TAG]),
            ]
        )


def _way(entry: Entry) -> Fit:
    """Return how an entry is compared: an address as a network of one, a plain tag as a value."""
    if entry.topic is Topic.IP:
        return Fit.NETWORK
    return Fit.VALUE if entry.fit is Fit.TAG and not has_wild(entry.pattern) else entry.fit


def _exactly(entry: Entry) -> Observable:
    return tag(entry.pattern) if entry.fit is Fit.TAG else Observable(entry.topic, entry.pattern)
