"""Figures: what a trial came to, said, and after a soak written down in bench/soak.json."""

import json
import platform
import sys
from pathlib import Path

from faults.sizes import ASKED

_FILE = Path(__file__).parents[2] / "bench" / "soak.json"


def note(trial: str, **figures: object) -> None:
    """Say what a trial came to, by its name in the matrix of faults."""
    sys.stdout.write(f"{trial}: {json.dumps(figures, default=str)}\n")
    if ASKED == "soak":
        known = json.loads(_FILE.read_bytes()) if _FILE.exists() else {}
        known[trial] = {"python": platform.python_version(), **figures}
        _FILE.write_text(json.dumps(known, indent=2, default=str) + "\n")
