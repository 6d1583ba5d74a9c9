"""What the builder of the documentation calls: pages of the repository's root join the book.

A link between pages stays one; one to another file of the repository becomes its text, as the book
does not hold it; one to nothing is left, and the builder, which is strict, fails on it.
"""

import os
import re
from pathlib import Path

from properdocs.config.defaults import ProperDocsConfig
from properdocs.structure.files import File, Files
from properdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = {
    "README.md": "index.md",
    "README.ja.md": "ja.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
"""Files of the root, and where each stands in the book."""
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>[^)\s:#]+)(?P<anchor>#[^)]*)?\)")
_COMMENT = re.compile(r"(?m)^<!--.*?-->\n")


def on_files(files: Files, config: ProperDocsConfig) -> Files:
    """Add the pages of the root."""
    for name, place in PAGES.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(text: str, page: Page, files: Files, **_: object) -> str:
    """Lead the links of a page to where their targets are in the book."""
    there = page.file.src_uri
    source = next((name for name, place in PAGES.items() if place == there), f"docs/{there}")

    def led(link: re.Match[str]) -> str:
        path = (ROOT / source).parent / link["target"]
        file = os.path.relpath(path.resolve(), ROOT)
        place = PAGES.get(file, file.removeprefix("docs/"))
        if (PAGES.get(file) or file.startswith("docs/")) and files.get_file_from_path(place):
            target = os.path.relpath(place, Path(there).parent)
            return f"[{link['text']}]({target}{link['anchor'] or ''})"
        return link["text"] if path.exists() else link[0]

    return _LINK.sub(led, _COMMENT.sub("", text))
