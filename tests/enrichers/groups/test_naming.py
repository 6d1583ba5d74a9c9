"""Ids of groups over time."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cure.enrichers.groups.group import Change, ChangeKind
from cure.enrichers.groups.naming import named


def addresses(first: int, count: int) -> tuple[str, ...]:
    """Return some addresses of a range for documentation."""
    return tuple(f"2001:db8::1:{number:x}" for number in range(first, first + count))


OLD = {"g-aaaaaa": addresses(0, 20), "g-bbbbbb": addresses(100, 20)}


def test_a_new_group_gets_a_short_readable_id():
    [name] = named([addresses(0, 5)], {}).ids
    assert re.fullmatch(r"g-[a-z2-7]{6}", name)


def test_the_same_members_in_any_order_get_the_same_id():
    assert named([addresses(0, 5)], {}).ids == named([addresses(0, 5)[::-1]], {}).ids


def test_the_same_groups_keep_their_ids_and_nothing_is_told():
    names = named(list(OLD.values()), OLD)
    assert names.ids == ("g-aaaaaa", "g-bbbbbb")
    assert names.changes == ()
    assert names.retired == ()


def test_half_of_the_members_in_common_keeps_the_id():
    names = named([addresses(0, 14) + addresses(100, 6), addresses(106, 14)], OLD)
    assert names.ids == ("g-aaaaaa", "g-bbbbbb")


def test_less_than_half_in_common_is_another_group():
    names = named([addresses(0, 9) + addresses(100, 9), addresses(9, 11) + addresses(109, 11)], OLD)
    assert not {*names.ids} & {*OLD}


def test_a_group_that_grows_tenfold_by_new_addresses_keeps_its_id():
    names = named([addresses(0, 99), addresses(100, 20)], OLD)
    assert names.ids == ("g-aaaaaa", "g-bbbbbb")
    assert names.changes == ()


def test_a_group_of_which_most_fell_silent_keeps_its_id():
    assert named([addresses(0, 5), addresses(100, 5)], OLD).ids == ("g-aaaaaa", "g-bbbbbb")


def test_two_old_addresses_do_not_make_a_new_group_the_old_one():
    names = named([addresses(18, 12)], OLD)
    assert names.ids[0] not in OLD


def test_a_split_is_told_and_the_larger_part_keeps_the_id():
    names = named([addresses(0, 12), addresses(12, 8), addresses(100, 20)], OLD)
    kept, born, other = names.ids
    assert (kept, other) == ("g-aaaaaa", "g-bbbbbb")
    assert names.changes == (Change(ChangeKind.SPLIT, ("g-aaaaaa",), tuple(sorted((kept, born)))),)


def test_two_halves_get_the_id_once():
    names = named([addresses(0, 10), addresses(10, 10)], {"g-aaaaaa": addresses(0, 20)})
    assert sorted(names.ids).count("g-aaaaaa") == 1
    assert len(set(names.ids)) == 2


def test_a_merge_is_told_and_the_larger_part_keeps_the_id():
    old = {"g-aaaaaa": addresses(0, 20), "g-bbbbbb": addresses(100, 8)}
    names = named([addresses(0, 20) + addresses(100, 8)], old)
    assert names.ids == ("g-aaaaaa",)
    assert names.changes == (Change(ChangeKind.MERGE, ("g-aaaaaa", "g-bbbbbb"), ("g-aaaaaa",)),)
    assert names.retired == ("g-bbbbbb",)


def test_the_new_and_the_gone_are_told():
    names = named([addresses(0, 20), addresses(500, 5)], OLD)
    assert names.changes == (
        Change(ChangeKind.NEW, (), (names.ids[1],)),
        Change(ChangeKind.GONE, ("g-bbbbbb",), ()),
    )
    assert names.retired == ("g-bbbbbb",)


def test_a_lost_id_never_comes_back_even_for_the_same_members():
    [name] = named([addresses(0, 5)], {}).ids
    lost = named([], {name: addresses(0, 5)})
    assert lost.retired == (name,)
    [other] = named([addresses(0, 5)], {}, lost.retired).ids
    assert other != name


partitions = st.lists(st.integers(0, 3), min_size=0, max_size=60)


def parted(numbers: list[int], first: int) -> list[tuple[str, ...]]:
    """Part addresses into groups by number; nobody stands in two."""
    texts = addresses(first, len(numbers))
    groups = [
        tuple(ip for ip, number in zip(texts, numbers, strict=True) if number == wanted)
        for wanted in range(4)
    ]
    return [group for group in groups if group]


@given(st.lists(st.tuples(partitions, st.integers(0, 30)), min_size=1, max_size=5))
def test_no_id_is_ever_given_twice(runs):
    previous: dict[str, tuple[str, ...]] = {}
    retired: tuple[str, ...] = ()
    for numbers, first in runs:
        groups = parted(numbers, first)
        names = named(groups, previous, retired)
        assert len(set(names.ids)) == len(groups)
        assert not {*names.ids} & {*retired}
        assert {*names.retired} == {*retired} | ({*previous} - {*names.ids})
        told = {name for change in names.changes for name in (*change.before, *change.after)}
        assert {*names.ids} ^ {*previous} <= told
        previous = dict(zip(names.ids, groups, strict=True))
        retired = names.retired


@given(partitions, partitions, st.randoms())
def test_the_order_of_groups_and_members_changes_no_name(before, after, chance):
    old = dict(
        zip(("g-aaaaaa", "g-bbbbbb", "g-cccccc", "g-dddddd"), parted(before, 0), strict=False)
    )
    groups = parted(after, 0)
    shuffled = [tuple(chance.sample(group, len(group))) for group in groups]
    order = list(range(len(groups)))
    chance.shuffle(order)
    names = named(groups, old)
    other = named([shuffled[number] for number in order], dict(reversed(old.items())))
    if len({*map(len, groups)}) == len(groups):
        assert [names.ids[number] for number in order] == list(other.ids)
