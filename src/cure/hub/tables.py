"""The small tables of a hub's state, as JSON."""

import msgspec

from cure.hub.links import Stamp
from cure.model import Label


class Tables(msgspec.Struct):
    """What the columns count in.

    Attributes:
        sources: Names of the sources, by number.
        labels: Labels, by number.
        roles: Names of the roles, by number.
        stamps: Stamps, by number.
        spoken: Stamp, topic number and length of each bitmap of who speaks of what.
        relabelled: How many times labels were exchanged.
        horizons: Source → up to which record what it said was dropped.
    """

    sources: list[str]
    labels: list[Label]
    roles: list[str]
    stamps: list[Stamp]
    spoken: list[tuple[int, int, int]]
    relabelled: int = 0
    horizons: dict[str, int] = {}
