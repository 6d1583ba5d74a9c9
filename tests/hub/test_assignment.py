"""Partitions stay where they are, but for those that a node takes with it or leaves."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from cure.hub.partitions.assignment import assigned, held_by, moves

names = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=8, unique=True)


@given(names, st.integers(1, 64), st.integers(1, 4))
def test_each_partition_is_held_so_often_and_never_twice_by_one(
    nodes: list[str], parts: int, replicas: int
) -> None:
    for some in assigned(nodes, parts, replicas):
        assert len(set(some)) == len(some) == min(replicas, len(nodes))


@given(names, st.integers(1, 64), st.integers(1, 4), st.randoms(use_true_random=False))
def test_who_holds_what_does_not_hang_on_the_order_of_nodes(
    nodes: list[str], parts: int, replicas: int, random: object
) -> None:
    other = sorted(nodes, key=lambda _: random.random())

    assert assigned(nodes, parts, replicas) == assigned(other, parts, replicas)


@given(names, st.integers(1, 64), st.integers(1, 4))
def test_a_node_that_comes_takes_only_its_own(nodes: list[str], parts: int, replicas: int) -> None:
    before, after = (assigned(some, parts, replicas) for some in (nodes, [*nodes, "new"]))

    for one in moves(before, after):
        assert one.is_taken == (one.node == "new")
    assert len(moves(before, after)) <= 2 * len(held_by("new", after))


@given(names, st.integers(1, 64), st.integers(1, 4))
def test_a_node_that_goes_moves_only_what_it_held(
    nodes: list[str], parts: int, replicas: int
) -> None:
    before, after = (assigned(some, parts, replicas) for some in ([*nodes, "old"], nodes))

    moved = moves(before, after)
    assert {one.part for one in moved} <= set(held_by("old", before))
    assert [one.is_taken for one in moved] == sorted((o.is_taken for o in moved), reverse=True)


def test_who_remains_first_is_asked_first():
    before, after = (assigned(some, 64, 2) for some in (["a", "b", "c"], ["a", "b", "c", "d"]))

    for one, other in zip(before, after, strict=True):
        if "d" not in other:
            assert one == other


def test_partitions_are_spread_over_the_nodes():
    counts = Counter(node for some in assigned("abcd", 256, 2) for node in some)

    assert all(100 <= count <= 156 for count in counts.values())
