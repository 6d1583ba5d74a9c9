"""Groups published: each member's address with the tag of its group, as any source says things.

Read is what the organisation owns, and nothing else; the label is the join of the labels of all
that was read. See docs/decisions/0011.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from cure.enrichers.groups.runs import Grouped, write_whole
from cure.enrichers.groups.shown import GroupsPublished
from cure.model import Audience, Finding, Kind, Label, Purpose, Record, mention
from cure.model import ip as ip_called
from cure.model import tag as tag_called
from cure.model.finding import complete, digest_of

SOURCE = "enricher@groups"
Keep = Callable[[Sequence[Record]], object]
"""Keeps records; they are durable when it returns."""
Relabel = Callable[[str, Label, Label], None]
"""Gives what a source has under one label another."""


def own_audience(organisation: str) -> Audience:
    """Return the audience that may derive from what an organisation owns, and from nothing else."""
    return Audience(organisation, sources=frozenset(), purpose=Purpose.DERIVE)


class _Published(msgspec.Struct):
    """What stands in the log.

    Attributes:
        label: The label of all of it; None: there is nothing.
        group_of: The group that each address was said to be in last.
    """

    label: Label | None = None
    group_of: dict[str, str] = {}


_decode = msgspec.json.Decoder(_Published).decode


class GroupPublishing:
    """Says what has changed since it spoke last."""

    def __init__(self, file: Path) -> None:
        """Remember in a file what was published."""
        self._file = file

    def publish(self, grouped: Grouped, keep: Keep, relabel: Relabel) -> GroupsPublished:
        """Publish the groups of a run of what an organisation owns.

        Raises:
            LogError: If they could not be kept.
        """
        before = self._read()
        groups = grouped.run.groups.groups
        now = {ip: group.id for group in groups for ip in group.members}
        label = grouped.label or before.label
        if label is None:
            return GroupsPublished(0, 0, 0)
        if before.label is not None and before.label != label:
            relabel(SOURCE, before.label, label)
        joined = {ip: group for ip, group in now.items() if before.group_of.get(ip) != group}
        left = sorted(before.group_of.keys() - now.keys())
        records = [_record(one, label, grouped.at) for one in _findings(joined, left, grouped.at)]
        if records:
            keep(records)
        write_whole(self._file, msgspec.json.encode(_Published(label, now)))
        return GroupsPublished(len(groups), len(joined), len(left))

    def _read(self) -> _Published:
        try:
            return _decode(self._file.read_bytes())
        except FileNotFoundError:
            return _Published()


def _findings(joined: Mapping[str, str], left: Sequence[str], at: datetime) -> Iterator[Finding]:
    """Say who is in which group now; of who has left that he is in none, and not which it was."""
    for ip, group in sorted(joined.items()):
        said = (mention(ip_called(ip)), mention(tag_called(f"group:{group}"), "tag"))
        yield Finding(Kind.ANNOTATION, said, at, at, key=ip)
    for ip in left:
        said = (mention(ip_called(ip)),)
        yield Finding(Kind.ANNOTATION, said, at, at, attributes={"group": "none"}, key=ip)


def _record(finding: Finding, label: Label, now: datetime) -> Record:
    return Record(SOURCE, label, digest_of(SOURCE, finding), complete(finding, now, now))
