"""The deliveries of a data directory here, or of a server, for the commands."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

import cure
from cure.asking import moment
from cure.cli.answered import read_answer
from cure.cli.desk import desk
from cure.cli.options import settings_of
from cure.cli.push_setting import read_push
from cure.errors import ConfigError
from cure.log.sqlite import SqliteLog
from cure.subscribers.deliveries.delivery import DeliveryForm
from cure.subscribers.deliveries.desk import DeliveryDesk, MadeDelivery, SendsAgain, Tested
from cure.subscribers.deliveries.progress import DeadLetter, DeliveryState
from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.watches.store import WatchStore


class DeliveryBook(Protocol):
    """What can be done with deliveries; see `DeliveryDesk`."""

    def add(self, form: DeliveryForm) -> MadeDelivery:
        """Make one."""
        ...

    def all(self) -> list[DeliveryState]:
        """Return all."""
        ...

    def remove(self, delivery_id: str) -> None:
        """Remove one."""
        ...

    def test(self, delivery_id: str) -> Tested:
        """Send something invented."""
        ...

    def dead(self, delivery_id: str) -> list[DeadLetter]:
        """Return what could not be sent."""
        ...

    def redrive(self, delivery_id: str, since: str | None) -> SendsAgain:
        """Have it sent again."""
        ...


@contextmanager
def delivery_book(data: Path | None, url: str | None) -> Iterator[DeliveryBook]:
    """Open the deliveries that were named on the command line; a server may run on them.

    Raises:
        ConfigError: If both were, or there is no data.
    """
    if url is not None:
        if data is not None:
            raise ConfigError("give --data or --url, not both")
        with cure.Client(url) as client:
            yield _There(client)
        return
    settings = settings_of(data)
    directory = Path(settings.data)
    with desk(data) as at:
        log = SqliteLog(directory / "log.sqlite", write=False)
        setting = read_push(settings, log.log_id)
        log.close()
        with WatchStore(directory) as watches, DeliveryStore(directory) as store:
            yield _Here(DeliveryDesk(store, watches, at.by, setting, lambda: datetime.now(UTC)))


class _Here:
    def __init__(self, deliveries: DeliveryDesk) -> None:
        self._desk = deliveries
        self.add, self.all = deliveries.add, deliveries.all
        self.remove, self.dead = deliveries.remove, deliveries.dead

    def test(self, delivery_id: str) -> Tested:
        return asyncio.run(self._desk.test(delivery_id))

    def redrive(self, delivery_id: str, since: str | None) -> SendsAgain:
        at = None if since is None else moment(since, datetime.now(UTC))
        return self._desk.redrive(delivery_id, at)


class _There:
    def __init__(self, client: "cure.Client") -> None:
        self._call = client.call

    def add(self, form: DeliveryForm) -> MadeDelivery:
        said = msgspec.to_builtins(form)
        return read_answer(self._call("POST", "deliveries", said), MadeDelivery)

    def all(self) -> list[DeliveryState]:
        return read_answer(self._call("GET", "deliveries"), list[DeliveryState])

    def remove(self, delivery_id: str) -> None:
        self._call("DELETE", f"deliveries/{delivery_id}")

    def test(self, delivery_id: str) -> Tested:
        return read_answer(self._call("POST", f"deliveries/{delivery_id}/test"), Tested)

    def dead(self, delivery_id: str) -> list[DeadLetter]:
        return read_answer(self._call("GET", f"deliveries/{delivery_id}/dead"), list[DeadLetter])

    def redrive(self, delivery_id: str, since: str | None) -> SendsAgain:
        path = f"deliveries/{delivery_id}/redrive"
        answer = (
            self._call("POST", path) if since is None else self._call("POST", path, since=since)
        )
        return read_answer(answer, SendsAgain)
