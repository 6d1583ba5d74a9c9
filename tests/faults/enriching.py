"""A server while its enricher fails again and again: is anybody held up?"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np

from faults.acknowledged import SILENCE_S, Acknowledged, Publisher, Stored, publishing, stored
from faults.lives import lives

_LOOKED_S = 5.0
_PATIENCE_S = 2.0
_PUBLISHERS = 2


class Enriched(NamedTuple):
    """What came of it.

    Attributes:
        answers: What those were answered who asked the enricher, and how many times.
        ask_ms: How long questions took, the median and 99 of 100: before, and meanwhile.
        acknowledged: How many records were acknowledged: before, and meanwhile.
        stored: What the data directory holds.
    """

    answers: Counter[str]
    ask_ms: tuple[tuple[float, float], tuple[float, float]]
    acknowledged: tuple[int, int]
    stored: Stored


def beside_an_enricher(directory: Path, change: str) -> Enriched:
    """Publish and ask, first alone, then while the enricher, changed so, is asked all the time."""
    answers: Counter[str] = Counter()
    with ExitStack() as things:
        acknowledged = things.enter_context(Acknowledged(directory / "acknowledged"))
        begin = things.enter_context(lives())
        server = begin("run", "--port", 0, "--data", directory / "data", change=change)
        url = server.url
        publishers = [Publisher(f"findings@{one}", acknowledged, one) for one in range(_PUBLISHERS)]
        with publishing(url, publishers):
            acknowledged.wait()
            before, known = _looked(url), len(acknowledged.all())
            with _enriching(url, answers):
                meanwhile = _looked(url)
        all_of_them = len(acknowledged.all())
        assert server.stop() == 0, server.said
        found = stored(directory / "data", acknowledged)
        return Enriched(answers, (before, meanwhile), (known, all_of_them - known), found)


def _looked(url: str) -> tuple[float, float]:
    with asking(url) as took_s:
        time.sleep(_LOOKED_S)
    return in_ms(took_s)


def in_ms(took_s: list[float]) -> tuple[float, float]:
    """Return the median, and what 99 of 100 are below."""
    return round(np.median(took_s) * 1e3, 1), round(np.percentile(took_s, 99) * 1e3, 1)


@contextmanager
def asking(url: str) -> Iterator[list[float]]:
    """Ask questions all the while; give how long each took, in seconds."""
    took: list[float] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(timeout=SILENCE_S) as client:
            while not over.wait(0.02):
                began = time.perf_counter()
                asked = client.get(f"{url}/api/v1/observables/ip/198.51.100.1")
                took.append(time.perf_counter() - began)
                assert asked.status_code in {200, 404}, asked.text

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield took
    finally:
        over.set()
        asking.join()


@contextmanager
def _enriching(url: str, answers: Counter[str]) -> Iterator[None]:
    """Ask for groups again and again."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                told = httpx.post(f"{url}/api/v1/groups/publish", timeout=_PATIENCE_S)
            except httpx.ReadTimeout:
                answers["none"] += 1
            else:
                answers[told.json().get("error", {"code": "done"})["code"]] += 1

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()
