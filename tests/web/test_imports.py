"""What answers need is imported before the first question: later no file may be left to open."""

import os
import subprocess
import sys
from pathlib import Path

import cure

_TESTS = Path(__file__).parents[1]


def test_no_answer_is_the_first_to_import_anything(tmp_path: Path):
    paths = os.pathsep.join((str(Path(cure.__path__[0]).parent), str(_TESTS)))
    asked = subprocess.run(
        [sys.executable, _TESTS / "web" / "asking_all.py", tmp_path / "d"],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        check=False,
    )

    assert (asked.returncode, asked.stdout.split(), asked.stderr) == (0, [], b"")
