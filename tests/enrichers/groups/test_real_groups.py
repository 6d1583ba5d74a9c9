"""Groups of real addresses, against labels of who they were."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REAL = ROOT.parent / "shared" / "data" / "similar" / "selfdeploy24_events.csv.gz"


@pytest.mark.skipif(not REAL.exists(), reason="the real data does not lie beside the checkout")
def test_groups_of_real_addresses_are_pure_and_cover_nearly_all():
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "similar_groups.py"), "--json"],
        capture_output=True,
        check=True,
        timeout=600,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    told = json.loads(done.stdout)
    for name in ("selfdeploy24", "selfdeploy24, first half", "selfdeploy24, second half"):
        broad, strict = told[name]["broad"], told[name]["strict"]
        assert broad["v"] >= 0.52, name
        assert broad["purity"] >= 0.80, name
        assert broad["cover"] >= 0.94, name
        assert strict["pair_precision"] >= 0.95, name
        assert strict["cover"] >= 0.08, name
        assert strict["pairs"] >= 200, name
