"""docs/reference is what the program says of itself."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cure.settings import Settings
from cure.source_tables import KINDS

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the pages as they would be written now, by name."""
    folder = tmp_path_factory.mktemp("reference")
    subprocess.run(
        [sys.executable, ROOT / "tools" / "reference", folder],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    return texts_in(folder)


def texts_in(folder: Path) -> dict[str, str]:
    return {one.name: one.read_text("utf-8") for one in folder.iterdir()}


def test_the_reference_is_up_to_date(pages: dict[str, str]):
    there = texts_in(REFERENCE)
    stale = [name for name in there.keys() | pages if there.get(name) != pages.get(name)]

    assert not stale, "run `make reference`, look at what changed, and commit it"


def test_every_setting_and_every_way_in_is_told(pages: dict[str, str]):
    page = pages["settings.md"]

    assert all(f"| `{name}` |" in page for name in set(Settings.__struct_fields__) - {"file"})
    assert all(f"### `{way}`" in page for way in KINDS)


def test_every_role_of_the_samples_is_in_the_glossary(pages: dict[str, str]):
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| roles in its samples \| (.*) \|$", pages["publishers.md"])
    roles = {role for row in rows for role in re.findall(r"([\w-]+) \(", row)}

    assert roles
    assert roles <= set(re.findall(r"\*\*([\w-]+)\*\*", glossary))


def test_every_link_between_the_documents_leads_somewhere(pages: dict[str, str]):
    texts = {REFERENCE / name: text for name, text in pages.items()}
    texts |= {path: path.read_text("utf-8") for path in (ROOT / "docs").glob("**/*.md")}
    texts[ROOT / "README.md"] = (ROOT / "README.md").read_text("utf-8")
    dead = {
        f"{path.relative_to(ROOT)}: {target}"
        for path, text in texts.items()
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
        if not (path.parent / target).exists()
    }

    assert not dead
