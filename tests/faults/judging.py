"""What a log tells after the power went, judged by what it told before."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from random import Random

from cure.errors import LogError
from cure.installation import Installation
from cure.log.sqlite import SqliteLog
from faults.disks import emptied
from faults.histories import Lived, said, told_by
from faults.power_loss import Remains, losses

_WHOLE_EVERY = 20
"""So often not only the log is opened, but all that is computed from it."""


def what_is_wrong(remains: Remains, allowed: Sequence[str], rng: Random) -> str:
    """Open what remains, and say what is lost, too much, or of no use; empty: nothing."""
    with emptied() as directory:
        remains.write(directory)
        try:
            if rng.randrange(_WHOLE_EVERY) == 0:
                with Installation(directory, write=True) as installation:
                    if installation.state_hash() != installation.replayed_hash(lambda *_: None):
                        return "the hub is not what the log gives"
            with closing(SqliteLog(directory / "log.sqlite")) as log:
                if damages := log.check():
                    return damages[0]
                if told_by(log) not in allowed:
                    return "the log tells neither what was acknowledged nor what was under way"
                last = log.last()
                one = said(rng, 10**6)
                if list(log.append([one]).fates) != [(last + 1, True)]:
                    return "nothing can be added"
        except LogError as error:
            return str(error)
    return ""


def wrongs(
    lived: Lived, points: int, rng: Random, also: Mapping[int, Sequence[str]] | None = None
) -> list[str]:
    """Return what is wrong after the power went at so many points.

    What was acknowledged is to be there, or that and the action under way; `also` tells what
    else may be, by how many actions were acknowledged.
    """
    found: list[str] = []
    for one in losses(lived.steps, points, rng):
        allowed = [
            *lived.known[one.acknowledged : one.acknowledged + 2],
            *(also or {}).get(one.acknowledged, ()),
        ]
        if wrong := what_is_wrong(one, allowed, rng):
            found.append(f"after step {one.at}: {wrong}")
    return found
