"""F10: a large hub is backed up while it is written to, and restored elsewhere."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import msgspec

from cure.installation import Installation
from cure.model import Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from faults.acknowledged import Acknowledged, Publisher, assert_nothing_lost, publishing
from faults.figures import note
from faults.sizes import sized
from program import Program

_BATCH = 20_000
_MOST_S = 300
"""For 10 M records, by reliability.md."""
_AT = datetime(2026, 1, 10, tzinfo=UTC)
_LABEL = Label(Tlp.GREEN, "local")


def test_a_backup_under_load_is_restored_elsewhere_with_all_that_was_acknowledged(tmp_path: Path):
    records = sized(1_000_000, 10_000_000)
    fill(tmp_path / "d", records)
    cure = Program(tmp_path)

    with Acknowledged(tmp_path / "acknowledged") as acknowledged:
        publishers = [Publisher(f"findings@{name}", acknowledged, 7) for name in ("a", "b")]
        with server(cure, "--data", tmp_path / "d") as url, publishing(url, publishers):
            while len(before := acknowledged.all()) < 1000:
                sleep(0.05)
            made, backup_s = timed(cure, "backup", "b", "--data", "d")
        grown = len(acknowledged.all()) - len(before)
        assert_nothing_lost(tmp_path / "d", acknowledged)
    restored, restore_s = timed(cure, "restore", "b", "--data", "elsewhere")

    with Acknowledged(tmp_path / "before") as early:
        early.note(before)
        assert_nothing_lost(tmp_path / "elsewhere", early)
    note(
        "F10",
        records=made["records"],
        size_mb=made["size_bytes"] // 1_000_000,
        acknowledged_meanwhile=grown,
        backup_s=round(backup_s, 1),
        restore_s=round(restore_s, 1),
    )
    assert grown > 0
    assert made["damages"] == []
    assert made["state_hash"] == restored["state_hash"]
    assert restored["same"]
    assert max(backup_s, restore_s) <= _MOST_S


def fill(directory: Path, count: int) -> None:
    """Fill a data directory with records, each of its own address and minute."""
    with Installation(directory, write=True) as installation:
        for start in range(0, count, _BATCH):
            installation.append([record(number) for number in range(start, start + _BATCH)])
        installation.snapshot()


def record(number: int) -> Record:
    address = f"{10 + number % 200}.{number >> 16 & 0xFF}.{number >> 8 & 0xFF}.{number & 0xFF}"
    at = _AT + timedelta(minutes=number % 40_000)
    finding = Finding(Kind.SIGHTING, (mention(ip(address), "attacker"),), at, at, 1 + number % 9)
    finding = msgspec.structs.replace(finding, key=f"{number}")
    return Record("cowrie", _LABEL, digest_of("cowrie", finding), finding)


@contextmanager
def server(cure: Program, *arguments: object) -> Iterator[str]:
    with cure.serving(*arguments) as url:
        yield url.rstrip("/")


def timed(cure: Program, *arguments: object) -> tuple[dict[str, Any], float]:
    """Run a command that may take minutes; return what it says, and its seconds."""
    started = perf_counter()
    done = subprocess.run(
        cure.command(*arguments, "--json"),
        cwd=cure.directory,
        env=cure.environment,
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        timeout=2 * _MOST_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode()
    return json.loads(done.stdout), perf_counter() - started
