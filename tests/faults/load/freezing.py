"""What subscribers cost that open a stream and never read it."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import uvloop

from faults.load import gauge
from faults.load.driving import all_told, serving
from faults.load.following import Subscriber, Want
from faults.load.publishing import Phase, Posted, publish, rhythm
from faults.load.world import Organisation, found

_SETTLED_S = 3.0


class Cost(NamedTuple):
    """What each of them cost, in bytes, and who was not told of all when he read on.

    Attributes:
        process: Memory of the server.
        kernel: Memory of the kernel for connections.
        misinformed: Who was told of anything else than of all that he may see, once.
    """

    process: float
    kernel: float
    misinformed: list[Subscriber]


def freeze(directory: Path, *, frozen: int, records: int) -> Cost:
    """Let so many freeze in front of so many records, then read on."""
    organisations = found(directory)
    with (
        serving(directory, directory / "errors.txt") as (port, server),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(_freeze(port, server.pid, organisations, frozen, records))


async def _freeze(
    port: int, pid: int, organisations: Sequence[Organisation], frozen: int, records: int
) -> Cost:
    first = Subscriber(organisations[0], Want(), "frozen")
    await first.connect(port)
    first.close()
    posted = Posted(rhythm([Phase(records / 5_000, 5_000)], asyncio.get_running_loop().time()), 0)
    await publish(port, organisations, posted)
    await asyncio.sleep(_SETTLED_S)
    before, kernel_before = gauge.read(pid).rss, _kernel_bytes()
    followers = [
        Subscriber(first.organisation, first.want, "frozen", cursor=first.cursor)
        for _ in range(frozen)
    ]
    for one in followers:
        await one.connect(port)
    await asyncio.sleep(_SETTLED_S)
    process, kernel = gauge.read(pid).rss - before, _kernel_bytes() - kernel_before
    kept = posted.acknowledged()
    reading = [asyncio.create_task(one.listen(posted.due, always=True)) for one in followers]
    await all_told(followers, kept)
    for task, one in zip(reading, followers, strict=True):
        task.cancel()
        one.close()
    await asyncio.wait(reading)
    misinformed = [one for one in followers if one.got != one.expected(kept)]
    return Cost(process / frozen, kernel / frozen, misinformed)


def _kernel_bytes() -> int:
    """Return what the kernel holds for all TCP connections of this machine."""
    told = re.search(r"^TCP:.* mem (\d+)", Path("/proc/net/sockstat").read_text(), re.MULTILINE)
    assert told
    return int(told[1]) * 4096
