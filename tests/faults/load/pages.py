"""The results of loads as people read them: tables in docs/load.md and docs/soak.md."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from faults.load.figures import RESULTS, Figure

_DOCS = Path(__file__).parents[3] / "docs"
_BEGIN, _END = "<!-- begin: bench/load.py -->\n", "<!-- end: bench/load.py -->"
_TITLES = {
    "load": "Everybody at once (L1, L3, L4)",
    "frozen": "Who never reads (L4)",
    "burst": "Ten times as much (L6)",
    "memory": "Records in memory (L2)",
    "endurance": "An hour at half the load (L5)",
}


def write_pages() -> None:
    """Write the last result of each load into the page that has a place for it."""
    known = json.loads(RESULTS.read_text("utf-8"))
    for name, is_long in (("load.md", False), ("soak.md", True)):
        page = _DOCS / name
        head, _, rest = page.read_text("utf-8").partition(_BEGIN)
        text = head + _BEGIN + _tables(known, is_long=is_long) + _END + rest.partition(_END)[2]
        page.write_text(text, "utf-8")


def _tables(known: Mapping[str, Any], *, is_long: bool) -> str:
    lines: list[str] = []
    for kind, title in _TITLES.items():
        run = known.get(f"{kind}, long" if is_long else kind)
        if run is not None:
            lines += ["", f"### {title}", "", f"{run['load']}. {run['machine']}; {run['at']}.", ""]
            lines += ["| what | measured | wanted | |", "|---|---:|---:|---|"]
            lines += [Figure(what, *figure).row for what, figure in run["figures"].items()]
    return "\n".join([*lines, "", ""]) if lines else "\nNot run yet.\n\n"
