"""CHORUS in the generated world: URLs that served malware, and the files that they served."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cure.demo.campaigns import Campaign, invented_hash
from cure.demo.files import write_json, write_text
from cure.demo.world import Delivery, World

_URLS_A_DAY = 15
_SAMPLES_A_DAY = 5
_OTHERS = ("PebbleLoader", "MossStealer", "KitePanel")
_HEADING = "id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter"


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write an export of URLhaus, and an answer of MalwareBazaar."""
    own = folder / "chorus"
    write_text(own / "urlhaus.csv", _urlhaus(world), world.end)
    yield Delivery("chorus", "urlhaus", own / "urlhaus.csv")
    answer = {"query_status": "ok", "data": [*_bazaar(world)]}
    write_json(own / "bazaar.json", answer, world.end)
    yield Delivery("chorus", "bazaar", own / "bazaar.json")


def _found(world: World, campaign: Campaign) -> datetime:
    """Return when somebody found what a campaign serves."""
    return world.told(campaign, 2.6 if campaign is world.campaigns.botnet else 1.2)


def _urlhaus(world: World) -> Iterator[str]:
    dice = world.dice("urlhaus")
    served = [
        (_found(world, campaign), campaign.dropper, campaign.software)
        for campaign in world.campaigns
        if campaign is not world.campaigns.phishing
    ]
    for moment in world.moments(dice, _URLS_A_DAY):
        host = f"cdn-{dice.randrange(300):x}.example.net"
        served.append((moment, f"http://{host}/{dice.getrandbits(32):x}", dice.choice(_OTHERS)))
    yield from ("# URLhaus Database Dump (CSV), written for a demonstration", "#", f"# {_HEADING}")
    for number, (moment, url, tag) in enumerate(sorted(served), 900_001):
        page = f"https://urlhaus.example.org/url/{number}/"
        time = f"{moment:%Y-%m-%d %H:%M:%S}"
        cells = (str(number), time, url, "online", time, "malware_download", tag, page, "demo")
        yield ",".join(f'"{cell}"' for cell in cells)


def _bazaar(world: World) -> Iterator[dict[str, object]]:
    dice = world.dice("bazaar")
    samples = [
        (_found(world, campaign), sample, campaign.software)
        for campaign in world.campaigns
        for sample in campaign.samples[:2]
    ]
    for number, moment in enumerate(world.moments(dice, _SAMPLES_A_DAY)):
        sample = invented_hash(f"{world.seed} other {number}")
        samples.append((moment, sample, dice.choice((*_OTHERS, ""))))
    for moment, sample, family in sorted(samples):
        yield {
            "sha256_hash": sample,
            "first_seen": f"{moment:%Y-%m-%d %H:%M:%S}",
            "last_seen": None,
            "file_name": f"{sample[:8]}.bin",
            "file_type": "elf" if family == world.campaigns.botnet.software else "exe",
            "signature": family or None,
            "reporter": "demo",
            "tags": [family] if family else None,
        }
