"""A leak: a small mutation of the program, such as might be written by mistake."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from cure.hub.visible import Clearance, Visible


class Leak(NamedTuple):
    """A mutation, and the law that catches it."""

    name: str
    law: str
    spring: Callable[[pytest.MonkeyPatch], None]


class Leaks(list[Leak]):
    """The leaks of one part of the program."""

    def caught_by(self, law: str) -> Callable[[Callable[[pytest.MonkeyPatch], None]], None]:
        """Add a mutation under its name."""

        def add(spring: Callable[[pytest.MonkeyPatch], None]) -> None:
            self.append(Leak(spring.__name__, law, spring))

        return add

    def add_looking_too_far(self, name: str, module: object, function: str) -> None:
        """Add that a function of a sight looks at all records."""

        def spring(patch: pytest.MonkeyPatch) -> None:
            original = getattr(module, function)
            patch.setattr(
                module,
                function,
                lambda sight, *more, **named: original(unbounded(sight), *more, **named),
            )

        self.append(Leak(name, "hidden", spring))


def unbounded(sight: Visible) -> Visible:
    """Return the same moment as somebody sees it who may see everything."""
    stamps = sight.moment.stamps
    sources = np.array([one.source for one in stamps], np.int64)
    return Visible(
        sight.moment, Clearance(np.ones(len(stamps), bool), everything=True, sources=sources)
    )
