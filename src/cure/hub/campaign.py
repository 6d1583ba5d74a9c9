"""Campaigns: the connected story around a tag or a value, across sources, in order of time."""

from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from cure.errors import MalformedError
from cure.hub import pivot
from cure.hub.card import Seen
from cure.hub.match import seen_by_value
from cure.hub.names import OTHER_ROLE
from cure.hub.packing import Form
from cure.hub.visible import Numbers, Visible
from cure.model import Observable, Topic, tag

COMMON = 200
"""A value beside more others than this is common ground, not part of a story: not followed."""
_ALIAS_ROLES = ("subject", "alias")
_REFERENCE = "reference"


class Step(msgspec.Struct, frozen=True):
    """One source's part in the story of one observable.

    Attributes:
        at: When the source first saw it.
        until: When it last did.
        source: Who.
        topic: Topic of the observable.
        value: Its canonical form.
        roles: What it was there.
        count: How often.
    """

    at: datetime
    until: datetime
    source: str
    topic: Topic
    value: str
    roles: list[str]
    count: int


class Member(msgspec.Struct, frozen=True):
    """An observable of the campaign.

    Attributes:
        topic: Its topic.
        value: Its canonical form.
        hop: 0: asked for; 1: it stands beside that; 2: beside one of these.
        sources: What each source says of it.
    """

    topic: Topic
    value: str
    hop: int
    sources: dict[str, Seen]


class Campaign(msgspec.Struct, frozen=True):
    """A connected story.

    Attributes:
        about: What was asked for, in canonical form.
        names: The tags that mean the same.
        tags: Other tags that stand beside its observables, with the number of these.
        sources: The sources that take part, with the number of observables in each.
        first_seen: When it begins.
        last_seen: When it ends.
        members: Its observables, those in most sources first.
        shared: How many of them are known to two sources or more.
        total: How many observables it has, those beyond the limit included.
        truncated: Whether `members` holds fewer.
        references: Pages that speak of it.
        steps: Who saw which observable when, in order of time.
    """

    about: list[str]
    names: list[str] = []
    tags: dict[str, int] = {}
    sources: dict[str, int] = {}
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    members: list[Member] = []
    shared: int = 0
    total: int = 0
    truncated: bool = False
    references: list[str] = []
    steps: list[Step] = []


class _Gathered(NamedTuple):
    """What belongs to a campaign, as value ids.

    Attributes:
        names: The tags that mean it.
        tags: Other tags, with how many members they stand beside.
        hop_of: The members, with how far they are.
        references: Pages that speak of it.
    """

    names: set[int]
    tags: dict[int, int]
    hop_of: dict[int, int]
    references: set[int]


def tags_called(sight: Visible, name: str) -> list[Observable]:
    """Return the visible tags of any vocabulary with this term, such as ``Lazarus Group``."""
    try:
        wanted = tag(f"any:{name}").value.partition(":")[2]
    except MalformedError:
        return []
    ids = sight.moment.ordered.tags.astype(np.int64)
    terms = [one.value.partition(":")[2].lower() for one in sight.observables(ids)]
    ids = ids[np.array([term == wanted for term in terms], bool)]
    return sorted(sight.observables(ids[sight.known(ids)]))


class Around(pivot.Around, Protocol):
    """What the story of a campaign has to know of values, which have numbers in it."""

    def is_tag(self, ids: Numbers) -> NDArray[np.bool_]:
        """Tell which values are tags."""
        ...

    def aliases(self, tags: Numbers) -> Numbers:
        """Return the tags that stand with these in a record as subject and alias."""
        ...

    def references(self, ids: Numbers) -> set[int]:
        """Return those of the values that only ever are pages to read."""
        ...

    def seen(self, ids: Numbers) -> list[dict[str, Seen]]:
        """Return what each source says of each value."""
        ...

    def roles(self, ids: Numbers) -> list[dict[str, list[str]]]:
        """Return what each value was to each source, by name."""
        ...


class Here(pivot.Here):
    """What one hub knows of values."""

    def is_tag(self, ids: Numbers) -> NDArray[np.bool_]:
        """Tell which values are tags."""
        return _is_tag(self._sight, ids)

    def aliases(self, tags: Numbers) -> Numbers:
        """Return the tags that stand with these in a record as subject and alias."""
        return aliases(self._sight, tags)

    def references(self, ids: Numbers) -> set[int]:
        """Return those of the values that only ever are pages to read."""
        return references(self._sight, ids)

    def seen(self, ids: Numbers) -> list[dict[str, Seen]]:
        """Return what each source says of each value."""
        return seen_by_value(self._sight, ids)

    def roles(self, ids: Numbers) -> list[dict[str, list[str]]]:
        """Return what each value was to each source, by name."""
        return roles_by_source(self._sight, ids)


def campaign(sight: Around, about: list[Observable], limit: int) -> Campaign:
    """Tell the story around observables of one meaning.

    A tag leads to all that stands beside it or beside one of its aliases; a value to all that
    stands beside it, and each member to what stands beside it in turn, unless it is common
    ground. Pages that merely speak of it become references.

    Args:
        about: The tag, or the tags of one name, or the value.
        limit: How many observables to return at most; those in most sources are kept.
    """
    asked = sight.find(about)
    asked = asked[asked >= 0]
    names = [one.value for one in about]
    if not len(asked):
        return Campaign(names)
    is_tag = sight.is_tag(asked)
    tags_asked = asked[is_tag]
    aliases = sight.aliases(tags_asked)
    hop_of = dict.fromkeys(asked[~is_tag].tolist(), 0)
    pages: set[int] = set()
    seeds = np.union1d(asked, aliases)
    beside_tags: dict[int, set[int]] = {}
    for hop in (1, 2):
        near, far, pages_here = _neighbours(sight, seeds, follow_all=hop == 1)
        pages |= pages_here
        tagged = sight.is_tag(far)
        for here, there in zip(near[tagged].tolist(), far[tagged].tolist(), strict=True):
            beside_tags.setdefault(there, set()).add(here)
        reached = [i for i in np.unique(far[~tagged]).tolist() if i not in hop_of]
        hop_of.update(dict.fromkeys(reached, hop))
        seeds = np.array(sight.linking(reached), np.int64)
        if not len(seeds):
            break
    own_names = set(tags_asked.tolist()) | set(aliases.tolist())
    gathered = _Gathered(
        own_names,
        {t: len(by) for t, by in beside_tags.items() if t not in own_names},
        {i: hop for i, hop in hop_of.items() if i not in pages},
        pages,
    )
    return _told(sight, names, gathered, limit)


def _is_tag(sight: Visible, ids: Numbers) -> NDArray[np.bool_]:
    return sight.moment.values.forms[ids] == Form.TAG


def _role_numbers(sight: Visible, names: tuple[str, ...]) -> list[int]:
    return [n for n, name in enumerate(sight.moment.roles) if name in names]


def aliases(sight: Visible, tags: Numbers) -> Numbers:
    """Return the tags that stand with these in a record as subject and alias."""
    _, records = sight.records_of_all(tags)
    columns = sight.moment.records
    rows, at = columns.mentions(np.unique(records))
    naming = np.isin(columns.roles[at], _role_numbers(sight, _ALIAS_ROLES))
    rows, ids = rows[naming], columns.values[at[naming]].astype(np.int64)
    rows_with_tags = np.unique(rows[np.isin(ids, tags)])
    found = np.unique(ids[np.isin(rows, rows_with_tags)])
    return found[_is_tag(sight, found)]


def _neighbours(
    sight: Around, seeds: Numbers, *, follow_all: bool
) -> tuple[Numbers, Numbers, set[int]]:
    """Return pairs of a seed and a value beside it, and which of these are references."""
    near, far, *_ = sight.beside(seeds)
    if not follow_all:
        distinct, counts = np.unique(near, return_counts=True)
        near_is_rare = np.isin(near, distinct[counts <= COMMON])
        near, far = near[near_is_rare], far[near_is_rare]
    return near, far, sight.references(np.unique(far))


def references(sight: Visible, ids: Numbers) -> set[int]:
    """Return those of the values that only ever are pages to read."""
    urls = ids[sight.moment.values.forms[ids] == Form.URL]
    rows, records = sight.records_of_all(urls)
    columns = sight.moment.records
    which, at = columns.mentions(records)
    own = columns.values[at] == urls[rows[which]]
    reference = np.isin(columns.roles[at], _role_numbers(sight, (_REFERENCE,)))
    otherwise = set(urls[rows[which[own & ~reference]]].tolist())
    return set(urls.tolist()) - otherwise


def _told(sight: Around, about: list[str], gathered: _Gathered, limit: int) -> Campaign:
    ids = np.array(list(gathered.hop_of), np.int64)
    sums = sight.seen(ids)
    every = [
        Member(one.topic, one.value, hop, seen)
        for one, hop, seen in zip(
            sight.observables(ids), gathered.hop_of.values(), sums, strict=True
        )
    ]
    order = sorted(
        range(len(every)),
        key=lambda i: (-len(every[i].sources), every[i].hop, every[i].topic, every[i].value),
    )
    members = [every[i] for i in order[:limit]]
    sources: dict[str, int] = {}
    for member in every:
        for source in member.sources:
            sources[source] = sources.get(source, 0) + 1
    shared = [i for i, one in zip(gathered.hop_of, every, strict=True) if len(one.sources) > 1]
    seen = [seen for member in every for seen in member.sources.values()]
    tags = zip(sight.observables(list(gathered.tags)), gathered.tags.values(), strict=True)
    return Campaign(
        about,
        sorted(one.value for one in sight.observables(list(gathered.names))),
        dict(sorted(((t.value, n) for t, n in tags), key=lambda item: (-item[1], item[0]))),
        dict(sorted(sources.items(), key=lambda item: (-item[1], item[0]))),
        min((one.first_seen for one in seen), default=None),
        max((one.last_seen for one in seen), default=None),
        members,
        len(sight.linking(shared)),
        len(every),
        len(every) > limit,
        sorted(one.value for one in sight.observables(list(gathered.references))),
        _steps(sight, ids[order[:limit]], members),
    )


def _steps(sight: Around, ids: Numbers, members: list[Member]) -> list[Step]:
    """Return who saw which member when, and as what."""
    steps = [
        Step(
            seen.first_seen,
            seen.last_seen,
            source,
            member.topic,
            member.value,
            seen_as.get(source, []),
            seen.count,
        )
        for member, seen_as in zip(members, sight.roles(ids), strict=True)
        for source, seen in member.sources.items()
    ]
    return sorted(steps, key=lambda step: (step.at, step.source, step.topic, step.value))


def roles_by_source(sight: Visible, ids: Numbers) -> list[dict[str, list[str]]]:
    """Return what each value was to each source in visible records, by name."""
    rows, records = sight.records_of_all(ids)
    columns = sight.moment.records
    which, at = columns.mentions(records)
    own = columns.values[at] == ids[rows[which]]
    values, sources = rows[which[own]], sight.sources_of(records[which[own]])
    roles = columns.roles[at[own]].astype(np.int64)
    seen_as: list[dict[str, list[str]]] = [{} for _ in range(len(ids))]
    for triple in np.unique(values << 32 | sources << 8 | roles).tolist():
        role = triple & 0xFF
        name = "other" if role == OTHER_ROLE else sight.moment.roles[role]
        source = sight.source_name(triple >> 8 & 0xFFFFFF)
        seen_as[triple >> 32].setdefault(source, []).append(name)
    return [{source: sorted(set(some)) for source, some in one.items()} for one in seen_as]
