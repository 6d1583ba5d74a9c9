"""Being told by a server: watches, hits, alerts, streams, and what leaves in other forms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cure.client.connection import Connection, Json, When, decode
from cure.client.draining import drain
from cure.client.following import follow
from cure.formats.server_events import server_events


class BeingTold(Connection):
    """What a subscriber takes."""

    def add_watch(self, name: str, entries: Iterable[str] = (), *, own: bool = False) -> Json:
        """Make a watch; entries that cannot be read come back as `bad`, the others are watched."""
        return self._send("POST", "watches", {"name": name, "own": own, "entries": [*entries]})

    def add_entries(self, watch_id: str, lines: bytes, *, remove: bool = False) -> Json:
        """Add one entry a line to a watch, or remove them."""
        path = f"/api/v1/watches/{quote(watch_id, safe='')}/entries{'/remove' if remove else ''}"
        with self._reaching():
            answer = self._http.post(path, content=lines, headers={"Content-Type": "text/plain"})
        return self._read(answer)

    def hits(self, *, watch: str | None = None, state: str | None = None) -> Iterator[Json]:
        """Yield the hits of one's watches, the latest first."""
        cursor: str | None = ""
        while cursor is not None:
            page = self._get("hits", watch=watch, state=state, cursor=cursor or None, limit=1000)
            yield from page["hits"]
            cursor = page["next"]

    def alerts(
        self,
        *,
        since: When = None,
        state: str | None = None,
        matched: bool = False,
        limit: int = 100,
    ) -> Json:
        """Return own alerts with all that is known of their outside values."""
        return self._get("alerts", since=since, state=state, matched=int(matched), limit=limit)

    def stream(self) -> Iterator[tuple[str, Any]]:
        """Yield the name and data of each event: ``snapshot`` first, then ``changes``."""
        with self._streaming("stream", {}, {}) as answer:
            for event in server_events(answer.iter_lines()):
                yield event.name, decode(event.data)

    def follow(
        self, cursor: str = "", *, since: When = None, **only: Sequence[str]
    ) -> Iterator[tuple[str, Json]]:
        """Yield every record as it comes, at least once, each with its cursor; without end.

        Args:
            cursor: Of the last record that was taken care of; empty: from `since` or now on.
            since: From when on, without a cursor.
            only: What to follow: `topic`, `source`, `tag`, `watch`, of each any that is named.
        """
        question = {"since": since.isoformat() if isinstance(since, datetime) else since, **only}
        asked = {name: value for name, value in question.items() if value}
        return follow(lambda headers: self._streaming("stream/records", asked, headers), cursor)

    def stix(self, collection: str = "all", *, since: datetime | None = None) -> Iterator[Json]:
        """Yield what came since a moment as objects of STIX 2.1.

        Args:
            collection: ``all``, or such as ``topic-ip``, ``source-cowrie``, ``tag-malware:emotet``.
            since: When; None: from the beginning on.
        """
        return drain(self._http, collection, since and since.isoformat())

    def value_list(self, form: str, asked: Mapping[str, Any]) -> str:
        """Return a list of values for a firewall, resolver or sensor, in one of their forms."""
        with self._reaching():
            answer = self._http.get(
                f"/lists/{form}",
                params={name: value for name, value in asked.items() if value is not None},
            )
        return self._read(answer) if answer.is_error else answer.text
