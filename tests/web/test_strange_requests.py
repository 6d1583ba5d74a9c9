"""Whatever is asked, the answer is one that the server's description of itself foretells."""

from pathlib import Path
from random import Random

from strange.requests_drawn import KEYS, strangers
from strange.seeds import SEED

CASES = 60


def test_whatever_is_asked_the_answer_is_as_described(tmp_path: Path):
    random = Random(SEED)  # noqa: S311 - to be drawn again
    with strangers(tmp_path) as them:
        some = random.choices(them.operations(), k=CASES)
        wrong = [
            one
            for number, operation in enumerate(some)
            for one in them.wrong_with(operation, random.choice(KEYS), 1, SEED + number)
        ]
    assert wrong == []
