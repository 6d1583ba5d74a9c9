"""What a process takes of the machine: memory, descriptors, threads, processor."""

import asyncio
import os
from pathlib import Path
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")


class Reading(NamedTuple):
    """One look.

    Attributes:
        at: When, in seconds of the loop's clock.
        rss: Bytes of memory.
        fds: Open descriptors.
        threads: Threads.
        cpu_s: Processor seconds until now.
    """

    at: float
    rss: int
    fds: int
    threads: int
    cpu_s: float


def read(pid: int, at: float = 0.0) -> Reading:
    """Look at a process."""
    proc = Path("/proc", str(pid))
    said = dict(line.split(":\t", 1) for line in (proc / "status").read_text().splitlines())
    times = (proc / "stat").read_text().rpartition(")")[2].split()
    return Reading(
        at,
        int(said["VmRSS"].split()[0]) << 10,
        len(os.listdir(proc / "fd")),  # noqa: PTH208 - a hundred thousand times an hour
        int(said["Threads"]),
        (int(times[11]) + int(times[12])) / _TICKS,
    )


async def watch(pid: int, readings: list[Reading], every_s: float) -> None:
    """Look again and again."""
    while True:
        readings.append(read(pid, asyncio.get_running_loop().time()))
        await asyncio.sleep(every_s)
