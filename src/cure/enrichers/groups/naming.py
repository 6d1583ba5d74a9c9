"""Names of groups that last: a group that goes on keeps its id, and a lost id never returns."""

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cure.enrichers.groups.group import Change, ChangeKind

_SAME = 0.5  # Jaccard index from which a group is the previous run's
_AT_LEAST = 3  # so many addresses in common, or it says nothing
_BRANCH = 0.25  # what is split off holds this share of the group or more
_BULK = 0.5  # who is swallowed gives this share of itself or more
_LETTERS = 6  # of an id, in base 32


class Names(NamedTuple):
    """What the groups of a run are called.

    Attributes:
        ids: One for each group, in the order in which they were given.
        changes: What became of the previous groups: splits, merges, the new, the gone.
        retired: All ids that are no more, ascending.
    """

    ids: tuple[str, ...]
    changes: tuple[Change, ...]
    retired: tuple[str, ...]


class _Overlap(NamedTuple):
    """A previous group and a present one, and how many addresses they share.

    `of_before` and `of_after` count the addresses of each that stand in groups of both runs.
    """

    before: str
    after: int
    common: int
    of_before: int
    of_after: int

    @property
    def jaccard(self) -> float:
        return self.common / (self.of_before + self.of_after - self.common)


def named(
    members: Sequence[Collection[str]],
    previous: Mapping[str, Collection[str]],
    retired: Collection[str] = (),
) -> Names:
    """Name groups as those of the previous run from which they come.

    A group keeps the id of a previous one if their Jaccard index is 0.5 or more, over addresses
    that stand in groups of both runs, with 3 or more in common. So a group goes on that grows by
    addresses never seen before, or loses some that fell silent.

    Args:
        members: The groups: addresses, none in two of them.
        previous: Those of the previous run, by id.
        retired: Ids that were lost before.
    """
    overlaps = _overlaps(members, previous)
    kept = _kept(overlaps)
    used = {*previous, *retired}
    ids: list[str] = []
    for number, group in enumerate(members):
        name = kept.get(number) or _born(group, used)
        used.add(name)
        ids.append(name)
    return Names(
        tuple(ids),
        tuple(_changes(ids, overlaps, previous)),
        tuple(sorted({*retired, *previous} - {*ids})),
    )


def _overlaps(
    members: Sequence[Collection[str]], previous: Mapping[str, Collection[str]]
) -> list[_Overlap]:
    """List the pairs that share _AT_LEAST addresses or more, by name and number."""
    present = {ip: number for number, group in enumerate(members) for ip in group}
    shared = Counter(
        (name, present[ip]) for name, group in previous.items() for ip in group if ip in present
    )
    of_before: Counter[str] = Counter()
    of_after: Counter[int] = Counter()
    for (name, number), count in shared.items():
        of_before[name] += count
        of_after[number] += count
    return [
        _Overlap(name, number, count, of_before[name], of_after[number])
        for (name, number), count in sorted(shared.items())
        if count >= _AT_LEAST
    ]


def _kept(overlaps: Iterable[_Overlap]) -> dict[int, str]:
    """Return the previous id of each group that goes on; each id once, the best fit first."""
    kept: dict[int, str] = {}
    taken: set[str] = set()
    for overlap in sorted(overlaps, key=lambda one: (-one.jaccard, one.before, one.after)):
        free = overlap.after not in kept and overlap.before not in taken
        if free and overlap.jaccard >= _SAME:
            kept[overlap.after] = overlap.before
            taken.add(overlap.before)
    return kept


def _born(group: Collection[str], used: Collection[str]) -> str:
    """Name a new group after a hash of its first members; another hash where that is taken."""
    text = "\n".join(sorted(group))
    attempt = 0
    while True:
        digest = hashlib.blake2b(f"{attempt}\n{text}".encode(), digest_size=5).digest()
        name = f"g-{base64.b32encode(digest).decode().lower()[:_LETTERS]}"
        if name not in used:
            return name
        attempt += 1


def _changes(
    ids: Sequence[str], overlaps: Iterable[_Overlap], previous: Mapping[str, Collection[str]]
) -> Iterator[Change]:
    """Tell which previous groups were split, merged or lost, and which groups have no past."""
    branches: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    for overlap in overlaps:
        before, after = overlap.before, ids[overlap.after]
        share = overlap.common / overlap.of_before
        if before == after or share >= _BRANCH:
            branches[before].add(after)
        if before == after or share >= _BULK:
            sources[after].add(before)
    told: set[str] = set()
    for name, after in sorted(branches.items()):
        if len(after) > 1:
            told |= after | {name}
            yield Change(ChangeKind.SPLIT, (name,), tuple(sorted(after)))
    for name, before in sorted(sources.items()):
        if len(before) > 1:
            told |= before | {name}
            yield Change(ChangeKind.MERGE, tuple(sorted(before)), (name,))
    for name in sorted({*ids} - {*previous} - told):
        yield Change(ChangeKind.NEW, (), (name,))
    for name in sorted({*previous} - {*ids} - told):
        yield Change(ChangeKind.GONE, (name,), ())
