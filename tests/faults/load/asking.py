"""Questions of 25 organisations at fixed times: cards, links by one step, searches."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from faults.load.wire import Connections, request
from faults.load.world import DRAWN, Organisation, address, host

KINDS = ("value", "links", "search")
_MIX = (0.6, 0.2, 0.2)


class Asked(NamedTuple):
    """One question: its kind, when it was due, how long it took from then, and the status."""

    kind: str
    due: float
    seconds: float
    status: int


def question(rng: np.random.Generator) -> tuple[str, str]:
    """Return a kind and a path; what is asked for is drawn as what is said."""
    kind = str(rng.choice(KINDS, p=_MIX))
    drawn = int(rng.random() ** 3 * DRAWN)
    if kind == "value":
        return kind, f"/api/v1/observables/ip/{address(drawn)}"
    if kind == "links":
        return kind, f"/api/v1/pivot?hops=1&limit=100&value={address(drawn)}"
    patterns = (
        f"198.{18 + (drawn & 1)}.{drawn >> 1 & 255}.0/24",
        f"*.{host(drawn).partition('.')[2]}",
        f"{drawn * 0x9E3779B97F4A7C15 % (1 << 128):032x}"[:5],
        "malware:*",
    )
    return kind, f"/api/v1/search?limit=100&pattern={patterns[int(rng.integers(4))]}"


async def ask(
    port: int, askers: Sequence[Organisation], *, begin: float, seconds: float, per_second: float
) -> list[Asked]:
    """Ask at fixed times, whether or not earlier questions were answered."""
    connections, rng = Connections(port), np.random.default_rng(11)
    clock, asked = asyncio.get_running_loop().time, list[Asked]()

    async def one(kind: str, due: float, raw: bytes) -> None:
        answer = await connections.ask(raw)
        asked.append(Asked(kind, due, clock() - due, answer.status))

    async with asyncio.TaskGroup() as together:
        for number in range(int(seconds * per_second)):
            kind, path = question(rng)
            due = begin + number / per_second
            await asyncio.sleep(max(0.0, due - clock()))
            raw = request("GET", path, askers[number % len(askers)].key)
            together.create_task(one(kind, due, raw))
    connections.close()
    return asked
