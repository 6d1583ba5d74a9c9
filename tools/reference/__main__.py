"""make reference: writes docs/reference from what the program says of itself.

A test compares the pages with what this writes: `tests/test_reference.py`.
"""

import re
import sys
from pathlib import Path

from commands_page import commands_page
from http_page import http_page
from page import ROOT
from publishers_page import publishers_page
from settings_page import settings_page

PAGES = {
    "publishers.md": publishers_page,
    "settings.md": settings_page,
    "commands.md": commands_page,
    "http.md": http_page,
}

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "reference"
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(re.sub(r"\n{3,}", "\n\n", "\n".join(page())), "utf-8")
        print(f"{folder.name}/{name}")
