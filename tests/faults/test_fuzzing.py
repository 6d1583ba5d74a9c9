"""B1: whatever bytes come, each parser keeps its laws: Atheris looks for bytes that break one."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from faults.figures import note
from faults.sizes import sized
from strange.seeds import SEED
from strange.targets import targets

TESTS = Path(__file__).parents[1]
SECONDS = sized(60, 3600)
"""For each target."""
_RUNS = re.compile(rb"number_of_executed_units: (\d+)")


class _Fuzzed(NamedTuple):
    """How often a target was tried, and what broke it, with the input; empty: nothing did."""

    runs: int
    wrong: str


@pytest.mark.skipif(
    find_spec("atheris") is None and "CI" not in os.environ,
    reason="Atheris is not installed here; it is made for Linux: `pip install atheris`",
)
def test_no_bytes_break_a_law_of_a_parser(tmp_path: Path):
    names = list(targets())
    with ThreadPoolExecutor(os.cpu_count()) as together:
        fuzzed = list(together.map(lambda name: _fuzz(name, tmp_path / name), names))
    runs = {name: one.runs for name, one in zip(names, fuzzed, strict=True)}
    note("B1", seconds_each=SECONDS, targets=len(runs), runs=sum(runs.values()), of_each=runs)
    assert [one.wrong for one in fuzzed if one.wrong] == []
    assert all(runs.values())


def _fuzz(name: str, corpus: Path) -> _Fuzzed:
    """Fuzz a target in a process of its own."""
    corpus.mkdir()
    told = [name, str(SECONDS), str(SEED), str(corpus)]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "strange.fuzzing", *told],
        capture_output=True,
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent / "src")))},
        timeout=SECONDS + 300,
        check=False,
    )
    runs = sum(map(int, _RUNS.findall(done.stderr)))
    if done.returncode == 0:
        return _Fuzzed(runs, "")
    said = [line for line in done.stderr.decode(errors="replace").splitlines() if line[:1] != "#"]
    return _Fuzzed(runs, "\n".join([f"{name}, seed {SEED}:", *said[-40:], *_inputs(corpus)]))


def _inputs(corpus: Path) -> Iterator[str]:
    for kind in ("crash", "timeout", "oom", "leak"):
        for file in corpus.glob(f"{kind}-*"):
            yield f"{kind}: {file.read_bytes()[:4000]!r}"
