"""Trail files of the generated world, one a malware family, as Maltrail keeps them.

Source: https://github.com/stamparm/maltrail/tree/master/trails/static/malware
"""

from collections.abc import Iterator
from pathlib import Path

from cure.demo.world import DAY_S, Delivery, World, published

_WRITTEN_AFTER_DAYS = 6
"""So long after a campaign has begun someone writes down its trails."""


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write a trail file for the malware of each campaign."""
    own = folder / "maltrail" / "trails" / "static" / "malware"
    own.mkdir(parents=True, exist_ok=True)
    for campaign in world.campaigns:
        lines = (
            "# Trails of a demonstration; every value is invented",
            "",
            f"# Aliases: {campaign.software.lower()}",
            "",
            f"# Reference: {campaign.report}",
            "",
            f"{campaign.c2_ip}:{campaign.c2_port}",
            campaign.c2_domain,
            campaign.dropper.removeprefix("http://"),
            "",
        )
        written = world.at(campaign.from_day + _WRITTEN_AFTER_DAYS, DAY_S / 2)
        published(own / f"{campaign.software.lower()}.txt", "\n".join(lines), written)
    yield Delivery("exist", "maltrail", folder / "maltrail")
