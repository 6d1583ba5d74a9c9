"""F1: `kill -9` at any moment loses nothing that was acknowledged."""

from pathlib import Path

import httpx

from faults.acknowledged import SILENCE_S, lines_of
from faults.figures import note
from faults.killing import killed
from faults.lives import lives
from faults.sizes import sized

_HALF = 500_000
"""So many records a server may hold beyond its snapshot."""
_MOST_S = 5.0


def test_whatever_is_killed_when_nothing_acknowledged_is_lost_or_there_twice(tmp_path: Path):
    found = killed(tmp_path, sized(100, 1000), seed=9)
    note(
        "F1",
        kills=found.moments,
        half_written=found.half_written,
        acknowledged=found.acknowledged,
        records=found.stored.records,
        up_again_cpu_s=found.up_cpu_s,
    )

    assert (found.stored.lost, found.stored.twice, found.stored.same) == (set(), [], True)
    assert found.undelivered == set()
    assert found.left == []


def test_a_million_records_are_up_again_soon_after_a_kill(tmp_path: Path):
    file, data, took = tmp_path / "findings.jsonl", tmp_path / "data", dict[str, dict[str, float]]()
    snapshots: dict[str, bytes] = {}
    with lives() as begin:
        for name, first in (("of half", 0), ("of all", _HALF)):
            file.write_bytes(lines_of(_HALF, begin=first))
            assert begin("ingest", "findings", file, "--data", data).ended() == 0
            snapshots[name] = (data / "hub.snapshot").read_bytes()
        for name, snapshot in snapshots.items():
            (data / "hub.snapshot").write_bytes(snapshot)
            server = begin("run", "--port", 0, "--data", data)
            told = httpx.get(f"{server.url}/healthz", timeout=SILENCE_S).json()
            assert told["records"] == 2 * _HALF
            took[f"with a snapshot {name}"] = {"s": round(server.up_s, 2), "cpu_s": server.up_cpu_s}
            server.kill()
    note("F1 up again", records=2 * _HALF, took=took)

    # By the processor, as others may keep the machine busy.
    assert took["with a snapshot of all"]["cpu_s"] <= _MOST_S
