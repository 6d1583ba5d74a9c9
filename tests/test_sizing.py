"""The page about sizes says what was measured."""

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_page_about_sizes_is_made_from_the_figures():
    script = runpy.run_path(str(ROOT / "bench" / "sizing.py"))

    assert script["PAGE"].read_text() == script["page"](json.loads(script["FIGURES"].read_text()))
