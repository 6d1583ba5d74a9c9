"""An installation, broken in one way after the other: the doctor names each, and what to do."""

import os
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.entries import Entry
from cure.cli.checks import directory as directories
from cure.cli.checks import machine
from cure.cli.hardening import private_files
from cure.installation import Installation
from cure.interfaces import Quarantined
from cure.log import snapshots
from cure.log.snapshots import Snapshot
from cure.log.sqlite import SqliteLog
from cure.model import Confidentiality, Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from cure.subscribers.deliveries.delivery import Delivery, Limits, Way
from cure.subscribers.deliveries.progress import Progress
from cure.subscribers.deliveries.store import DeliveryStore
from cure.subscribers.taxii.store import Store as TaxiiStore
from cure.subscribers.watches.store import WatchStore
from program import Ran

Call = Callable[..., Ran]
NOW = datetime.now(UTC)
SOURCE = '[[source]]\npublisher = "cowrie"\nfollow = "logs"\n'


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data directory with all the files that one can have; to be copied."""
    data = tmp_path_factory.mktemp("sound") / "d"
    with private_files(), Installation(data, write=True) as installation:
        installation.append([record(1), record(2)])
        installation.snapshot()
        WatchStore(data).close()
        DeliveryStore(data).close()
        TaxiiStore(data).close()
        with Audit(data) as audit, Accounts(data, audit):
            audit.write(Entry(NOW, "rin@soc", "", "soc", "login", "192.0.2.7", decision="allowed"))
    return data


@pytest.fixture
def filled(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CURE_PORT", "0")
    return shutil.copytree(sound, tmp_path / "d")


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as store, store:
        assert store.execute(statement).rowcount


def record(number: int) -> Record:
    said = Finding(Kind.SIGHTING, (mention(ip(f"192.0.2.{number}")),), NOW, NOW)
    return Record("cowrie", Label(Tlp.GREEN, "local"), digest_of("cowrie", said), said)


def keep(data: Path, at: datetime) -> None:
    """Keep a record as of a moment."""
    log = SqliteLog(data / "log.sqlite", write=True, clock=lambda: at)
    log.append([record(9)])
    log.close()


def configure(data: Path, text: str) -> None:
    (data / "cure.toml").write_text(text)


def rubbish(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * 8192)


def owner_is_another(data: Path, _: pytest.MonkeyPatch) -> None:
    if os.geteuid():
        pytest.skip("only root gives files away")
    os.chown(data / "taxii.sqlite", 4711, 4711)


def snapshot_is_ahead(data: Path, _: pytest.MonkeyPatch) -> None:
    with Installation(data, write=True) as one:
        snapshots.save(data / "hub.snapshot", one.log.log_id, Snapshot(99, {}))


def is_over_nfs(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = data.parent / "mountinfo"
    mounts.write_text(
        "21 1 254:0 / / rw shared:1 - ext4 /dev/vda rw\n"
        f"22 21 0:50 / {data} rw shared:2 - nfs4 nas.example.jp:/cure rw\n"
    )
    monkeypatch.setattr(directories, "_MOUNTS", mounts)


def is_swapped_out(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = data.parent / "meminfo"
    told.write_text("MemTotal: 8000000 kB\nSwapTotal: 1000 kB\nSwapFree: 100 kB\n")
    monkeypatch.setattr(machine, "_MEMINFO", told)


def delivery_of(data: Path, progress: Progress, *dead: tuple[int, str]) -> None:
    with DeliveryStore(data) as store:
        one = Delivery(
            id="0123456789abcdef",
            organisation="soc",
            way=Way.WEBHOOK,
            address="https://soc.example.jp/hook",
            created=NOW,
            by="rin@soc",
            limits=Limits("TLP:GREEN", Confidentiality.LEVEL_1, None),
        )
        store.add(one, "", 0)
        store.put(one.id, progress, dead=dead, at=NOW)


def hold(data: Path, count: int) -> None:
    lines = [Quarantined("cowrie", "a.json", n, b"{", "not JSON") for n in range(count)]
    with Installation(data, write=True) as installation:
        installation.quarantine(lines, NOW)


Break = Callable[[Path, pytest.MonkeyPatch], object]
BROKEN: dict[str, tuple[Break, str, str, str]] = {
    "others may look in": (
        lambda data, _: data.chmod(0o755),
        *("data directory", "warn", "chmod 700"),
    ),
    "others may read a key": (
        lambda data, _: (data / "audit.key").chmod(0o644),
        *("secrets", "fail", "chmod 600"),
    ),
    "a key that is gone": (
        lambda data, _: (data / "hash.key").unlink(),
        *("secrets", "fail", "cure restore"),
    ),
    "a file of another user": (owner_is_another, "owner", "fail", "chown"),
    "a full disk": (
        lambda _, monkeypatch: monkeypatch.setattr(directories, "_NO_DISK_BYTES", 1 << 60),
        *("disk", "fail", "make room"),
    ),
    "no more inodes": (
        lambda _, monkeypatch: monkeypatch.setattr(directories, "_FEW_INODES", 1 << 60),
        *("inodes", "warn", "small files"),
    ),
    "a slow disk": (
        lambda _, monkeypatch: monkeypatch.setattr(directories, "_SLOW_SYNC_S", 0),
        *("sync", "warn", "faster disk"),
    ),
    "a disk of another machine": (is_over_nfs, "file system", "fail", "disk of this machine"),
    "few files": (
        lambda _, monkeypatch: monkeypatch.setattr(machine, "_FEW_FILES", 1 << 40),
        *("open files", "warn", "LimitNOFILE"),
    ),
    "little memory": (
        lambda _, monkeypatch: monkeypatch.setattr(machine, "_BESIDE_HUB_BYTES", 1 << 60),
        *("memory", "fail", "add memory"),
    ),
    "a hub that is swapped out": (is_swapped_out, "swap", "warn", "add memory"),
    "a clock that went back": (
        lambda data, _: keep(data, NOW + timedelta(days=1)),
        *("clock", "fail", "set the clock"),
    ),
    "a damaged log": (
        lambda data, _: rubbish(data / "log.sqlite"),
        *("log", "fail", "cure restore"),
    ),
    "a log of the future": (
        lambda data, _: change(
            data / "log.sqlite", "UPDATE meta SET value = '99' WHERE name = 'format'"
        ),
        *("log", "fail", "cure restore"),
    ),
    "a damaged snapshot": (
        lambda data, _: (data / "hub.snapshot").write_bytes(b"cure snapshot 1\n" + b"\xff" * 99),
        *("snapshot", "warn", "rm "),
    ),
    "a log that was cut": (snapshot_is_ahead, "snapshot", "fail", "cure restore"),
    "a flood of what cannot be read": (
        lambda data, _: hold(data, 1000),
        *("quarantine", "warn", "cowrie"),
    ),
    "a changed audit log": (
        lambda data, _: change(data / "audit.sqlite", "UPDATE entry SET body = '{}'"),
        *("audit log", "fail", "cure audit verify"),
    ),
    "an audit log without its key": (
        lambda data, _: (data / "audit.key").unlink(),
        *("audit log", "fail", "cure restore"),
    ),
    "damaged accounts": (
        lambda data, _: rubbish(data / "access.sqlite"),
        *("accounts", "fail", "cure restore"),
    ),
    "accounts of the future": (
        lambda data, _: change(
            data / "access.sqlite", "UPDATE meta SET value = 99 WHERE name = 'format'"
        ),
        *("accounts", "fail", "newer"),
    ),
    "damaged watches": (
        lambda data, _: rubbish(data / "watches.sqlite"),
        *("watches", "fail", "cure restore"),
    ),
    "damaged collections": (
        lambda data, _: rubbish(data / "taxii.sqlite"),
        *("taxii", "fail", "cure restore"),
    ),
    "dead letters": (
        lambda data, _: delivery_of(data, Progress(position=7), (7, "hit")),
        *("deliveries", "warn", "redrive"),
    ),
    "a delivery that has stopped": (
        lambda data, _: delivery_of(data, Progress(position=7, is_stopped=True, why="410")),
        *("deliveries", "warn", "redrive"),
    ),
    "a setting that there is not": (
        lambda data, _: configure(data, "prot = 1\n"),
        *("settings", "fail", "correct it"),
    ),
    "settings that are none": (
        lambda data, _: configure(data, "port = \n"),
        *("settings", "fail", "correct it"),
    ),
    "a source that cannot be": (
        lambda data, _: configure(data, SOURCE.replace("follow", "folow")),
        *("sources", "fail", "correct it"),
    ),
    "a source that has fallen silent": (
        lambda data, _: (configure(data, SOURCE), backdate(data)),
        *("sources", "warn", "look whether it runs"),
    ),
    "a source that never spoke": (
        lambda data, _: configure(data, SOURCE.replace("cowrie", "nicter")),
        *("sources", "warn", "run the server"),
    ),
    "a server that others reach by no name": (
        lambda data, _: configure(data, 'host = "0.0.0.0"\n'),
        *("access", "fail", "public_url"),
    ),
    "a proxy that lets everybody in": (
        lambda data, _: configure(data, 'public_url = "https://cure.example.jp"\n'),
        *("access", "fail", "accounts = true"),
    ),
    "credentials in the clear": (
        lambda data, _: configure(
            data, 'host = "0.0.0.0"\npublic_url = "http://cure.example.jp"\n'
        ),
        *("access", "warn", "TLS"),
    ),
    "a proxy that is not known": (
        lambda data, _: configure(
            data, 'accounts = true\npublic_url = "https://cure.example.jp"\n'
        ),
        *("access", "warn", "proxies"),
    ),
}


def backdate(data: Path) -> None:
    """Make all as if it had been kept a week ago."""
    (data / "log.sqlite").unlink()
    keep(data, NOW - timedelta(days=7))
    (data / "hub.snapshot").unlink()


def found(ran: Ran) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in ran.json()["checks"]}


def test_nothing_is_wrong_with_what_is_sound(call: Call, filled: Path):
    ran = call("doctor", "--data", filled, "--json")

    assert (ran.code, ran.json()["ok"]) == (0, True)
    wrong = {name for name, one in found(ran).items() if one["state"] != "ok"}
    of_the_machine = {"user", "packages", "file system", "sync"}
    assert wrong <= of_the_machine


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_wrong_is_named_with_what_to_do(
    call: Call, filled: Path, monkeypatch: pytest.MonkeyPatch, how: str
):
    break_, name, state, todo = BROKEN[how]
    break_(filled, monkeypatch)

    ran = call("doctor", "--data", filled, "--json")

    one = found(ran)[name]
    assert one["state"] == state
    assert one["says"]
    assert todo in one["todo"]
    assert ran.code == (1 if state == "fail" else 0)


def test_a_port_that_is_taken_is_named(call: Call, filled: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("CURE_PORT", str(other.getsockname()[1]))
        one = found(call("doctor", "--data", filled, "--json"))["port"]

    assert one["state"] == "warn"
    assert "in use" in one["says"]


def test_nothing_is_changed_by_looking(call: Call, filled: Path):
    def contents() -> dict[str, bytes]:
        return {
            one.name: one.read_bytes()
            for one in filled.iterdir()
            if not one.name.endswith(("-shm", "-wal"))
        }

    before = contents()
    call("doctor", "--data", filled)

    assert contents() == before


@pytest.mark.parametrize(
    ("point", "kind"),
    [("/", "ext4"), ("/data/cure", "cifs"), ("/data/cure/x", "cifs"), ("/data/cured", "xfs")],
)
def test_the_file_system_of_a_path_is_that_of_the_nearest_mount(point: str, kind: str):
    mounts = (
        "1 0 254:0 / / rw - ext4 /dev/vda rw\n"
        "2 1 254:1 / /data rw shared:1 - xfs /dev/vdb rw\n"
        "3 2 0:50 / /data/cure rw shared:2 master:3 - cifs //nas/cure rw\n"
    )
    assert directories.file_system_of(Path(point), mounts) == kind


def test_a_backup_is_looked_at_too(call: Call, filled: Path, tmp_path: Path):
    missing = call("doctor", "--data", filled, "--backup", tmp_path / "none", "--json")
    assert found(missing)["backup"]["state"] == "fail"

    made = call("backup", tmp_path / "kept", "--data", filled)
    assert made.code == 0
    good = call("doctor", "--data", filled, "--backup", tmp_path / "kept", "--json")
    assert found(good)["backup"]["state"] == "ok"

    [log] = (tmp_path / "kept").rglob("log.sqlite")
    rubbish(log)
    bad = call("doctor", "--data", filled, "--backup", tmp_path / "kept", "--json")
    assert found(bad)["backup"]["state"] == "fail"
