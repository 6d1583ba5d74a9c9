"""The watches and alerts of a data directory here, or of a server, for the commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec

import cure
from cure.app import operator
from cure.asking import moment
from cure.cli.answered import read_answer
from cure.cli.opening import opened
from cure.cli.options import settings_of
from cure.errors import ConfigError
from cure.installation import Installation
from cure.model import Audience, Purpose
from cure.subscribers.alerts.alert import AlertShown, AlertState
from cure.subscribers.alerts.desk import AlertDesk, Asked
from cure.subscribers.watch_post import WatchPost
from cure.subscribers.watches.audiences import Audiences
from cure.subscribers.watches.desk import Added, DryRun, WatchShown
from cure.subscribers.watches.hit import HitShown, HitState
from cure.subscribers.watches.watch import Watch, WatchChange, WatchForm


class WatchBook(Protocol):
    """What can be done with watches, hits and own alerts."""

    def add(self, form: WatchForm) -> Added:
        """Make a watch."""
        ...

    def add_entries(self, watch_id: str, lines: bytes) -> Added:
        """Add one entry a line."""
        ...

    def remove_entries(self, watch_id: str, lines: bytes) -> Added:
        """Take one entry a line out."""
        ...

    def change(self, watch_id: str, change: WatchChange) -> Watch:
        """Change a watch."""
        ...

    def remove(self, watch_id: str) -> None:
        """Remove a watch."""
        ...

    def all(self) -> list[Watch]:
        """Return all watches."""
        ...

    def one(self, watch_id: str) -> WatchShown:
        """Return a watch."""
        ...

    def dry_run(self, entries: list[str], days: int) -> DryRun:
        """Tell what entries would have met."""
        ...

    def hits(self, watch: str | None, state: HitState | None, limit: int) -> list[HitShown]:
        """Return hits, the latest first."""
        ...

    def acknowledge(self, hit_id: str) -> HitShown:
        """Note that a hit was seen to."""
        ...

    def alerts(
        self, since: str | None, state: AlertState | None, *, matched: bool, limit: int
    ) -> list[AlertShown]:
        """Return own alerts, matched ones first."""
        ...

    def mark(self, alert_id: str, state: AlertState, note: str) -> AlertShown:
        """Say what has become of an alert."""
        ...


@contextmanager
def watch_book(data: Path | None, url: str | None) -> Iterator[WatchBook]:
    """Open what was named on the command line; what came since is matched first.

    Raises:
        ConfigError: If both were, or there is no data.
    """
    if url is None:
        settings = settings_of(data)
        with opened(settings) as installation:
            post = _post(installation, operator(settings.organisation))
            try:
                yield _Here(installation, post, settings.organisation)
            finally:
                post.store.close()
    elif data is None:
        with cure.Client(url) as client:
            yield _There(client)
    else:
        raise ConfigError("give --data or --url, not both")


def _post(installation: Installation, audience: Audience) -> WatchPost:
    audiences = Audiences(audience)
    post = WatchPost(
        installation.directory, installation.gate, audiences, lambda: datetime.now(UTC)
    )
    post.match()
    return post


class _Here:
    def __init__(self, installation: Installation, post: WatchPost, organisation: str) -> None:
        self._log, self._post = installation.log, post
        self._desk = post.desk(organisation, organisation)
        self._reads = operator(organisation)
        self._pushed = msgspec.structs.replace(self._reads, purpose=Purpose.PUSH)
        self._view = partial(installation.gate.view, at=datetime.now(UTC))
        self.add, self.change = self._desk.add, self._desk.change
        self.remove, self.all, self.one = self._desk.remove, self._desk.all, self._desk.one

    def add_entries(self, watch_id: str, lines: bytes) -> Added:
        return self._desk.add_entries(watch_id, lines.splitlines())

    def remove_entries(self, watch_id: str, lines: bytes) -> Added:
        return self._desk.remove_entries(watch_id, lines.splitlines())

    def dry_run(self, entries: list[str], days: int) -> DryRun:
        return self._desk.dry_run(entries, self._pushed, days)

    def hits(self, watch: str | None, state: HitState | None, limit: int) -> list[HitShown]:
        view = self._view(self._pushed)
        return self._desk.hits(view, watch=watch, state=state, limit=limit).hits

    def acknowledge(self, hit_id: str) -> HitShown:
        return self._desk.acknowledge(self._view(self._pushed), hit_id)

    def alerts(
        self, since: str | None, state: AlertState | None, *, matched: bool, limit: int
    ) -> list[AlertShown]:
        begin = None if since is None else moment(since, datetime.now(UTC))
        return self._alert_desk().alerts(Asked(begin, state, matched, 0, limit)).alerts

    def mark(self, alert_id: str, state: AlertState, note: str) -> AlertShown:
        return self._alert_desk().mark(alert_id, state, note)

    def _alert_desk(self) -> AlertDesk:
        return AlertDesk(
            self._post.alerts,
            self._log,
            self._post.alert_ids,
            audience=self._reads,
            view=self._view(self._reads),
            by=self._reads.organisation,
            now=datetime.now(UTC),
        )


class _There:
    def __init__(self, client: cure.Client) -> None:
        self._client = client

    def add(self, form: WatchForm) -> Added:
        return read_answer(self._client.add_watch(form.name, form.entries, own=form.own), Added)

    def add_entries(self, watch_id: str, lines: bytes) -> Added:
        return read_answer(self._client.add_entries(watch_id, lines), Added)

    def remove_entries(self, watch_id: str, lines: bytes) -> Added:
        return read_answer(self._client.add_entries(watch_id, lines, remove=True), Added)

    def change(self, watch_id: str, change: WatchChange) -> Watch:
        said = msgspec.to_builtins(change)
        return read_answer(self._client.call("PATCH", f"watches/{watch_id}", said), Watch)

    def remove(self, watch_id: str) -> None:
        self._client.call("DELETE", f"watches/{watch_id}")

    def all(self) -> list[Watch]:
        return read_answer(self._client.call("GET", "watches"), list[Watch])

    def one(self, watch_id: str) -> WatchShown:
        return read_answer(self._client.call("GET", f"watches/{watch_id}"), WatchShown)

    def dry_run(self, entries: list[str], days: int) -> DryRun:
        form = {"entries": entries, "days": days}
        return read_answer(self._client.call("POST", "watches/dry-run", form), DryRun)

    def hits(self, watch: str | None, state: HitState | None, limit: int) -> list[HitShown]:
        found = list(islice(self._client.hits(watch=watch, state=state), limit))
        return read_answer(found, list[HitShown])

    def acknowledge(self, hit_id: str) -> HitShown:
        return read_answer(self._client.call("POST", f"hits/{hit_id}/acknowledge"), HitShown)

    def alerts(
        self, since: str | None, state: AlertState | None, *, matched: bool, limit: int
    ) -> list[AlertShown]:
        found = self._client.alerts(since=since, state=state, matched=matched, limit=limit)
        return read_answer(found["alerts"], list[AlertShown])

    def mark(self, alert_id: str, state: AlertState, note: str) -> AlertShown:
        form = {"state": state, "note": note}
        return read_answer(self._client.call("POST", f"alerts/{alert_id}/mark", form), AlertShown)
