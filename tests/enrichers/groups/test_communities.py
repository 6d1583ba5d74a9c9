"""Broad and strict groups of graphs small enough to see."""

import numpy as np

from cure.enrichers.groups.communities import communities, mutual
from cure.enrichers.groups.identical import near_identical
from cure.enrichers.groups.neighbours import nearest


def around(middle: tuple[float, ...], count: int, spread: float, seed: int = 0) -> np.ndarray:
    """Return rows of length 1 close to a direction."""
    chance = np.random.default_rng(seed)
    rows = np.array(middle) + spread * chance.standard_normal((count, len(middle)))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def broad(rows: np.ndarray, k: int = 15) -> list[int]:
    near = nearest(rows, k)
    return communities(near, mutual(near)).tolist()


def test_two_heaps_are_two_groups():
    rows = np.concatenate((around((1, 0, 0), 7, 0.05), around((0, 1, 0), 9, 0.05)))
    labels = broad(rows)
    assert len(set(labels[:7])) == len(set(labels[7:])) == 1
    assert labels[0] != labels[7]


def test_one_heap_is_one_group():
    assert len(set(broad(around((1, 0, 0), 12, 0.05)))) == 1


def test_rows_with_nothing_in_common_stand_alone():
    assert len(set(broad(np.eye(6, dtype=np.float32)))) == 6


def test_nobody_at_all_makes_no_group():
    assert broad(np.empty((0, 3), np.float32)) == []


def test_only_who_choose_each_other_are_joined():
    rows = np.concatenate((around((1, 0), 3, 0.0), around((0.8, 0.6), 1, 0.0)))
    assert mutual(nearest(rows, 2)).toarray()[3].tolist() == [0, 0, 0, 0]


def test_whom_nobody_chooses_stands_with_the_nearest():
    rows = np.concatenate(
        (around((1, 0, 0), 9, 0.02), around((0, 1, 0), 9, 0.02), around((0.8, 0, 0.6), 1, 0.0))
    )
    near = nearest(rows, 4)
    assert mutual(near)[18].nnz == 0
    assert broad(rows, 4)[18] in broad(rows, 4)[:9]


def test_twelve_heaps_of_many_are_told_apart():
    chance = np.random.default_rng(5)
    middles = np.linalg.qr(chance.standard_normal((12, 12)))[0]
    rows = np.concatenate([around(tuple(middle), 40, 0.1, i) for i, middle in enumerate(middles)])
    labels = np.array(broad(rows)).reshape(12, 40)
    assert all(not set(one) & set(other) for i, one in enumerate(labels) for other in labels[:i])


def test_the_near_identical_are_a_part_of_their_group():
    core = around((1, 0, 0), 6, 0.01)
    rows = np.concatenate((core, around((0.8, 0.6, 0), 6, 0.2, seed=3)))
    near = nearest(rows, 15)
    edges = mutual(near)
    group = np.zeros(12, np.int32)
    strict = near_identical((rows, rows), edges, group)
    assert len(set(strict[:6].tolist())) == 1
    group[3:] = 1
    apart = near_identical((rows, rows), edges, group)
    assert len(set(apart[:3].tolist())) == len(set(apart[3:6].tolist())) == 1
    assert apart[0] != apart[3]


def test_alike_in_one_view_only_is_not_near_identical():
    what = around((1, 0, 0), 6, 0.0)
    how = np.concatenate((around((1, 0, 0), 3, 0.0), around((0, 1, 0), 3, 0.0)))
    edges = mutual(nearest(what, 15))
    strict = near_identical((what, how), edges, np.zeros(6, np.int32))
    assert strict[:3].tolist() == [strict[0]] * 3
    assert strict[0] != strict[3]
