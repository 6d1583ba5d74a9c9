"""Which nodes hold which partitions: by the highest hash of both (rendezvous hashing).

Everybody who knows the nodes comes to the same answer, and whoever comes or goes moves only what
he takes or leaves. After Thaler and Ravishankar, "Using name-based mappings to increase hit
rates", IEEE/ACM Transactions on Networking 6(1), 1998.
"""

from collections.abc import Collection, Sequence
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

Assignment: TypeAlias = Sequence[tuple[str, ...]]
"""For each partition the nodes that hold it, the first to be asked first."""


class Move(NamedTuple):
    """A partition that a node has to take or may let go.

    Attributes:
        part: The partition.
        node: The node.
        is_taken: Whether the node has to take it; otherwise it may let it go.
    """

    part: int
    node: str
    is_taken: bool


def assigned(nodes: Collection[str], parts: int, replicas: int) -> Assignment:
    """Return which nodes hold which partitions.

    Args:
        nodes: Names of the nodes; each once.
        parts: How many partitions there are.
        replicas: How many nodes hold each; fewer where there are not so many nodes.
    """
    return [
        tuple(sorted(nodes, key=lambda node: (_weight(part, node), node), reverse=True)[:replicas])
        for part in range(parts)
    ]


def _weight(part: int, node: str) -> bytes:
    return blake2b(node.encode(), digest_size=8, key=part.to_bytes(4)).digest()


def moves(before: Assignment, after: Assignment) -> list[Move]:
    """Return what has to move, what is taken first: nothing is let go before it is held again."""
    pairs = [
        {(part, node) for part, some in enumerate(one) for node in some} for one in (before, after)
    ]
    taken = [Move(part, node, is_taken=True) for part, node in sorted(pairs[1] - pairs[0])]
    return taken + [Move(part, node, is_taken=False) for part, node in sorted(pairs[0] - pairs[1])]


def held_by(node: str, assignment: Assignment) -> list[int]:
    """Return the partitions of a node."""
    return [part for part, nodes in enumerate(assignment) if node in nodes]
