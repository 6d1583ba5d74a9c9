"""A small generated world: native files of all sixteen databases, and the campaigns in them.

All values come from the ranges for documentation, and all names are invented; only the families
that the invented malware is said to descend from, and ATT&CK's techniques, are real.
"""

from pathlib import Path

from cure.demo import (
    alerts,
    attack,
    bounces,
    cowrie,
    darknet,
    decoy,
    distribution,
    endpoint,
    honeypots,
    honeytrap,
    lists,
    mail,
    maltrail,
    posts,
    reflectors,
    reports,
    threatfox,
    tickets,
    web_history,
)
from cure.demo.world import Delivery, World

_OBSERVATIONS = (
    *(darknet, honeytrap, cowrie, honeypots, reflectors),
    *(alerts, decoy, endpoint, web_history, distribution, mail, bounces),
    *(lists, threatfox, maltrail),
)
_MEANINGS = (attack, reports, posts, tickets)


def generate(world: World, folder: Path) -> list[Delivery]:
    """Write the files of all sources; the same world gives the same files."""
    sources = (*_OBSERVATIONS, *_MEANINGS)
    return [delivery for source in sources for delivery in source.write(world, folder)]
