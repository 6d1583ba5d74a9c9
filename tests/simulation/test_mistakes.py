"""The simulation sees: each of some seeded mistakes is noticed within a few lives."""

import pytest

from leaks.leak import Leak
from simulation.history import live
from simulation.mistakes import MISTAKES

LIVES = 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.name)
def test_a_mistake_is_noticed(mistake: Leak, monkeypatch: pytest.MonkeyPatch):
    mistake.spring(monkeypatch)
    assert any(_is_noticed(seed) for seed in range(LIVES))


def _is_noticed(seed: int) -> bool:
    try:
        live(seed)
    except AssertionError:  # any other error is a mistake that was not made as it is meant
        return True
    return False
