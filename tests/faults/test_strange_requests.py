"""B2: whatever is asked, no answer is 5xx, and all are as the description says."""

from itertools import count
from pathlib import Path

import pytest

from faults.figures import note
from faults.sizes import sized
from strange.requests_drawn import KEYS, strangers
from strange.seeds import SEED

CASES = sized(3_000, 50_000) // len(KEYS)
AT_ONCE = 5


@pytest.mark.parametrize("key", KEYS)
def test_whatever_is_asked_the_answer_is_as_described(key: str, tmp_path: Path):
    wrong: list[str] = []
    with strangers(tmp_path) as them:
        operations, seeds = them.operations(), count(SEED)
        while them.asked.total() < CASES and not wrong:
            seed = next(seeds)
            wrong = [
                one
                for operation in operations
                for one in them.wrong_with(operation, key, AT_ONCE, seed)
            ]
        note(f"B2 {key}", cases=them.asked.total(), operations=len(operations), wrong=len(wrong))
    assert wrong == []
