"""Lives of an installation on a recorded disk, and what it knew after each action."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import NamedTuple

from cure.installation import Installation
from cure.interfaces import Cards, Log, Quarantined
from cure.log.sqlite import SqliteLog
from cure.model import Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from faults.recorded_disk import RecordedDisk, Step

NOW = datetime(2025, 1, 1, tzinfo=UTC)
LATER = datetime(2999, 1, 1, tzinfo=UTC)
SOURCES = ("cowrie", "nicter")
LABELS = (Label(Tlp.GREEN, "soc"), Label(Tlp.AMBER, "soc"), Label(Tlp.RED, "bank"))
_OFTEN_PAGES = 12
"""So many pages of the write-ahead log are brought into the file: often, where it is small."""


class Lived(NamedTuple):
    """A history.

    Attributes:
        steps: What was asked of the disk.
        known: What the log told after each action; the first: before any.
    """

    steps: list[Step]
    known: list[str]


def chance(seed: int) -> Random:
    """Return dice that fall alike each time."""
    return Random(seed)  # noqa: S311 - chance, not secrecy


def said(rng: Random, number: int) -> Record:
    """Return a record; many have a key, under which others were said before."""
    source = rng.choice(SOURCES)
    about = (mention(ip(f"192.0.2.{rng.randint(0, 255)}"), "attacker"),)
    key = f"k{rng.randint(0, 150)}" if rng.random() < 0.5 else None
    seen = NOW + timedelta(seconds=number)
    text = "x" * rng.choice([0, 10, 200, 6000])
    finding = Finding(Kind.SIGHTING, about, seen, seen, 1, {"n": number, "text": text}, key)
    return Record(source, rng.choice(LABELS), digest_of(source, finding), finding)


def told_by(log: Log) -> str:
    """Return the hash of all that a log tells."""
    digest = blake2b(digest_size=16)
    for batch in log.read():
        for one in batch:
            digest.update(repr(one).encode())
    digest.update(repr((list(log.relabellings()), sorted(log.retentions()))).encode())
    if isinstance(log, SqliteLog):
        digest.update(repr(sorted(log.quarantined(10_000))).encode())
    return digest.hexdigest()


def live(directory: Path, rng: Random, *, actions: int = 60, synchronous: str = "FULL") -> Lived:
    """Let an installation live through as many actions of all kinds."""
    disk = RecordedDisk()
    disk.acknowledge(0)
    with disk.in_use():
        installation = _opened(directory, synchronous)
        disk.place(directory / "hash.key")
        known = [told_by(installation.log)]
        written: dict[str, int] = {}
        for number in range(actions):
            installation = _act(installation, rng, number, synchronous)
            known.append(told_by(installation.log))
            for name in ("hub.snapshot", "log.digests"):
                path = directory / name
                if path.exists() and path.stat().st_mtime_ns != written.get(name):
                    written[name] = path.stat().st_mtime_ns
                    disk.place(path)
            disk.acknowledge(len(known) - 1)
        installation.close()
    return Lived(disk.steps, known)


def _opened(directory: Path, synchronous: str) -> Installation:
    installation = Installation(directory, write=True)
    engine = installation.log._writer  # noqa: SLF001 - no setting of ours makes it worse
    engine.execute(f"PRAGMA wal_autocheckpoint = {_OFTEN_PAGES}")
    engine.execute(f"PRAGMA synchronous = {synchronous}")
    return installation


def _act(installation: Installation, rng: Random, number: int, synchronous: str) -> Installation:
    match rng.choice(["append"] * 12 + ["relabel", "quarantine", "retract", "retain", "snapshot",
                                        "flush", "open"]):  # fmt: skip
        case "append":
            size = rng.choice([1, 1, 2, 5, 20, 60])
            installation.append([said(rng, number * 100 + i) for i in range(size)])
        case "relabel":
            installation.relabel(rng.choice(SOURCES), *rng.sample(LABELS, 2))
        case "quarantine":
            line = Quarantined(rng.choice(SOURCES), "a.json", number, b"\0rubbish", "not JSON")
            installation.quarantine([line], NOW + timedelta(seconds=number))
        case "retract":
            installation.retract([said(rng, i) for i in range(30)])
        case "retain":
            installation.retain(rng.choice(SOURCES), LATER, rng.choice(list(Cards)))
        case "snapshot":
            installation.snapshot()
        case "flush":
            installation.log.flush()
        case _:
            installation.close()
            return _opened(installation.directory, synchronous)
    return installation
