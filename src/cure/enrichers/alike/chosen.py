"""The behaviour that one audience may derive from: the rows that its view lets through."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.enrichers.alike.behaviours import STRAYS, Addresses, Held, addresses_of, in_reach
from cure.enrichers.behaviour.events import Events
from cure.hub.view import View
from cure.model.audience import UNDISCLOSED_NAME

_MICROSECOND = timedelta(microseconds=1)
Numbers = NDArray[np.int64]


class Chosen(NamedTuple):
    """What an audience may derive from, within a window of time.

    Attributes:
        events: The behaviour; addresses in the order of `addresses`.
        addresses: The addresses as numbers, ascending.
        records: Number of the record of each event.
        since: When the window begins, in µs since 1970.
        until: Its end; 0: the audience may see nothing. A few events may be later.
        upto: The last record that was looked at.
    """

    events: Events
    addresses: Addresses
    records: NDArray[np.uint32]
    since: int
    until: int
    upto: int

    def number(self, ip: str) -> int | None:
        """Return the number of an address in the events; None: it has none."""
        wanted = addresses_of([ip])
        at = int(self.addresses.searchsorted(wanted)[0])
        is_there = at < len(self.addresses) and self.addresses[at] == wanted[0]
        return at if is_there else None

    def seen(self, number: int) -> tuple[int, int]:
        """Return when an address was first and last seen, in µs. Cost: 1 ns an event."""
        at = self.events.at[self.events.ip == number]
        return int(at.min()), int(at.max())


def choose(held: Held, view: View, window: timedelta) -> Chosen:
    """Take the rows that a view lets through, as far back as a window reaches.

    The window ends at the latest of them, so that an archive can be asked as well; but a few
    strays do not move its end, which is later than all but a thousandth of what is in reach.

    Args:
        held: The columns.
        view: Of an audience that derives.
        window: How long it is.

    Cost: about 10 ns a row that is held and 60 ns one that is taken.
    """
    rows = held.rows
    keep = in_reach(rows, view.sees(rows.record) & (rows.times > 0), held.keep_us)
    until = _end(rows.at[keep])
    since = until - window // _MICROSECOND
    keep &= rows.at >= since
    taken = np.flatnonzero(keep)
    carried = np.flatnonzero(keep[rows.payload_row])
    payload_row = rows.payload_row[carried]

    order, ip_of = _in_order(held, rows.ip[taken])
    ips = [held.ips[number] for number in order.tolist()]
    services, service = _services(held, view, taken)
    words, word = np.unique(rows.payload_token[carried], return_inverse=True)
    events = Events(
        ips=ips,
        tokens=services + [held.tokens[number] for number in words.tolist()],
        ip=ip_of[rows.ip[taken]],
        at=rows.at[taken],
        service=service.astype(np.uint32),
        count=rows.times[taken],
        payload_ip=ip_of[rows.ip[payload_row]],
        payload_token=(word + len(services)).astype(np.uint32),
        payload_count=rows.times[payload_row],
    )
    addresses = held.addresses[order]
    upto = min(held.upto, view.upto())  # the log is told of a record before the hub is
    return Chosen(events, addresses, rows.record[taken], since, until, upto)


def _end(at: Numbers) -> int:
    strays = max(STRAYS, len(at) // 1000)
    if len(at) <= strays:
        return int(at.max(initial=0))
    return int(np.partition(at, -strays - 1)[-strays - 1])


def only(events: Events, numbers: Numbers) -> Events:
    """Return all events of some addresses; they are numbered anew, tokens are not."""
    wanted = np.zeros(len(events.ips), bool)
    wanted[numbers] = True
    renumbered = (np.cumsum(wanted) - 1).astype(np.uint32)
    rows, payload = wanted[events.ip], wanted[events.payload_ip]
    return Events(
        [events.ips[number] for number in np.flatnonzero(wanted).tolist()],
        events.tokens,
        renumbered[events.ip[rows]],
        events.at[rows],
        events.service[rows],
        events.count[rows],
        renumbered[events.payload_ip[payload]],
        events.payload_token[payload],
        events.payload_count[payload],
    )


def _in_order(held: Held, ip: NDArray[np.uint32]) -> tuple[Numbers, NDArray[np.uint32]]:
    """Number the addresses that occur in the order of their values, which no other record shapes.

    Returns:
        The old number of each new one, and the new number of each old one.
    """
    occurs = np.zeros(len(held.addresses), bool)
    occurs[ip] = True
    numbers = np.flatnonzero(occurs)
    order = numbers[np.argsort(held.addresses[numbers])]
    new = np.zeros(len(held.addresses), np.uint32)
    new[order] = np.arange(len(order), dtype=np.uint32)
    return order, new


def _services(held: Held, view: View, taken: Numbers) -> tuple[list[str], Numbers]:
    """Return the tokens of what was asked for, with the publisher unless it stays unnamed."""
    rows = held.rows
    publisher = rows.publisher[taken].astype(np.int64)
    publisher[view.unnamed(rows.record[taken])] = len(held.publishers)
    names = (*held.publishers, UNDISCLOSED_NAME)
    codes, service = np.unique(publisher << 32 | rows.service[taken], return_inverse=True)
    tokens: list[str] = []
    for code in codes.tolist():
        asked = held.tokens[code & 0xFFFFFFFF]
        tokens.append(f"{names[code >> 32]}:{asked}" if asked else names[code >> 32])
    return tokens, service
