"""Checks of the machine: how many files may be open, and whether the hub has room in memory."""

import resource
from collections.abc import Iterator
from pathlib import Path

from cure.cli.checks.check import Check

_FEW_FILES = 4096
_BESIDE_HUB_BYTES = 300 << 20
_HUB_PER_RECORD_BYTES = 80
"""What the hub takes; measured: 55 for sightings of one value (docs/performance.md)."""
_MUCH, _TOO_MUCH = 0.5, 0.9
_MUCH_SWAPPED = 0.25
_MEMINFO = Path("/proc/meminfo")
_LIMIT = Path("/sys/fs/cgroup/memory.max")


def machine(records: int) -> Iterator[Check]:
    """Look at the machine on which a hub of so many records is to be held."""
    yield _files()
    told = _meminfo()
    if told:
        yield _memory(records, told["MemTotal"])
        yield _swap(told["SwapTotal"], told["SwapFree"])


def _files() -> Check:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    says = f"{most:,} may be open"
    if most < _FEW_FILES:
        todo = f"allow {_FEW_FILES * 4:,}, as LimitNOFILE of the unit does"
        return Check("open files", "warn", says, todo)
    return Check("open files", "ok", says)


def _memory(records: int, total: int) -> Check:
    """Compare with what there is for this process: the machine's, or its control group's."""
    if _LIMIT.exists() and (limit := _LIMIT.read_text().strip()).isdecimal():
        total = min(total, int(limit))
    need = records * _HUB_PER_RECORD_BYTES + _BESIDE_HUB_BYTES
    says = f"the hub needs about {need / 1e9:,.1f} GB of {total / 1e9:,.1f} GB"
    if need > total * _TOO_MUCH:
        return Check("memory", "fail", says, "add memory, or keep less: docs/retention.md")
    if need > total * _MUCH:
        return Check("memory", "warn", says, "add memory before there is twice as much")
    return Check("memory", "ok", says)


def _swap(total: int, free: int) -> Check:
    if not total:
        return Check("swap", "ok", "there is none")
    says = f"{(total - free) / 1e9:,.1f} GB of {total / 1e9:,.1f} GB in use"
    if total - free > total * _MUCH_SWAPPED:
        return Check("swap", "warn", says, "add memory: a hub that is swapped out is slow")
    return Check("swap", "ok", says)


def _meminfo() -> dict[str, int]:
    """Return what the kernel tells of memory, in bytes; empty: it tells nothing."""
    if not _MEMINFO.exists():
        return {}
    lines = (line.split() for line in _MEMINFO.read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) << 10 for words in lines}
