"""How long the proofs look: a moment in every run, and thoroughly in `make proof`."""

import os

THOROUGH = "CURE_PROOF" in os.environ


def examples(few: int, many: int) -> int:
    """Return how many examples to try."""
    return many if THOROUGH else few
