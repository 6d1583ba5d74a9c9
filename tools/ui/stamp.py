"""Tell by a stamp whether the built UI belongs to its sources: needs neither Node nor npm.

``stamp.py --write`` writes it beside what was built; without, it is compared.
"""

import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
UI = ROOT / "ui"
BUILT = ROOT / "src" / "cure" / "web" / "static"
STAMP = "BUILD_STAMP"
_LEFT_OUT = frozenset({"README.md", ".gitignore"})


def sources(ui: Path = UI) -> list[Path]:
    """Return the files that decide what is built: src, public, and those beside them."""
    inside = [one for name in ("src", "public") for one in (ui / name).rglob("*") if one.is_file()]
    beside = [one for one in ui.iterdir() if one.is_file() and one.name not in _LEFT_OUT]
    return sorted(inside + beside, key=lambda one: one.relative_to(ui).as_posix())


def stamp(ui: Path = UI) -> str:
    """Return the hash of names and contents; line ends do not count."""
    digest = sha256()
    for path in sources(ui):
        name = path.relative_to(ui).as_posix().encode()
        digest.update(name + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def main() -> None:
    """Write the stamp, or compare it."""
    if "--write" in sys.argv:
        (BUILT / STAMP).write_text(stamp() + "\n", "utf-8")
    elif (BUILT / STAMP).read_text("utf-8").strip() != stamp():
        sys.exit("the built UI is not that of its sources: run `make ui`, and commit both")


if __name__ == "__main__":
    main()
