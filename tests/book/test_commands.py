"""Every command of the documentation runs, and says what the page shows of it."""

import re
import shutil
from pathlib import Path

import pytest

from book.blocks import ROOT, blocks_of, commands_in
from book.files import lay_out
from book.pages import run_page
from cli.conftest import Call
from program import Program
from worlds import made_once

ELSEWHERE = {
    "sources.md": "tests/cli/test_sources_guide.py",
    "investigations.md": "test_investigations.py",
}
"""Pages whose commands have a test of their own."""
README, TRANSLATED = ROOT / "README.md", ROOT / "README.ja.md"
PAGES = [
    page for page in (README, *sorted((ROOT / "docs").glob("*.md"))) if page.name not in ELSEWHERE
]
RUN = [page for page in PAGES if any(one.language == "console" for one in blocks_of(page))]
TEXTS = {
    "values.txt": "192.0.2[.]7\n",
    "assets.txt": "# ours\n192.0.2.0/24\n",
}
UNTIL = "2026-11-22"
"""The last day of the world that the pages show."""


@pytest.fixture
def directory(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with the world of the demonstration, and files to read."""

    def make(folder: Path) -> None:
        made = Program(folder)("demo", "--no-serve", "--until", UNTIL)
        assert made.code == 0, made.err

    world = made_once(tmp_path_factory, "book", make)
    shutil.copytree(world / "demo-data", tmp_path / "demo-data")
    lay_out(tmp_path)
    for folder in ("etc/cure", "opt/cure", "var/lib", "var/log/cowrie", "feeds"):
        (tmp_path / folder).mkdir(parents=True)
    for other in ("cure-data", "var/lib/cure"):
        (tmp_path / other).symlink_to(tmp_path / "demo-data")
    shutil.copy(tmp_path / "cowrie.json", tmp_path / "var/log/cowrie")
    shutil.copy(tmp_path / "ipsum.txt", tmp_path / "feeds")
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.name)
def test_the_commands_of_a_page_run_and_say_what_it_shows(page: Path, directory: Path, call: Call):
    run_page(page, directory, call)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_no_test_runs_says_why(page: Path):
    unexplained = [one.text for one in blocks_of(page) if one.language == "sh" and one.why is None]

    assert not unexplained, "console blocks are run; put `<!-- not run: why -->` before this one"


def test_the_japanese_readme_shows_what_the_english_one_does():
    def shown(page: Path) -> list[str]:
        commands = (one for block in blocks_of(page) for one in commands_in(block.text))
        return [re.sub(r"\s+#.*", "", one.text) for one in commands]

    assert shown(TRANSLATED) == shown(README)
    assert [one.text for one in blocks_of(TRANSLATED) if one.language == "python"] == [
        one.text for one in blocks_of(README) if one.language == "python"
    ]
    assert linked(TRANSLATED) - linked(README) == {"README.md", "docs/glossary.ja.md"}
    assert linked(README) - linked(TRANSLATED) == {"README.ja.md", "docs/glossary.md"}


def linked(page: Path) -> set[str]:
    return set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")))
