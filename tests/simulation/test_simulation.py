"""Whatever happens to an installation, in whatever order, it answers as the plain model does."""

import pytest

from simulation.history import live
from strange.seeds import SEED

SEEDS = range(SEED, SEED + 20)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_installation_is_what_its_plain_model_is(seed: int):
    live(seed)
