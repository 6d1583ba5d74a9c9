"""Server-sent events, as a client reads them.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class ServerEvent(NamedTuple):
    """One event.

    Attributes:
        name: What kind it is.
        id: The last id that the server gave, with this event or before it.
        data: What it tells.
    """

    name: str
    id: str
    data: str


def server_events(lines: Iterable[str]) -> Iterator[ServerEvent]:
    r"""Yield the events in the lines of a stream; one that was cut off is none.

    >>> list(server_events(["id: 7", "event: record", "data: 1", "data: 2", "", ": here", ""]))
    [ServerEvent(name='record', id='7', data='1\n2')]
    """
    name, event_id, data = "message", "", list[str]()
    for line in lines:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                yield ServerEvent(name, event_id, "\n".join(data))
            name, data = "message", []
        elif field == "event":
            name = value
        elif field == "id":
            event_id = value
        elif field == "data":
            data.append(value)
