"""What nobody waits for is computed by one thread at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from cure.background import Background


def test_one_computes_at_a_time():
    background, inside, most = Background(), 0, 0
    counting = threading.Lock()

    def compute() -> None:
        nonlocal inside, most
        with background.turn():
            with counting:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.002)
            with counting:
                inside -= 1

    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(compute) for _ in range(24)]:
            done.result()

    assert (inside, most) == (0, 1)


def test_who_fails_gives_his_turn_back():
    background = Background()

    with pytest.raises(ValueError, match="no"), background.turn():
        raise ValueError("no")

    with background.turn():
        pass
