"""F11: random histories: publish, relabel, retract, let go for age, follow, crash; model = hub.

A life that fails is the first that `CURE_SEED=7 pytest tests/simulation` lives.
"""

from faults.figures import note
from faults.sizes import sized
from simulation.history import STEPS, live
from strange.seeds import SEED

LIVES = sized(2_000, 100_000)


def test_every_life_of_an_installation_is_that_of_its_plain_model():
    for seed in range(SEED, SEED + LIVES):
        try:
            live(seed)
        except Exception as error:
            error.add_note(f"CURE_SEED={seed}")
            raise
    note("F11", lives=LIVES, steps_of_each=STEPS, differences=0)
