"""Snapshots: whole, or refused with the place of the damage."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cure.errors import LogError
from cure.log.snapshots import Snapshot, load, save

STATE = {
    "words": np.arange(100, dtype=np.uint64),
    "empty": np.empty(0, np.int64),
    "roles": np.frombuffer(b"role" * 9, np.uint8),
}


def test_a_snapshot_is_read_back(tmp_path: Path) -> None:
    save(tmp_path / "hub.snapshot", "log", Snapshot(7, STATE))
    found = load(tmp_path / "hub.snapshot", "log")

    assert found is not None
    assert found.seq == 7
    assert {name: column.tolist() for name, column in found.state.items()} == {
        name: column.tolist() for name, column in STATE.items()
    }


def test_there_is_none_of_another_log_and_none_where_there_is_no_file(tmp_path: Path) -> None:
    save(tmp_path / "hub.snapshot", "log", Snapshot(7, STATE))

    assert load(tmp_path / "hub.snapshot", "another log") is None
    assert load(tmp_path / "nothing", "log") is None


@given(st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_flipped_bit_is_found_or_does_no_harm(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "hub.snapshot"
    save(path, "log", Snapshot(7, STATE))
    raw = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)

    try:
        found = load(path, "log")
    except LogError as error:
        assert "damaged at offset" in str(error)
    else:  # a bit of the filling between arrays
        assert found is not None
        assert all((found.state[name] == STATE[name]).all() for name in STATE)


@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_file_that_was_cut_is_found(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "hub.snapshot"
    save(path, "log", Snapshot(7, STATE))
    raw = path.read_bytes()
    end_of_roles = len(raw) - (-36 % 64)
    path.write_bytes(raw[: data.draw(st.integers(0, end_of_roles - 1))])

    with pytest.raises(LogError, match="damaged at offset"):
        load(path, "log")
