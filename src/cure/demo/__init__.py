"""A small generated world: native files of several sources, and three campaigns in them.

All values come from the ranges for documentation, and all names are invented.
"""

from pathlib import Path

from cure.demo import attack, cowrie, lists, maltrail, threatfox
from cure.demo.world import Delivery, World

_SOURCES = (cowrie, lists, threatfox, maltrail, attack)


def generate(world: World, folder: Path) -> list[Delivery]:
    """Write the files of all sources; the same world gives the same files."""
    return [delivery for source in _SOURCES for delivery in source.write(world, folder)]
