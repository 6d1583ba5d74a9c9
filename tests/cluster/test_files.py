"""Accounts, ratings, watches and the audit log of a cluster: alike on all nodes."""

import ast
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.entries import Entry, entry_of
from cure.access.forms import NewKey, NewOrganisation
from cure.access.principal import Scope, local
from cure.backups.contents import LAYOUTS
from cure.cluster.files import Files
from cure.cluster.keys import KEYS
from cure.cluster.node import Node
from cure.cluster.servers import Servers
from cure.errors import ChangedMeanwhileError, ConfigError, LogError, UnauthenticatedError
from cure.replication import REPLICATIONS
from nats_servers import node, servers, until

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SRC = Path(__file__).parents[2] / "src" / "cure"
BY = local("soc")
SOC = NewOrganisation(name="soc", operates=True)
KEY = NewKey(organisation="soc", title="a sensor", scopes=frozenset({Scope.READ}))


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Servers]:
    with servers(tmp_path) as running:
        yield running


@pytest.fixture
def both(tmp_path: Path, one: Servers) -> Iterator[tuple[Accounts, Accounts]]:
    with ExitStack() as stack:

        def accounts(name: str) -> Accounts:
            opened = stack.enter_context(node(tmp_path / name, one))
            audit = stack.enter_context(Audit(opened.directory))
            return stack.enter_context(Accounts(opened.directory, audit))

        yield accounts("a"), accounts("b")


def rows_of(accounts: Accounts) -> list[object]:
    return accounts.store.rows("SELECT * FROM api_key ORDER BY id")


def test_a_key_that_one_node_makes_is_good_at_another_until_one_revokes_it(
    both: tuple[Accounts, Accounts],
) -> None:
    a, b = both
    a.organisations.add(BY, SOC, NOW)
    until(lambda: not b.is_empty())
    key, token = b.keys.add(BY, KEY, NOW)
    until(lambda: a.keys.find(key.id) is not None)

    assert a.authenticate(str(token), NOW, "192.0.2.1").credential == key.id
    b.keys.revoke(BY, key.id, NOW)

    def is_dead() -> bool:
        try:
            a.authenticate(str(token), NOW, "192.0.2.1")
        except UnauthenticatedError:
            return True
        return False

    until(is_dead)
    assert rows_of(a) == rows_of(b)
    assert a.policy_version == b.policy_version == 3


def test_of_two_nodes_that_change_one_file_at_a_time_one_is_told_to_try_again(
    both: tuple[Accounts, Accounts],
) -> None:
    a, b = both
    a.organisations.add(BY, SOC, NOW)
    until(lambda: not b.is_empty())

    def change_slowly() -> None:
        with b.store.transaction() as connection:
            connection.execute("INSERT INTO gone VALUES ('lost')")
            a.keys.add(BY, KEY, NOW)
            connection.execute("INSERT INTO gone VALUES ('lost, too')")

    with pytest.raises(ChangedMeanwhileError):
        change_slowly()
    assert rows_of(b) == rows_of(a)
    assert b.store.rows("SELECT * FROM gone") == []
    b.keys.add(BY, KEY, NOW)
    until(lambda: len(rows_of(a)) == 2)


def test_nobody_waits_for_a_change_that_waits_for_the_servers(
    both: tuple[Accounts, Accounts], one: Servers
) -> None:
    a, _ = both
    a.organisations.add(BY, SOC, NOW)
    _, token = a.keys.add(BY, KEY, NOW)
    one.kill(0)
    changing = threading.Thread(target=lambda: a.keys.add(BY, KEY, NOW))
    changing.start()
    for _ in range(50):
        assert a.authenticate(str(token), NOW, "192.0.2.1").organisation == "soc"
        assert len(rows_of(a)) == 1
        time.sleep(0.01)
    assert changing.is_alive()
    one.start(0)
    changing.join()

    assert len(rows_of(a)) == 2


def test_all_nodes_write_one_audit_chain(both: tuple[Accounts, Accounts]) -> None:
    a, b = both
    a.organisations.add(BY, SOC, NOW)
    until(lambda: not b.is_empty())
    for number in range(20):
        (a, b)[number % 2].store.audit.write(*[_entry(number)] * 3)
    until(lambda: a.store.audit.head() == b.store.audit.head())

    checked = b.store.audit.verify()
    assert (checked.wrong, checked.entries) == ("", 61)
    assert a.store.audit.public_key() == b.store.audit.public_key()


def _entry(number: int) -> Entry:
    return entry_of(BY, NOW, "read", about=f"{number}")


def test_a_node_that_was_away_has_the_accounts_again(tmp_path: Path, one: Servers) -> None:
    with node(tmp_path / "b", one):
        pass
    a, b = tmp_path / "a", tmp_path / "b"
    with node(a, one), Audit(a) as audit, Accounts(a, audit) as accounts:
        accounts.organisations.add(BY, SOC, NOW)
    with node(b, one), Audit(b) as audit, Accounts(b, audit) as accounts:
        assert accounts.organisations.names() == ["soc"]


def test_a_node_that_has_other_accounts_is_refused(tmp_path: Path, one: Servers) -> None:
    (tmp_path / "b").mkdir()
    with Audit(tmp_path / "b") as audit, Accounts(tmp_path / "b", audit) as accounts:
        accounts.organisations.add(BY, SOC, NOW)
    with node(tmp_path / "a", one), pytest.raises(ConfigError):
        Node(tmp_path / "b", one.address)


def test_nobody_changes_a_copy_beside_its_node(tmp_path: Path, one: Servers) -> None:
    with node(tmp_path / "a", one):
        pass

    with (
        Audit(tmp_path / "a") as audit,
        Accounts(tmp_path / "a", audit) as accounts,
        pytest.raises(LogError, match="by a running node, with --url"),
    ):
        accounts.organisations.add(BY, SOC, NOW)


def test_a_file_in_which_nothing_changes_does_not_hold_a_start_up(
    tmp_path: Path, one: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cure.cluster.files._RAISED_EVERY", 3)
    with node(tmp_path / "a", one) as a, Audit(tmp_path / "a") as audit:
        for number in range(9):
            audit.write(_entry(number))
        files = _files_of(a)
        until(lambda: files.applied >= 6)
        with Accounts(tmp_path / "a", audit) as accounts:
            accounts.organisations.add(BY, SOC, NOW)


def _files_of(one: Node) -> Files:
    found = REPLICATIONS[one.directory.resolve()]
    assert isinstance(found, Files)
    return found


def test_every_secret_and_every_kept_file_is_shared_by_all_nodes() -> None:
    secrets, files = set(), set()
    for path in SRC.rglob("*.py"):
        for at in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(at, ast.Constant) and isinstance(at.value, str):
                name = at.value
                if name.endswith(".key") and "*" not in name and "/" not in name:
                    secrets.add(name)
            if isinstance(at, ast.Assign) and ast.unparse(at).startswith("NAME = '"):
                name = ast.literal_eval(at.value)
                if name.endswith(".sqlite"):
                    files.add(name)

    assert secrets == KEYS.keys()
    assert files == LAYOUTS.keys()
