"""F4: what runs out is said before anything is acknowledged, and nothing has to be restarted."""

import os
import subprocess
from pathlib import Path

import httpx
import pytest

from faults.exhausting import DISK_BYTES, exhausted, small_disk
from faults.figures import note
from faults.lives import lives
from faults.sizes import sized
from servers import finding, ndjson

_KINDS = ("room", "length", "files", "write", "sync")
_needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")


@_needs_root
def test_whatever_runs_out_nothing_is_lost_and_nothing_has_to_be_restarted(tmp_path: Path):
    with small_disk(tmp_path / "disk") as disk:
        found = exhausted(tmp_path, disk, _KINDS, sized(200, 2000), seed=4)
    note("F4", tried=found.tried, refused=found.refused)

    assert found.refused.keys() == {"room: 503", "length: 503", "write: 503", "sync: 503"}
    assert all("nothing was acknowledged" in said for said, _ in found.sentences)
    assert {again for _, again in found.sentences} == {"1"}
    assert (found.stored.lost, found.stored.twice, found.stored.same) == (set(), [], True)


@_needs_root
def test_a_body_for_which_there_is_no_room_is_refused_until_there_is(tmp_path: Path):
    body = ndjson(finding("192.0.2.1", key="one")) + (b" " * 999 + b"\n") * (DISK_BYTES // 900)
    with small_disk(tmp_path / "disk") as disk, lives(TMPDIR=str(disk)) as begin:
        server = begin("run", "--port", 0, "--data", tmp_path / "data")
        with httpx.Client(base_url=server.url, timeout=20) as client:
            refused = client.post("/api/v1/records?source=findings", content=body)
            kept = client.post("/api/v1/records?source=findings", content=body[: DISK_BYTES // 2])
        assert server.stop() == 0, server.said

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.json()["error"]["code"] == "exhausted"
    assert "nothing was acknowledged" in refused.json()["error"]["message"]
    assert kept.json()["accepted"] == 1


@_needs_root
def test_a_disk_that_is_read_only_is_said_at_the_start(tmp_path: Path):
    with small_disk(tmp_path / "disk") as disk, lives() as begin:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        refused = begin("run", "--port", 0, "--data", disk / "data")

        assert refused.ended() == 2
        assert refused.said == f"cure: cannot write into {disk / 'data'}: Read-only file system\n"
