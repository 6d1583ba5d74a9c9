"""Data directories with damaged files, and what they tell."""

import re
import shutil
from contextlib import closing
from pathlib import Path

from cure.errors import LogError
from cure.installation import Installation
from cure.interfaces import Released
from cure.log.sqlite import SqliteLog
from faults.disks import emptied
from faults.histories import SOURCES, chance, live, said, told_by

_PLACE = re.compile(r"offset \d+|record \d+|quarantined line of")
"""What an error names."""


def filled(directory: Path) -> tuple[Path, list[str], str]:
    """Make an installation that has all kinds of things.

    Returns:
        A copy, taken while it was open; what its log told after each of the last appends;
        the hash of its hub.
    """
    (directory / "of").mkdir()
    rng = chance(7)
    live(directory / "of", rng, actions=40)
    as_it_was = directory / "copy"
    with Installation(directory / "of", write=True) as installation:
        installation.snapshot(at_least=0)
        true: list[str] = []
        for number in range(12):
            installation.append([said(rng, 10**6 + number * 10 + i) for i in range(3)])
            true.append(told_by(installation.log))
        shutil.copytree(directory / "of", as_it_was, ignore=shutil.ignore_patterns("*-shm", "lock"))
        return as_it_was, true, installation.state_hash()


def what_is_wrong(directory: Path, true: list[str], state_hash: str | None) -> str:
    """Open a directory for writing and for reading; say what is told that is not true."""
    for write in (False, True):
        try:
            with Installation(directory, write=write) as installation:
                if told_by(installation.log) not in true:
                    return f"something else is told; writing: {write}"
                if state_hash is not None and installation.state_hash() != state_hash:
                    return f"the hub is another one; writing: {write}"
                numbers = Released(tuple(range(1, installation.log.last() + 1)))
                installation.log.fetch(numbers)
                installation.log.kept_at(numbers)
                for source in SOURCES:
                    installation.log.labels_of(source)
        except LogError as error:
            if not _PLACE.search(str(error)):
                return f"no place is named; writing: {write}: {error}"
    return ""


def damaged(copy: Path, name: str, bit: int, true: list[str], state_hash: str) -> str:
    """Flip a bit in one file of a copy, and say what is told that is not true.

    Of the last transaction of a write-ahead log nobody can tell whether it was ever whole.
    """
    with emptied() as directory:
        there = directory / "d"
        shutil.copytree(copy, there)
        content = bytearray((there / name).read_bytes())
        content[bit // 8] ^= 1 << bit % 8
        (there / name).write_bytes(content)
        if name.endswith("-wal"):
            return what_is_wrong(there, true[-2:], None)
        return what_is_wrong(there, true[-1:], state_hash)


def what_is_wrong_after_a_cut(path: Path, true: list[str]) -> str:
    """Open a log whose file was cut; say what is told that is not true."""
    try:
        with closing(SqliteLog(path)) as log:
            if damages := log.check():
                return "" if _PLACE.search(damages[0]) else f"no place is named: {damages[0]}"
            return "" if told_by(log) in true else "something else is told"
    except LogError as error:
        return "" if _PLACE.search(str(error)) else f"no place is named: {error}"
