"""All real data beside the project, read at once, against the links that others found in it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data" / "gold_links.tsv.gz"


@pytest.mark.skipif(not REAL.exists(), reason="the real data does not lie beside the checkout")
def test_nearly_all_links_that_are_there_are_found_and_hardly_a_line_is_unreadable():
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "gold_links.py"), "--json"],
        capture_output=True,
        check=True,
        timeout=600,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    told = json.loads(done.stdout)

    assert told["links"]["found"] >= 0.97 * told["links"]["there"]
    for database, count in told["databases"].items():
        assert count["found"] >= 0.97 * count["there"] or count["there"] < 10, database
    for publisher, account in told["publishers"].items():
        told_lines = account["spoke"] + account["silent"] + account["quarantined"]
        assert told_lines == account["lines"], publisher
        assert account["quarantined"] < 0.01 * account["lines"], publisher
