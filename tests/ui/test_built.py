"""What was built belongs to its sources, and the types to the server: needs no browser."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "cure" / "web" / "static"


def said(*command: str) -> str:
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stderr


def test_what_is_built_is_of_these_sources():
    assert said("tools/ui/stamp.py") == ""


def test_the_types_are_those_of_the_server():
    assert said("tools/ui/schema.py", "--check") == ""


def test_the_licences_of_what_is_built_in_come_along():
    notices = (STATIC / "THIRD_PARTY_NOTICES.md").read_text("utf-8")

    assert all(name in notices for name in ("svelte", "three", "openapi-fetch"))


def test_nothing_is_told_to_the_browser_that_it_would_run_from_a_text():
    sources = [*(ROOT / "ui" / "src").rglob("*.svelte"), *(ROOT / "ui" / "src").rglob("*.ts")]
    forbidden = ("{@html", "innerHTML", "eval(", 'style="')

    assert not [
        f"{one.name}: {text}"
        for one in sources
        for text in forbidden
        if text in one.read_text("utf-8")
    ]


def test_a_source_of_the_ui_has_one_subject():
    sources = [*(ROOT / "ui" / "src").rglob("*.svelte"), *(ROOT / "ui" / "src").rglob("*.ts")]
    made = {"schema.d.ts"}

    assert not [
        one.name
        for one in sources
        if one.name not in made and len(one.read_text("utf-8").splitlines()) > 330
    ]
