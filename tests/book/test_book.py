"""The book of the documentation: it is built offline, its links hold, and it asks nobody else."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from book.blocks import ROOT

ELSEWHERE = re.compile(r"""(?:<script[^>]+src|<link[^>]+href|<img[^>]+src)=["']?(?:https?:)?//""")


def build(folder: Path, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "properdocs", "build", "--site-dir", site],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_book_is_built_and_fetches_nothing_from_elsewhere(tmp_path: Path):
    done = build(ROOT, tmp_path)

    assert done.returncode == 0, done.stderr
    pages = [page.read_text("utf-8") for page in tmp_path.glob("**/*.html")]
    assert len(pages) > len(list((ROOT / "docs").glob("*.md")))
    assert not [one for page in pages for one in ELSEWHERE.findall(page)]
    assert not [page for page in pages if "<!-- not run:" in page]


def test_links_to_nothing_fail(tmp_path: Path):
    for name in ("properdocs.yml", "tools/book.py", "docs/tour.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    links = "[page](nowhere.md) [place](#no-place) [file](../no-file)"
    (tmp_path / "README.md").write_text("# Page\n")
    (tmp_path / "docs/tour.md").write_text(f"# Tour\n\n{links}\n")
    for name in ("README.ja.md", "CHANGELOG.md", "CONTRIBUTING.md"):
        (tmp_path / name).write_text("# Page\n")
    configuration = (tmp_path / "properdocs.yml").read_text().partition("\nnav:")[0]
    (tmp_path / "properdocs.yml").write_text(configuration)

    done = build(tmp_path, tmp_path / "site")

    assert done.returncode != 0
    assert [
        one for one in ("nowhere.md", "#no-place", "../no-file") if one not in done.stderr
    ] == []


def test_every_word_of_the_glossary_is_in_the_japanese_one():
    def text(name: str) -> str:
        return (ROOT / "docs" / name).read_text("utf-8")

    words = re.findall(r"(?m)^## (?!Indicator)(\w+)[^(\n]*\(([^,)]+)", text("glossary.md"))
    missing = [
        f"{english} ({japanese})"
        for english, japanese in words
        if not re.search(rf"(?im)^\| {japanese}[^|]*\| {english}", text("glossary.ja.md"))
    ]

    assert len(words) > 30
    assert not missing
