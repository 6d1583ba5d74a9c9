"""Nodes of a cluster: what is kept at one is known at all, and stays."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.access.audit import Audit
from cure.access.entries import entry_of
from cure.access.principal import local
from cure.backups.backing_up import back_up
from cure.backups.restoring import restore
from cure.cluster.node import Node
from cure.cluster.servers import Servers
from cure.cluster.stream import NAME, Stream, connected
from cure.errors import ConfigError, LogError
from cure.hub.view import Changes
from cure.installation import Installation
from cure.interfaces import Cards, Quarantined, Released
from cure.model import Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from nats_servers import node, servers, until

NOW = datetime(2025, 1, 1, tzinfo=UTC)
GREEN, RED = Label(Tlp.GREEN, "soc"), Label(Tlp.RED, "soc")


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Servers]:
    with servers(tmp_path) as running:
        yield running


def record(number: int, *, words: str = "", key: str | None = None) -> Record:
    said = (mention(ip(f"192.0.2.{number}"), "attacker"),)
    finding = Finding(Kind.SIGHTING, said, NOW, NOW, 1, {"words": words} if words else {}, key)
    return Record("cowrie", GREEN, digest_of("cowrie", finding), finding)


def alike(*nodes: Node) -> bool:
    """Wait until all have what the first has, and tell whether it is the same."""
    until(lambda: len({len(other) for other in nodes}) == 1)
    every = Released(tuple(range(1, len(nodes[0]) + 1)))
    return (
        len({other.state_hash() for other in nodes}) == 1
        and len({tuple(other.log.kept_at(every)) for other in nodes}) == 1
        and len({other.name_of(b"a" * 16) for other in nodes}) == 1
        and all(other.state_hash() == other.replayed_hash(lambda *_: None) for other in nodes)
    )


def test_what_is_kept_at_any_node_is_known_at_all_of_three_servers(tmp_path: Path) -> None:
    with (
        servers(tmp_path, 3) as three,
        node(tmp_path / "a", three) as a,
        node(tmp_path / "b", three) as b,
        node(tmp_path / "c", three) as c,
    ):
        for number, where in enumerate((a, b, c, c, b, a)):
            appended, _ = where.append([record(number), record(number // 2)])
            assert len(appended.fates) == 2
        assert alike(a, b, c)
        assert len(a) == 6


def test_a_leader_that_is_killed_costs_a_pause_and_no_record(tmp_path: Path) -> None:
    with servers(tmp_path, 3) as three, node(tmp_path / "a", three) as a:
        a.append([record(1)])
        until(a.stream.is_whole)
        number = int(a.stream.leader().rpartition("-")[2]) - 1
        three.kill(number)
        appended, _ = a.append([record(2)])
        three.start(number)
        with node(tmp_path / "b", three) as b:
            assert list(appended.fates) == [(2, True)]
            assert alike(a, b)


def test_a_record_that_two_nodes_are_sent_is_kept_once(tmp_path: Path, one: Servers) -> None:
    with node(tmp_path / "a", one) as a, node(tmp_path / "b", one) as b:
        a.append([record(1)])
        appended, _ = b.append([record(1), record(2)])

        assert list(appended.fates) == [(1, False), (2, True)]


def test_labels_retention_and_quarantine_are_those_of_all_nodes(
    tmp_path: Path, one: Servers
) -> None:
    bad = Quarantined("cowrie", "cowrie.json", 7, b"\x00rubbish", "not JSON")
    with node(tmp_path / "a", one) as a, node(tmp_path / "b", one) as b:
        a.append([record(1, words="x"), record(2)])
        b.relabel("cowrie", GREEN, RED)
        a.quarantine([bad], NOW)
        b.retain("cowrie", datetime.now(UTC), Cards.DROP)
        a.append([record(3)])

        assert alike(a, b)
        for each in (a, b):
            assert [one.label for one in each.log.fetch(Released((1, 3)))] == [RED, GREEN]
            assert [line for _, line in each.log.quarantined(5)] == [bad]
            assert not each.log.fetch(Released((1,)))[0].is_whole
        [held] = b.log.held.page("cowrie", 5)
        b.log.held.release([held.id])
        until(lambda: a.log.quarantine_count() == 0)


def test_what_others_bring_is_told_in_order(tmp_path: Path, one: Servers) -> None:
    told: list[Changes | None] = []
    with node(tmp_path / "a", one) as a, node(tmp_path / "b", one) as b:
        a.told_by(lambda change: told.append(change()))
        for number in range(5):
            (a, b)[number % 2].append([record(number)])
        until(lambda: len(told) == 5)

    assert [changes.first_record for changes in told if changes] == [0, 1, 2, 3, 4]


def test_a_node_that_was_away_catches_up_and_a_new_one_fills_itself(
    tmp_path: Path, one: Servers
) -> None:
    with node(tmp_path / "a", one) as a:
        with node(tmp_path / "b", one) as b:
            b.append([record(1)])
            b.snapshot()
        a.append([record(2), record(3)])
        with node(tmp_path / "b", one) as b, node(tmp_path / "c", one) as c:
            assert len(c) == 3
            assert alike(a, b, c)


@pytest.mark.parametrize("damage", ["rubbish", "row", "gone"])
def test_a_damaged_copy_is_set_aside_and_made_anew(
    tmp_path: Path, one: Servers, damage: str
) -> None:
    with node(tmp_path / "a", one) as a, node(tmp_path / "b", one) as b:
        a.append([record(number) for number in range(9)])
        with Audit(a.directory) as audit:
            audit.write(entry_of(local("soc"), NOW, "read"))
        until(lambda: len(b) == 9)
        b.snapshot()
        with Audit(b.directory) as audit:
            until(lambda: audit.head() is not None)
    kept = tmp_path / "b" / "log.sqlite"
    if damage == "rubbish":
        kept.write_bytes(b"rubbish" * 1000)
    elif damage == "gone":
        kept.unlink()
    else:
        other = sqlite3.connect(kept, isolation_level=None)
        other.execute("UPDATE record SET replaces = 7 WHERE seq = 3")
        other.close()
    with node(tmp_path / "a", one) as a, node(tmp_path / "b", one) as b:
        assert alike(a, b)
        assert len(b) == 9
        assert len(list((tmp_path / "b").glob("damaged-*"))) == 1


def test_a_cluster_begins_with_the_data_of_one_machine_and_nodes_with_copies_of_that(
    tmp_path: Path, one: Servers
) -> None:
    with Installation(tmp_path / "a", write=True, link_reserved=True) as alone:
        alone.append([record(1)])
    back_up(tmp_path / "a", tmp_path / "backup", lambda *_: None)
    restore(tmp_path / "backup", tmp_path / "b", lambda *_: None)
    with Installation(tmp_path / "other", write=True) as other:
        other.append([record(9)])
    with node(tmp_path / "a", one) as a:
        a.append([record(2)])
        with node(tmp_path / "b", one) as b:
            b.append([record(3)])
            assert alike(a, b)
            assert len(b) == 3
        with pytest.raises(ConfigError, match="began with 1 records"):
            Node(tmp_path / "c", one.address)
        with pytest.raises(ConfigError, match="holds other data"):
            Node(tmp_path / "other", one.address)


def test_a_node_begins_with_a_backup_of_another_one_also_of_a_lost_cluster(
    tmp_path: Path, one: Servers
) -> None:
    with node(tmp_path / "a", one) as a:
        a.append([record(1)])
        back_up(tmp_path / "a", tmp_path / "backup", lambda *_: None)
        a.append([record(2)])
        restore(tmp_path / "backup", tmp_path / "b", lambda *_: None)
        with node(tmp_path / "b", one) as b:
            assert alike(a, b)
            assert len(b) == 2
    restore(tmp_path / "backup", tmp_path / "c", lambda *_: None)
    with servers(tmp_path / "new") as others, node(tmp_path / "c", others) as c:
        c.append([record(3)])
        assert [each.record for batch in c.log.read() for each in batch] == [record(1), record(3)]
        assert c.state_hash() == c.replayed_hash(lambda *_: None)


def test_a_directory_is_a_node_of_one_cluster_and_never_stands_alone(
    tmp_path: Path, one: Servers
) -> None:
    with node(tmp_path / "a", one) as a:
        a.append([record(1)])
    with pytest.raises(ConfigError, match="is a node's of the cluster"):
        Installation(tmp_path / "a", write=True)
    with Installation(tmp_path / "a", write=False) as read:
        assert len(read) == 1
    with servers(tmp_path / "other") as others:
        with node(tmp_path / "b", others):
            pass
        with pytest.raises(ConfigError, match="holds other data than the cluster"):
            Node(tmp_path / "a", others.address)
    with (
        servers(tmp_path / "empty") as lost,
        pytest.raises(ConfigError, match="know nothing of the cluster"),
    ):
        Node(tmp_path / "a", lost.address)


async def purge(running: Servers) -> None:
    credentials = running.address.credentials
    client = await connected(running.address, credentials.user, credentials.password)
    await client.jetstream().purge_stream(NAME)
    await client.close()


def test_a_stream_that_has_lost_entries_is_refused(tmp_path: Path, one: Servers) -> None:
    with node(tmp_path / "a", one) as a:
        a.append([record(1)])
        shutil.copytree(tmp_path / "a", tmp_path / "b")
        a.append([record(2)])
        asyncio.run(purge(one))
        with pytest.raises(LogError, match="begins with entry 3"), node(tmp_path / "b", one):
            pass


def test_many_records_at_once_become_several_entries(
    tmp_path: Path, one: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stream, "most_bytes", 900)
    with node(tmp_path / "a", one) as a, node(tmp_path / "b", one) as b:
        appended, _ = a.append([record(number, words=f"{number}" * 99) for number in range(50)])

        assert list(appended.fates) == [(number, True) for number in range(1, 51)]
        assert alike(a, b)
        assert a.stream.last() > 3
        with pytest.raises(LogError, match="larger than the stream takes"):
            a.append([record(99, words="".join(chr(0x3042 + n) for n in range(900)))])


def test_one_node_does_what_is_done_once_and_another_one_after_it(
    tmp_path: Path, one: Servers
) -> None:
    with ExitStack() as stack:
        with node(tmp_path / "a", one) as a:
            until(lambda: a.is_first)
            b = stack.enter_context(node(tmp_path / "b", one))
            assert a.is_first
            assert not b.is_first
        until(lambda: b.is_first)
