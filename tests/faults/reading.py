"""Readers of a cluster: what they are told is right at any moment, whichever process fails."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import pairwise

import httpx

from servers import finding, ndjson

_SOURCES = ("findings@known", "findings@other")
_COUNT = 40
_ANSWER_S = 3.0
_PATIENCE_S = 30.0
QUESTIONS = (
    *(f"observables/ip/192.0.2.{number}" for number in range(_COUNT)),
    "search?pattern=192.0.2.0/24",
    "pivot?value=192.0.2.7",
)


class Reader:
    """Asks what it knows the answers of; without an answer it goes on with another hub.

    Attributes:
        wrong: Answers that were not those of before.
    """

    def __init__(
        self,
        urls: Callable[[], Sequence[str]],
        on: Callable[[int], AbstractContextManager[object]],
    ) -> None:
        """Ask hubs, whose URLs are as they are then, each on its machine."""
        self._urls = urls
        self._on = on
        self._right: dict[str, bytes] = {}
        self.wrong: list[tuple[str, bytes]] = []
        self._times: list[float] = []

    def begin(self) -> None:
        """Publish what is asked about, and learn the answers, which all hubs give alike."""
        first, *_ = self._urls()
        with httpx.Client(timeout=_ANSWER_S) as client, self._on(0):
            for source in _SOURCES:
                said = ndjson(*(finding(f"192.0.2.{number}") for number in range(_COUNT)))
                answer = client.post(
                    f"{first}/api/v1/records", params={"source": source}, content=said
                )
                assert answer.status_code == httpx.codes.OK, answer.text
            self._right = {
                one: client.get(f"{first}/api/v1/{one}").raise_for_status().content
                for one in QUESTIONS
            }
        end_s = time.monotonic() + _PATIENCE_S
        with httpx.Client(timeout=_ANSWER_S) as client:
            for number in range(1, len(self._urls())):
                while not self.is_right(client, number):
                    assert time.monotonic() < end_s, f"hubs answer differently: {self.wrong[-1:]}"
                    time.sleep(0.1)
        self.wrong.clear()

    def is_right(self, client: httpx.Client, number: int) -> bool:
        """Ask a hub everything, and tell whether it answered, and rightly."""
        url = self._urls()[number]
        for question, right in self._right.items():
            try:
                with self._on(number):
                    answer = client.get(f"{url}/api/v1/{question}")
            except httpx.TransportError:
                return False
            if answer.status_code != httpx.codes.OK:
                return False
            if answer.content != right:
                self.wrong.append((question, answer.content))
                return False
        return True

    def read(self, stopping: threading.Event) -> None:
        """Ask on and on."""
        at = 0
        with httpx.Client(timeout=_ANSWER_S) as client:
            while not stopping.is_set():
                if self.is_right(client, at % len(self._urls())):
                    self._times.append(time.monotonic())
                    stopping.wait(0.05)
                else:
                    at += 1
                    stopping.wait(0.02)

    def gap_s(self, since_s: float) -> float:
        """Return for how long nothing was answered at most, since a moment until now."""
        times = [since_s, *(at for at in self._times if at > since_s), time.monotonic()]
        return max(later - earlier for earlier, later in pairwise(times))
