"""make ui-screens: draws docs/screens, and what tests/ui/test_screenshots.py compares with.

``screens.py --baselines`` draws the latter only, and ``screens.py NAME …`` some of the former.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from browsers import started  # noqa: E402 - beside the tests
from pages import Pages  # noqa: E402
from pictures import small  # noqa: E402
from screens import (  # noqa: E402
    BASELINE_SIZE,
    BASELINES,
    SCREENS,
    draw,
    drawn_with,
    make_world,
    serving,
)

BASELINES_IN = ROOT / "tests" / "ui" / "screenshots"
DOCUMENTED_IN = ROOT / "docs" / "screens"
DOCUMENTED_SIZE = (1280, 800)
MOST_BYTES = 120_000


def main() -> None:
    """Draw, and write what was drawn."""
    names = [one for one in sys.argv[1:] if not one.startswith("--")]
    with tempfile.TemporaryDirectory() as folder, started() as browser:
        make_world(Path(folder))
        with serving(Path(folder)) as url, Pages(browser, url) as pages:
            if not names:
                _write(pages, BASELINES, BASELINES_IN, BASELINE_SIZE)
                with_what = json.dumps(drawn_with(browser), indent=2)
                (BASELINES_IN / "drawn_with.json").write_text(f"{with_what}\n", "utf-8")
            if "--baselines" not in sys.argv:
                _write(pages, names or list(SCREENS), DOCUMENTED_IN, DOCUMENTED_SIZE)


def _write(pages: Pages, names: Sequence[str], folder: Path, size: tuple[int, int]) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        drawn = small(draw(pages.open, name, size))
        (folder / f"{name}.png").write_bytes(drawn)
        print(f"{folder.name}/{name}.png: {len(drawn) / 1000:.0f} kB")
        if len(drawn) > MOST_BYTES:
            sys.exit(f"that is more than {MOST_BYTES / 1000:.0f} kB")


if __name__ == "__main__":
    main()
