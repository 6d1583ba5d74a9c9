"""Trail files of the generated world, one a malware family, as Maltrail keeps them.

Source: https://github.com/stamparm/maltrail/tree/master/trails/static/malware
"""

from collections.abc import Iterator
from pathlib import Path

from cure.demo.files import write_text
from cure.demo.world import Delivery, World

_WRITTEN_AFTER_DAYS = 6.6
"""So long after a campaign has begun someone writes down its trails."""


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write a trail file for the malware of each campaign."""
    own = folder / "maltrail"
    for campaign in world.campaigns:
        lines = (
            "# Trails of a demonstration; every value is invented",
            "",
            f"# Aliases: {campaign.family}",
            "",
            f"# Reference: {campaign.report}",
            "",
            f"{campaign.c2_ip}:{campaign.c2_port}",
            campaign.c2_domain,
            campaign.dropper.partition("://")[2],
        )
        file = own / "trails" / "static" / "malware" / f"{campaign.family}.txt"
        write_text(file, lines, world.told(campaign, _WRITTEN_AFTER_DAYS))
    yield Delivery("exist", "maltrail", own)
