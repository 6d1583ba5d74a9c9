"""Nearest neighbours: by hand, against a plain sort, and by buckets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cure.enrichers.groups.neighbours import Neighbours, nearest


def at_angles(*degrees: float) -> np.ndarray:
    """Return rows of length 1 that point there."""
    radians = np.radians(np.array(degrees))
    return np.column_stack((np.cos(radians), np.sin(radians))).astype(np.float32)


def drawn(seed: int, count: int, *, centres: int = 1, noise: float = 1.0) -> np.ndarray:
    """Return rows of length 1 around some centres, in 16 dimensions."""
    chance = np.random.default_rng(seed)
    middle = chance.standard_normal((centres, 16))[chance.integers(0, centres, count)]
    rows = middle + noise * chance.standard_normal((count, 16))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def same(one: Neighbours, other: Neighbours) -> bool:
    return np.array_equal(one.numbers, other.numbers) and np.array_equal(one.cosines, other.cosines)


def test_the_neighbours_of_five_directions_are_those_drawn_on_paper():
    near = nearest(at_angles(0, 10, 30, 90, 95), 2)
    assert near.numbers.tolist() == [[1, 2], [0, 2], [1, 0], [4, 2], [3, 2]]
    assert np.allclose(near.cosines[0], np.cos(np.radians((10, 30))), atol=1e-6)


def test_who_has_too_few_others_has_gaps():
    near = nearest(at_angles(0, 60), 3)
    assert near.numbers.tolist() == [[1, -1, -1], [0, -1, -1]]
    assert np.isneginf(near.cosines[:, 1:]).all()


def test_no_rows_have_no_neighbours():
    assert nearest(np.empty((0, 4), np.float32), 3).numbers.shape == (0, 3)


def test_equals_stand_in_order_of_their_numbers():
    near = nearest(at_angles(0, 0, 0, 0, 0), 2)
    assert near.numbers.tolist() == [[1, 2], [0, 2], [0, 1], [0, 1], [0, 1]]


@given(st.integers(0, 1000), st.integers(2, 60), st.integers(1, 8))
def test_every_pair_is_compared(seed, count, k):
    rows = drawn(seed, count)
    cosines = rows.astype(np.float64) @ rows.T.astype(np.float64)
    np.fill_diagonal(cosines, -np.inf)
    best = -np.sort(-cosines, axis=1)[:, :k]
    near = nearest(rows, k)
    assert np.allclose(near.cosines[:, : best.shape[1]][np.isfinite(best)], best[np.isfinite(best)])


def test_buckets_find_nearly_all_and_always_the_same():
    rows = drawn(1, 4000, centres=60, noise=0.4)
    exact = nearest(rows, 10)
    near = nearest(rows, 10, every_pair_up_to=100)
    assert same(near, nearest(rows, 10, every_pair_up_to=100))
    found = (near.numbers[:, :, np.newaxis] == exact.numbers[:, np.newaxis, :]).any(axis=1)
    assert found.mean() >= 0.9
    assert (near.cosines <= exact.cosines + 1e-6).all()


def test_buckets_bear_thousands_that_hardly_differ():
    rows = np.concatenate((drawn(2, 500), drawn(3, 4000, noise=0.001)))
    near = nearest(rows, 10, every_pair_up_to=100)
    assert (near.numbers >= 0).all()
    assert (near.cosines[500:] > 0.99).all()
    assert all(len(set(line)) == 10 for line in near.numbers.tolist())
