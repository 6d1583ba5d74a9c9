"""Whatever bytes come, nothing breaks but as it is said; `tests/faults` looks far longer."""

from random import Random

import pytest

from strange.found import FOUND
from strange.seeds import SEED
from strange.spoiling import spoilt
from strange.targets import seeds, targets

TARGETS = targets()
SPOILT = 12


@pytest.mark.parametrize("name", TARGETS)
def test_strange_input_breaks_nothing(name: str):
    random, good = Random(f"{SEED} {name}"), seeds(name)  # noqa: S311 - to be drawn again
    for data in (random.choice(good), *(spoilt(random, good) for _ in range(SPOILT))):
        try:
            TARGETS[name](data)
        except Exception as error:
            error.add_note(f"seed {SEED}, {data!r}")
            raise


@pytest.mark.parametrize(("name", "data"), FOUND)
def test_what_once_broke_something_breaks_it_no_more(name: str, data: bytes):
    TARGETS[name](data)
