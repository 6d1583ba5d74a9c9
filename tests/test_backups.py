"""A backup is of one moment: no store in it is ahead of another that it speaks of."""

import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from beside import working
from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.forms import NewOrganisation
from cure.access.principal import local
from cure.backups.backing_up import back_up
from cure.backups.contents import LAYOUTS, STORES
from cure.backups.filling import filled
from cure.backups.pinning import copy_store, pinned
from cure.errors import LogError
from cure.installation import Installation
from cure.log.sqlite import SqliteLog
from cure.model import Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from cure.subscribers.watches.store import WatchStore

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
OPERATOR = local("soc")


def record(number: int) -> Record:
    said = (mention(ip(f"192.0.2.{number % 256}"), "attacker"),)
    finding = Finding(Kind.SIGHTING, said, NOW, NOW, number + 1)
    return Record("cowrie", Label(Tlp.GREEN, "soc"), digest_of("cowrie", finding), finding)


def over_and_over(steps: Iterator[object], stopping: threading.Event) -> None:
    while not stopping.wait(0.002):
        next(steps)


def nothing_shown(_what: str, _done: int, _every: int) -> None:
    """Show no progress."""


def test_nothing_in_a_backup_is_ahead_of_what_it_speaks_of(tmp_path: Path) -> None:
    directory = tmp_path / "d"

    def match(log: SqliteLog, watches: WatchStore) -> Iterator[int]:
        for number in count():
            log.append([record(number)])
            yield watches.keep("soc", [], log.last(), [], NOW)

    def change(accounts: Accounts) -> Iterator[object]:
        for number in count():
            yield accounts.organisations.add(OPERATOR, NewOrganisation(name=f"o{number}"), NOW)

    with (
        Installation(directory, write=True) as installation,
        Audit(directory) as audit,
        Accounts(directory, audit) as accounts,
        WatchStore(directory) as watches,
    ):
        accounts.organisations.add(OPERATOR, NewOrganisation(name="soc", operates=True), NOW)
        installation.log.append([record(0)])
        steps = (match(installation.log, watches), change(accounts))
        with working(*(partial(over_and_over, one) for one in steps)):
            made = [tmp_path / f"b{number}" for number in range(4)]
            manifests = [back_up(directory, one, nothing_shown) for one in made]

    for backup, manifest in zip(made, manifests, strict=True):
        assert manifest.damages == []
        assert (number_in(backup / "watches.sqlite", "SELECT max(upto) FROM matched") or 0) <= (
            number_in(backup / "log.sqlite", "SELECT max(seq) FROM record")
        )
        policy = number_in(backup / "access.sqlite", "SELECT value FROM meta WHERE name = 'policy'")
        assert number_in(backup / "audit.sqlite", "SELECT max(seq) FROM entry") == policy
    assert manifests[0].records < manifests[-1].records


def number_in(path: Path, query: str) -> int:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query).fetchone()[0]


def test_what_comes_after_the_moment_of_a_store_is_not_in_its_copy(tmp_path: Path) -> None:
    with Installation(tmp_path, write=True) as installation:
        installation.append([record(number) for number in range(10)])
        with pinned(tmp_path) as stores:
            installation.append([record(number) for number in range(10, 5000)])
            copy_store(stores["log.sqlite"], tmp_path / "copy", lambda _done, _every: None)

    with closing(SqliteLog(tmp_path / "copy", write=False)) as copy:
        assert copy.last() == 10
        assert copy.check() == []


def test_the_stores_are_taken_so_that_positions_come_before_what_they_point_into() -> None:
    assert set(LAYOUTS) < set(STORES)
    assert STORES.index("deliveries.sqlite") < STORES.index("watches.sqlite")
    assert STORES.index("access.sqlite") < STORES.index("audit.sqlite")
    assert STORES[-1] == "log.sqlite"


def test_where_a_file_cannot_grow_nothing_is_left(tmp_path: Path) -> None:
    with Installation(tmp_path / "d", write=True) as installation:
        installation.append([record(1)])
    (tmp_path / "mounted").mkdir()

    for name in ("b", "mounted"):
        with files_of_at_most(8192), pytest.raises(LogError, match=r"log\.sqlite"):
            back_up(tmp_path / "d", tmp_path / name, nothing_shown)
    assert not (tmp_path / "b").exists()
    assert list((tmp_path / "mounted").iterdir()) == []


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_makes_a_directory_whole_comes_last(tmp_path: Path) -> None:
    with filled(tmp_path / "b", "manifest.json") as folder:
        for name in ("zebra", "manifest.json", "ant"):
            (folder / name).write_text(name)
        assert sorted(path.name for path in (tmp_path / "b").iterdir()) == ["unfinished"]

    assert {path.name for path in (tmp_path / "b").iterdir()} == {"ant", "manifest.json", "zebra"}
