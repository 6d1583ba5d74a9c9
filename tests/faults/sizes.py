"""How much faults are tried: not in `make test`, a part in `make test-faults`, all in a soak."""

import os

ASKED = os.environ.get("CURE_FAULTS", "")
"""Empty, `ci` or `soak`."""


def sized(ci: int, soak: int) -> int:
    """Return how many, how long or how much."""
    return soak if ASKED == "soak" else ci
