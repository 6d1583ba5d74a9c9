"""`cure backup`, `cure restore`, `cure verify`: what is kept outlives the machine."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from cure.backups.contents import FORMATS, STORES
from cure.installation import Installation
from cure.subscribers.watches.store import WatchStore
from faults.acknowledged import Acknowledged, Publisher, assert_nothing_lost, publishing
from program import Program, Ran

Call = Callable[..., Ran]
SOME_STORES = {"log.sqlite", "access.sqlite", "audit.sqlite", "watches.sqlite"}


@pytest.fixture
def filled(call: Call, cowrie_log: Callable[..., Path]) -> Path:
    """Return a data directory with two records, accounts, a watch and an operator's secret."""
    call("ingest", "cowrie", cowrie_log("192.0.2.1", "192.0.2.2", b"{\x1b"), "--data", "d")
    call("org", "add", "soc", "--operator", "--data", "d")
    call("watch", "add", "ours", "192.0.2.0/24", "--data", "d")
    (Path("d") / "tokyo-1.secret").write_text("seven green lanterns")
    (Path("d") / "world" / "cowrie").mkdir(parents=True)
    (Path("d") / "world" / "cowrie" / "cowrie.json").write_text("{}")
    return Path.cwd() / "d"


@pytest.fixture
def backup(call: Call, filled: Path) -> Path:
    assert call("backup", "b", "--data", filled).code == 0
    return Path.cwd() / "b"


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x10
    path.write_bytes(content)


def test_what_was_acknowledged_before_a_backup_is_in_it_while_the_server_goes_on(
    cure: Program, tmp_path: Path
):
    directory = tmp_path / "d"
    with Acknowledged(tmp_path / "acknowledged") as acknowledged:
        publishers = [Publisher(f"findings@{name}", acknowledged, 7) for name in ("a", "b")]
        with cure.serving("--data", directory) as url:
            with httpx.Client() as client:
                form = {"name": "ours", "own": True, "entries": ["203.0.0.0/16"]}
                assert client.post(f"{url}api/v1/watches", json=form).status_code == 201
                for one in publishers * 5:
                    assert one.publish(client, url.rstrip("/"))
            with publishing(url.rstrip("/"), publishers):
                before = acknowledged.all()
                made = cure("backup", "b", "--data", directory, "--json")
                restored = cure("restore", "b", "--data", "elsewhere", "--json")
                after = acknowledged.all()
        assert made.code == restored.code == 0, made.out + made.err + restored.out + restored.err
        assert len(after) > len(before)  # the server went on
        assert_nothing_lost(directory, acknowledged)
    assert {path.name for path in directory.glob("*.sqlite")} == set(STORES) - {"origins.sqlite"}

    with Acknowledged(tmp_path / "before") as early:
        early.note(before)
        assert_nothing_lost(tmp_path / "elsewhere", early)
    assert restored.json()["same"]
    assert restored.json()["state_hash"] == made.json()["state_hash"]
    assert cure("verify", "--data", "elsewhere").code == cure("verify", "b").code == 0
    with (
        Installation(tmp_path / "elsewhere", write=False) as installation,
        WatchStore(tmp_path / "elsewhere") as watches,
    ):
        matched = watches.matched("local")
        assert matched is not None
        assert 0 < matched <= installation.log.last()


def test_a_backup_holds_what_counts_and_nobody_else_may_read_it(filled: Path, backup: Path):
    told = json.loads((backup / "manifest.json").read_text())

    there = {path.relative_to(backup).as_posix() for path in backup.rglob("*")}
    secrets = {"hash.key", "audit.key", "alert.key", "tokyo-1.secret"}
    assert there == SOME_STORES | secrets | {"manifest.json"}
    assert {one["name"] for one in told["files"]} == SOME_STORES | secrets
    assert {one["name"] for one in told["files"] if "format" in one} == SOME_STORES
    assert (told["records"], told["damages"]) == (2, [])
    assert [path for path in (backup, *backup.rglob("*")) if path.stat().st_mode & 0o077] == []
    assert (backup / "tokyo-1.secret").read_bytes() == (filled / "tokyo-1.secret").read_bytes()


def test_what_is_restored_answers_as_before_and_takes_records(
    call: Call, filled: Path, backup: Path, cowrie_log: Callable[..., Path]
):
    asked = call("ask", "192.0.2.1", "--data", filled, "--json")
    ran = call("restore", backup, "--data", "new", "--json")

    assert ran.code == 0
    assert (ran.json()["same"], ran.json()["records"]) == (True, 2)
    assert call("ask", "192.0.2.1", "--data", "new", "--json").out == asked.out
    assert call("audit", "verify", "--data", "new").code == 0
    assert "ours" in call("watch", "list", "--data", "new").out
    again = call("ingest", "cowrie", cowrie_log("192.0.2.1", "192.0.2.3"), "--data", "new")
    assert "1 of them new" in again.out
    assert call("verify", "--data", "new").code == 0


def test_each_damaged_file_of_a_backup_is_named_and_nothing_is_restored(call: Call, backup: Path):
    for path in [path for path in backup.iterdir() if path.name != "manifest.json"]:
        for at in (0, path.stat().st_size // 2, path.stat().st_size - 1):
            flip(path, at)
            checked = call("verify", backup)
            ran = call("restore", backup, "--data", "new")
            flip(path, at)

            assert (checked.code, ran.code) == (1, 1)
            assert f"{path} is damaged" in checked.out
            assert f"{path} is damaged" in ran.err
            assert not Path("new").exists()
    assert call("verify", backup).code == 0


def test_a_file_that_is_missing_or_was_added_is_named(call: Call, backup: Path):
    (backup / "strange.key").write_bytes(b"x")
    (backup / "hash.key").rename(backup.parent / "hash.key")

    ran = call("verify", backup, "--json")

    assert ran.code == 1
    assert ran.json()["damages"] == [
        f"{backup / 'hash.key'} is missing",
        f"{backup / 'strange.key'} is not in manifest.json",
    ]
    assert "hash.key is missing" in call("restore", backup, "--data", "new").err
    assert not Path("new").exists()


def test_a_manifest_that_leads_elsewhere_is_refused(call: Call, backup: Path):
    manifest = backup / "manifest.json"
    manifest.write_text(manifest.read_text().replace("tokyo-1.secret", "../tokyo-1.secret"))

    assert "is damaged" in call("restore", backup, "--data", "new").err
    manifest.write_bytes(b"\xff{")
    assert "manifest.json is damaged" in call("verify", backup).err


def test_a_backup_of_a_newer_version_is_refused(call: Call, backup: Path):
    manifest = json.loads((backup / "manifest.json").read_text())
    for one in manifest["files"]:
        if one["name"] == "log.sqlite":
            one["format"] += 1
    (backup / "manifest.json").write_text(json.dumps(manifest))

    ran = call("restore", backup, "--data", "new")

    ours = FORMATS["log.sqlite"]
    assert ran.code == 1
    assert f"has format {ours + 1}; this version of cure reads up to {ours}" in ran.err
    assert not Path("new").exists()


def test_directories_that_hold_something_are_left_as_they_are(
    call: Call, filled: Path, backup: Path
):
    before = {path: path.stat() for path in filled.rglob("*")}

    for ran in (
        call("restore", backup, "--data", filled),
        call("backup", backup, "--data", filled),
        call("backup", filled / "inside", "--data", filled),
        call("backup", "elsewhere", "--data", "nowhere"),
        call("restore", filled, "--data", "new"),
    ):
        assert ran.code == 2
        assert ran.err
    assert {path: path.stat() for path in filled.rglob("*")} == before
    assert not any(Path(name).exists() for name in ("elsewhere", "new", "nowhere"))


def test_a_backup_and_a_restore_fill_an_empty_directory_that_is_there(call: Call, filled: Path):
    for name in ("mounted", "volume"):
        Path(name).mkdir()

    assert call("backup", "mounted", "--data", filled).code == 0
    assert call("restore", "mounted", "--data", "volume").code == 0
    assert call("verify", "--data", "volume").code == 0


def test_a_damaged_log_is_not_backed_up_and_nothing_is_left(call: Call, filled: Path):
    with closing(sqlite3.connect(filled / "log.sqlite")) as log, log:
        log.execute("UPDATE record SET body = replace(body, '192.0.2.2', '192.0.2.3')")
    Path("mounted").mkdir()

    for name in ("b", "mounted"):
        ran = call("backup", name, "--data", filled)

        assert ran.code == 1
        assert "damaged" in ran.err
    assert not Path("b").exists()
    assert list(Path("mounted").iterdir()) == []


def test_the_latest_of_a_series_are_kept(call: Call, filled: Path):
    for day in range(1, 5):
        Path(f"s/2026-01-0{day}T020000Z").mkdir(parents=True)
        made = call("backup", f"s/2026-01-0{day}T020000Z", "--data", filled)
        assert made.code == 0
    (Path("s") / "notes").mkdir()

    ran = call("backup", "s", "--keep", "2", "--data", filled, "--json")

    told = ran.json()
    assert told["removed"] == [f"s/2026-01-0{day}T020000Z" for day in (1, 2, 3)]
    kept = sorted(path.name for path in Path("s").iterdir())
    assert kept == ["2026-01-04T020000Z", Path(told["directory"]).name, "notes"]
    assert f"the latest below it is {told['directory']}" in call("verify", "s").err


def test_damage_beside_the_log_is_named_and_copied_as_it_is(call: Call, filled: Path):
    with closing(sqlite3.connect(filled / "audit.sqlite")) as file, file:
        file.execute("UPDATE entry SET body = replace(CAST(body AS TEXT), 'soc', 'sox')")

    checked = call("verify", "--data", filled, "--json")
    made = call("backup", "b", "--data", filled, "--json")

    assert (checked.code, made.code) == (1, 1)
    assert checked.json()["same"]
    assert checked.json()["damages"] == [f"{filled / 'audit.sqlite'}: entry 1 was changed"]
    assert made.json()["damages"] == ["audit.sqlite: entry 1 was changed"]
    assert (Path("b") / "manifest.json").exists()


def test_a_store_whose_pages_are_damaged_is_named(call: Call, filled: Path):
    path = filled / "watches.sqlite"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (path.stat().st_size - 4096))

    ran = call("verify", "--data", filled)

    assert ran.code == 1
    assert f"{path} is damaged" in ran.out
