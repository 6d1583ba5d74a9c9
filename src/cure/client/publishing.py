"""Publishing to a server: findings, and tickets."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from cure.client.connection import Connection, Json

try:
    from compression import zstd  # pyright: ignore[reportMissingImports]
except ImportError:  # before Python 3.14
    from backports import zstd

BATCH_FINDINGS = 5000
_TRIES = 8
_KEYS_AT_ONCE = 100
_BUSY = frozenset({429, 503})
_SHOWN_QUARANTINED = 1000
_REPLAYED = ("lines", "spoke", "silent", "quarantined", "records", "new_records")


class Publishing(Connection):
    """What a sensor, and who keeps tickets, does."""

    def publish(
        self,
        source: str,
        findings: Iterable[Mapping[str, Any] | bytes],
        *,
        batch: int = BATCH_FINDINGS,
    ) -> Json:
        """Publish findings; they are durable when this returns.

        Args:
            source: Who says it, such as ``cowrie@tokyo-1``.
            findings: Findings as `cure parse` writes them, as objects or as lines of JSON.
            batch: How many are sent at a time.

        Returns:
            What became of them, as POST records answers, summed up over all batches.
        """
        told: Json = {}
        rest = iter(findings)
        while some := list(islice(rest, batch)):
            lines = [one if isinstance(one, bytes) else msgspec.json.encode(one) for one in some]
            answer = self._post_records(source, b"\n".join(lines))
            told = answer if not told else _sum(told, answer)
        return told or self._post_records(source, b"")

    def _post_records(self, source: str, body: bytes) -> Json:
        packed = zstd.compress(body, 1)
        answer = self._send_records(source, packed)
        for _ in range(_TRIES):
            if answer.status_code not in _BUSY:
                break
            time.sleep(float(answer.headers.get("Retry-After", 1)))
            answer = self._send_records(source, packed)
        return self._read(answer)

    def _send_records(self, source: str, packed: bytes) -> httpx.Response:
        headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "zstd"}
        with self._reaching():
            return self._http.post(
                "/api/v1/records", params={"source": source}, content=packed, headers=headers
            )

    def retract(
        self,
        source: str,
        keys: Sequence[str] = (),
        *,
        value: str | None = None,
        everything: bool = False,
        dry_run: bool = False,
    ) -> Json:
        """Take back what an own source said; all who could read it are told.

        Args:
            source: Whose records.
            keys: Its own ids of records, or
            value: the value of which all that it says goes, or
            everything: that all that it says goes.
            dry_run: Whether to count only.

        Returns:
            How many records were taken back, `retracted`; and how many keys are `unknown`.
        """
        asked = {"source": source, "dry_run": dry_run, "all": everything or None, "value": value}
        told = {"retracted": 0, "unknown": 0}
        for at in range(0, max(len(keys), 1), _KEYS_AT_ONCE):
            question = {name: one for name, one in asked.items() if one is not None}
            some = [("key", one) for one in keys[at : at + _KEYS_AT_ONCE]]
            with self._reaching():
                answer = self._http.request(
                    "DELETE", "/api/v1/records", params=[*question.items(), *some]
                )
            done = self._read(answer)
            told = {name: told[name] + done[name] for name in told}
        return told

    def replay_quarantine(
        self, source: str, *, reason: str | None = None, own: Iterable[str] = (), zone: str = "UTC"
    ) -> Json:
        """Have the quarantined lines of an own source read again.

        Args:
            source: Whose lines.
            reason: Only those with this reason.
            own: The networks of the own side, for a source that the server does not gather from.
            zone: The time zone of times that name none, for such a source.

        Returns:
            What became of them: `lines`, of which `spoke` left the quarantine, while `silent` and
            `quarantined` stay; `records`, `new_records`, `reasons`.
        """
        form = {"source": source, "reason": reason, "own": list(own), "zone": zone}
        told = self._send("POST", "quarantine/replay", form)
        while told["next"] is not None:
            more = self._send("POST", "quarantine/replay", form | {"cursor": told["next"]})
            reasons = Counter(told["reasons"]) + Counter(more["reasons"])
            told = {name: told[name] + more[name] for name in _REPLAYED}
            told |= {"reasons": dict(reasons), "next": more["next"]}
        return told

    def add_ticket(self, ticket: Mapping[str, Any]) -> Json:
        """Make a ticket: title, text, values, tags, tlp; only the title is needed."""
        return self._send("POST", "tickets", ticket)

    def change_ticket(self, ticket_id: str, change: Mapping[str, Any]) -> Json:
        """Change a ticket, or close it with ``{"status": "closed"}``."""
        return self._send("PATCH", f"tickets/{quote(ticket_id, safe='')}", change)

    def ticket(self, ticket_id: str) -> Json:
        """Return a ticket."""
        return self._get(f"tickets/{quote(ticket_id, safe='')}")

    def tickets(self, *, status: str | None = None) -> list[Json]:
        """Return the tickets that one may see, the one that was changed last first."""
        return self._get("tickets", status=status)


def _sum(before: Json, more: Json) -> Json:
    """Add the account of one batch to that of those before it."""
    counts = ("lines", "accepted", "duplicates", "silent", "quarantined_count")
    first, last = before["sequence"]["first"], more["sequence"]["last"]
    shown = [one | {"line": one["line"] + before["lines"]} for one in more["quarantined"]]
    return {name: before[name] + more[name] for name in counts} | {
        "quarantined": (before["quarantined"] + shown)[:_SHOWN_QUARANTINED],
        "sequence": {
            "first": more["sequence"]["first"] if first is None else first,
            "last": before["sequence"]["last"] if last is None else last,
        },
    }
