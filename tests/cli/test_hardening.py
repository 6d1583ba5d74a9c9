"""What is safe without anybody having set it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx

from program import Program


def open_to_others(data: Path) -> list[str]:
    return [one.name for one in data.rglob("*") if one.stat().st_mode & 0o077]


def test_nobody_else_may_read_what_a_server_or_a_command_writes(
    cure: Program, cowrie_log: Callable[..., Path]
):
    before = os.umask(0o022)  # as most machines have it
    try:
        cure("ingest", "cowrie", cowrie_log("192.0.2.1"), "--data", "d")
        cure("org", "add", "local", "--operator", "--data", "d")
        with cure.serving("--data", "d") as url:
            httpx.get(f"{url}readyz")
            files = open_to_others(cure.directory / "d")
    finally:
        os.umask(before)

    assert files + open_to_others(cure.directory / "d") == []
    assert {one.name for one in (cure.directory / "d").iterdir()} > {"log.sqlite", "hash.key"}


def test_a_list_that_is_exported_may_be_read_by_others(
    cure: Program, cowrie_log: Callable[..., Path]
):
    cure("ingest", "cowrie", cowrie_log("192.0.2.1"), "--data", "d")
    before = os.umask(0o022)
    try:
        cure("export", "misp", "feed", "--data", "d")
    finally:
        os.umask(before)

    assert (cure.directory / "feed" / "manifest.json").stat().st_mode & 0o777 == 0o644


def test_a_server_leaves_no_core_dump(cure: Program):
    with cure.start("run", "--data", "d", "--port", "0", stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        limits = Path(f"/proc/{server.pid}/limits").read_text()
        server.kill()

    [core] = [line.split() for line in limits.splitlines() if line.startswith("Max core file")]
    assert core[4] == "0"
