"""Measure the pivot graph: what a frame of 2,000 values and 5,000 relations costs without a card.

    python bench/ui_graph.py [URL]     # of a running server; else one with the demo's world

The answer of the server is put in its place: no world of ours is so dense.
"""

import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Route, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from program import Program  # noqa: E402 - beside the tests

FLAGS = ["--no-sandbox", "--disable-gpu"]
SIZES = [(200, 500), (500, 1200), (2000, 5000)]
FRAMES = 25
TOPICS = ("ip", "domain", "url", "hash", "email", "tag")


def main() -> None:
    """Print one line for each size of a graph."""
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        if sys.argv[1:]:
            _measure(browser, sys.argv[1])
        else:
            with tempfile.TemporaryDirectory() as folder:
                program = Program(Path(folder))
                program("demo", "--no-serve", "--data", "d")
                with program.serving("--data", "d") as url:
                    _measure(browser, url)
        browser.close()


def _measure(browser: Browser, url: str) -> None:
    for values, relations in SIZES:
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        answer = json.dumps(_answer(values, relations))

        page.route("**/api/v1/pivot?*", partial(_fulfil, answer))
        began = time.perf_counter()
        page.goto(f"{url.rstrip('/')}/graph?value=a&n=2000&t=12&dpr=1")
        page.wait_for_selector('html[data-ready="1"]', timeout=120_000)
        laid = time.perf_counter() - began
        frames = page.evaluate(
            f"() => Array.from({{length: {FRAMES}}}, () => cure.graph.canvas.frameMs())"
        )
        drawn = page.evaluate("() => cure.graph.nodes().length")
        print(
            f"{drawn} values, {relations} relations: frame {statistics.median(frames):.1f} ms"
            f" (fastest {min(frames):.1f}), laid out after {laid:.1f} s"
        )
        page.close()


def _fulfil(answer: str, route: Route) -> None:
    route.fulfill(body=answer, content_type="application/json")


def _answer(values: int, relations: int) -> dict[str, object]:
    chance = random.Random(7)
    nodes = [
        {"topic": TOPICS[at % 6], "value": f"v{at}.example", "hop": min(at, 1), "sources": ["a"]}
        for at in range(values)
    ]
    pairs = {(0, at) for at in range(1, values, 10)}
    while len(pairs) < relations:
        a, b = chance.randrange(values), chance.randrange(values)
        if a != b:
            pairs.add((min(a, b), max(a, b)))
    edges = [{"a": a, "b": b, "records": 3, "sources": ["a"]} for a, b in sorted(pairs)]
    return {"nodes": nodes, "edges": edges, "truncated": False, "sampled": False, "left": {}}


if __name__ == "__main__":
    main()
