"""Where addresses are registered, and who announces them: read offline. Context, not evidence.

Countries are those to which the five regional registries gave the addresses, as the package
`iptocc` (MIT or Apache-2.0) brings them. Autonomous systems come from a table of the operator's
own, in the form of https://iptoasn.com (PDDL): first, last, number, country, name, by tabs.
"""

import gzip
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from cure.enrichers.alike.behaviours import Addresses, addresses_of
from cure.errors import ConfigError
from cure.hub.view import Card, Place
from cure.model import Topic

_FIELDS = 5


class _Table(NamedTuple):
    """Ranges of addresses, ascending, none in two of them."""

    first: Addresses
    last: Addresses
    asn: NDArray[np.uint32]
    names: list[str]


class Geography:
    """Places of addresses."""

    def __init__(self, asn_table: Path | None = None) -> None:
        """Look autonomous systems up in a table; it is read when the first is asked for."""
        self._file = asn_table

    def place(self, ip: str) -> Place:
        """Return where an address belongs. Cost: 3 µs.

        Raises:
            ConfigError: If the table cannot be read.
        """
        from iptocc import country_code  # noqa: PLC0415 - only who is shown places needs it

        country = country_code(ip)
        asn = int(self.asns(addresses_of([ip]))[0])
        if not asn:
            return Place(country)
        at = int(self._table.first.searchsorted(addresses_of([ip]), side="right")[0]) - 1
        return Place(country, asn, self._table.names[at])

    def placed(self, card: Card) -> Card:
        """Return a card with the place of its address; another one as it is."""
        if card.status != "known" or card.topic is not Topic.IP or "/" in card.value:
            return card
        return msgspec.structs.replace(card, place=self.place(card.value))

    def prepare(self) -> None:
        """Read the table, so that the first answers need not. Cost: 3 s for 500,000 ranges."""
        if self._file is not None:
            _ = self._table

    def asns(self, addresses: Addresses) -> NDArray[np.uint32]:
        """Return the number of the autonomous system of each address; 0: it is not known.

        Raises:
            ConfigError: If the table cannot be read.
        """
        found = np.zeros(len(addresses), np.uint32)
        if self._file is not None and len(self._table.first):
            at = self._table.first.searchsorted(addresses, side="right") - 1
            inside = (at >= 0) & (addresses <= self._table.last[at])
            found[inside] = self._table.asn[at[inside]]
        return found

    @property
    def knows_asns(self) -> bool:
        """Whether there is a table of autonomous systems."""
        return self._file is not None

    @cached_property
    def _table(self) -> _Table:
        assert self._file is not None  # noqa: S101 - nobody asks otherwise
        first: list[str] = []
        last: list[str] = []
        asn: list[int] = []
        names: list[str] = []
        opened = gzip.open if self._file.suffix == ".gz" else open
        try:
            with opened(self._file, "rt", encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    cells = line.rstrip("\n").split("\t", _FIELDS - 1)
                    if int(cells[2]):
                        first.append(cells[0])
                        last.append(cells[1])
                        asn.append(int(cells[2]))
                        names.append(cells[4])
            table = _Table(addresses_of(first), addresses_of(last), np.array(asn, np.uint32), names)
        except OSError as error:
            raise ConfigError(f"cannot read {self._file}: {error.strerror}") from error
        except (ValueError, IndexError) as error:
            raise ConfigError(f"{self._file} is no table as of iptoasn.com: {error}") from error
        order = np.argsort(table.first, kind="stable")
        return _Table(
            table.first[order], table.last[order], table.asn[order], [names[at] for at in order]
        )
