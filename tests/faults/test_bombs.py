"""B3: files that cost their reader far more than their sender cost it little: 256 MB and 2 s."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cure.app import publishers
from faults.figures import note
from program import Program
from strange.bombs.all import GROUPS
from strange.measuring import Cost, Meter, run

MOST = Cost(seconds=2, megabytes=256)
TOKEN = "aT9-kk3_vQz81LmN"  # noqa: S105 - of this test
_ENCODINGS = {"gz": "gzip", "zst": "zstd"}
_SOURCE = """
[[source]]
publisher = "{}"
instance = "push"
push = {{ token_env = "PUSH_{}" }}
"""

each_group = pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@each_group
def test_a_file_costs_little_and_is_read_or_quarantined(group, program: Program, tmp_path: Path):
    plain = tmp_path / "plain"
    plain.write_bytes(b"a")
    idle: dict[str, Cost] = {}
    costs: list[Cost] = []
    wrong: list[str] = []
    for bomb in group():
        file = tmp_path / bomb.name
        file.write_bytes(bomb.data)
        for reader in bomb.readers:
            if reader not in idle:
                idle[reader] = run(program, "parse", reader, plain).cost
            done = run(program, "parse", reader, file)
            costs.append(cost := _above(done.cost, idle[reader]))
            if _is_much(cost) or done.code or "Traceback" in done.said:
                wrong.append(
                    f"{bomb.name} read by {reader}: {cost}, {done.code}, {done.said[-500:]}"
                )
    _note(f"B3 {group.__name__} read", costs)
    assert wrong == []


@each_group
def test_what_is_posted_costs_little_and_is_answered(group, program: Program, tmp_path: Path):
    costs: list[Cost] = []
    wrong: list[str] = []
    known: set[str] = set()
    with _serving(program, tmp_path) as (url, process):
        for bomb in group():
            encoding = _ENCODINGS.get(bomb.name.rpartition(".")[2], "identity")
            doors = [("records?source=cowrie", ""), ("match", "")]
            doors += [(f"sources/{one}@push/lines", f"{TOKEN}{one}") for one in bomb.readers]
            for door, token in doors:
                if door not in known:  # what is loaded at the first time is not the bomb's doing
                    _post(f"{url}api/v1/{door}", token, b"a")
                    known.add(door)
                meter = Meter(process)
                answer = _post(f"{url}api/v1/{door}", token, bomb.data, encoding)
                costs.append(cost := meter.read())
                if _is_much(cost) or answer.status_code >= 500:
                    wrong.append(f"{bomb.name} at {door}: {cost}, {answer.status_code}")
    _note(f"B3 {group.__name__} posted", costs)
    assert wrong == []


def _post(url: str, token: str, content: bytes, encoding: str = "identity") -> httpx.Response:
    headers = {"Content-Encoding": encoding}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return httpx.post(url, content=content, headers=headers, timeout=120)


def _above(cost: Cost, idle: Cost) -> Cost:
    return Cost(cost.seconds - idle.seconds, cost.megabytes - idle.megabytes)


def _note(trial: str, costs: list[Cost]) -> None:
    seconds, megabytes = (round(max(each), 2) for each in zip(*costs, strict=True))
    note(trial, tried=len(costs), most_seconds=seconds, most_megabytes=megabytes)


def _is_much(cost: Cost) -> bool:
    return cost.seconds > MOST.seconds or cost.megabytes > MOST.megabytes


@contextmanager
def _serving(program: Program, directory: Path) -> Iterator[tuple[str, int]]:
    """Run a server that a source of each publisher may push to; give its URL and process."""
    config = directory / "cure.toml"
    sources = (_SOURCE.format(one, one.upper()) for one in publishers())
    config.write_text("social_media = true\n" + "".join(sources), "utf-8")
    for one in publishers():
        program.environment[f"PUSH_{one.upper()}"] = f"{TOKEN}{one}"
    arguments = ("run", "-c", config, "--data", directory / "data", "--port", "0")
    with program.start(*arguments, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        found = (re.search(r"http://\S+", line.decode()) for line in server.stdout)
        try:
            yield next(filter(None, found))[0].rstrip("/") + "/", server.pid
        finally:
            server.terminate()
            server.wait(timeout=30)
        assert server.returncode == 0
