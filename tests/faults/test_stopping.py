"""A stop ends within a bound, whatever hangs, and keeps all that was acknowledged."""

from pathlib import Path
from signal import SIGINT, SIGTERM, Signals

import pytest

from faults.figures import note
from faults.stopping import STREAMS, stopped

_BOUND_S = 60.0


@pytest.mark.parametrize("number", [SIGTERM, SIGINT])
def test_a_stop_waits_for_nobody_for_ever(tmp_path: Path, number: Signals):
    found = stopped(tmp_path, number)
    note(f"stop by {number.name}", took_s=round(found.took_s, 1), bound_s=_BOUND_S)

    assert found.code == 0
    assert found.took_s <= _BOUND_S
    assert found.half_sent.startswith(b"HTTP/1.1 503 ")
    assert b"nothing was acknowledged" in found.half_sent
    assert found.streamed == len(STREAMS)
    assert (found.stored.lost, found.stored.twice, found.stored.same) == (set(), [], True)
