"""Measure the web UI: what is loaded, how soon one can use it, and what a frame costs us.

    python bench/ui.py            # starts a server with the demo's world, and Chromium

Without a graphics card frames are drawn in software, so only our own part of a frame, the main
thread's, says something of other machines.
"""

import gzip
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from pages import STILL, ready  # noqa: E402 - beside the tests
from program import Program  # noqa: E402
from screens import SCREENS  # noqa: E402

ASSETS = ROOT / "src" / "cure" / "web" / "static" / "assets"
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
_ASKED = """() => {
  const loaded = performance.getEntriesByType('resource');
  const asked = loaded.filter(({ name }) => name.includes('/api/'));
  const began = Math.min(...asked.map(({ startTime }) => startTime));
  return Math.max(...asked.map(({ responseEnd }) => responseEnd)) - began;
}"""
PICTURE = "view=3d&dpr=1&aa=0&bf=0"


def main() -> None:
    """Print one line for each figure."""
    with tempfile.TemporaryDirectory() as folder:
        program = Program(Path(folder))
        program("demo", "--no-serve", "--data", "d")
        with program.serving("--data", "d") as url, sync_playwright() as running:
            path = shutil.which("chromium")
            browser = running.chromium.launch(executable_path=path, args=FLAGS)
            _first_view(browser, url)
            _every_view(browser, url)
            _frames(browser, url)
            browser.close()


def _first_view(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    loaded: set[str] = set()
    page.on("response", lambda answer: loaded.add(answer.url.rpartition("/")[2]))
    began = time.perf_counter()
    page.goto(f"{url}?view=map")
    page.wait_for_selector(".labels button")
    print(f"first view, the map: usable after {time.perf_counter() - began:.2f} s")
    for kind in ("js", "css"):
        names = [name for name in loaded if name.endswith(kind)]
        size = sum(len(gzip.compress((ASSETS / name).read_bytes(), 9)) for name in names)
        print(f"first view, {kind}: {size / 1000:.1f} kB gzip in {len(names)} files")
    scene = next(ASSETS.glob("Scene-*.js"))
    print(
        f"the picture's part, lazy: {len(gzip.compress(scene.read_bytes(), 9)) / 1000:.1f} kB gzip"
    )
    page.close()


def _every_view(browser: Browser, url: str) -> None:
    """Tell how soon each view shows all that it asked for, in a browser that was never here."""
    for name, screen in SCREENS.items():
        took: list[tuple[float, float]] = []
        for _ in range(3):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            began = time.perf_counter()
            page.goto(f"{url.rstrip('/')}{screen.path}?{urlencode({**screen.query, **STILL})}")
            ready(page)
            took.append((time.perf_counter() - began, page.evaluate(_ASKED) / 1000))
            context.close()
        usable, asking = min(took)
        print(f"{name}: usable after {usable:.2f} s, with {asking:.2f} s of asking the server")


def _frames(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    page.goto(f"{url}?{PICTURE}&t=12")
    page.wait_for_function("() => window.cure?.scene")
    page.evaluate("window.cure.scene.measureFrames(3)")
    told = page.evaluate("window.cure.scene.measureFrames(25)")
    figures = page.evaluate("window.cure.scene.figures()")
    own, whole = (sorted(told[name]) for name in ("ownMs", "wholeMs"))
    print(f"a frame, our own part: median {statistics.median(own):.2f} ms, p90 {own[22]:.2f} ms")
    print(f"a frame until drawn, in software: median {statistics.median(whole):.0f} ms")
    print(", ".join(f"{name} {value:.3g}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
