"""A list of events on the command line: its vectors in a file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from program import Ran

Ask = Callable[..., Ran]
ROWS = [
    f"2026-01-0{1 + hour // 24} {hour % 24:02}:00:00,{ip},{service}"
    for hour in range(48)
    for ip, service in (("192.0.2.1", "http"), ("192.0.2.2", "http"), ("203.0.113.9", "ssh"))
]


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text("\n".join(["ts,src_ip,service", *ROWS, "never,192.0.2.1,http"]))
    return path


def test_the_vectors_of_a_list_are_written(call: Ask, listed: Path, tmp_path: Path):
    out = tmp_path / "vectors.npz"
    told = call("similar", "--events", listed, "--vectors", out, "--json").json()
    written = np.load(out)
    one, two, other = written["X"]

    assert told == {
        "events": 144,
        "ips": 3,
        "unreadable": 1,
        "ignored": [],
        "vectors": str(out),
    }
    assert written["ips"].tolist() == ["192.0.2.1", "192.0.2.2", "203.0.113.9"]
    assert one @ two == pytest.approx(1, abs=1e-5)
    assert one @ other < 0.9


def test_an_unreadable_row_is_told(call: Ask, listed: Path, tmp_path: Path):
    told = call("similar", "--events", listed, "--vectors", tmp_path / "vectors.npz")

    assert "1 row could not be read: line 146" in told.out
