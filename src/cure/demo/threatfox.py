"""A ThreatFox export of the generated world: the campaigns' servers, droppers and samples.

Source: https://threatfox.abuse.ch/export/
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cure.demo.campaigns import Campaign, invented_hash
from cure.demo.files import write_json
from cure.demo.world import Delivery, World

_OTHERS_A_DAY = 3
_REPORTED_AFTER_DAYS = 4.4
"""So long after a campaign has begun someone reports its servers."""
_FIRST_ID = 900_001


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the export of the last day."""
    elements = [*_campaigns(world), *_others(world)]
    export = {str(_FIRST_ID + number): [element] for number, element in enumerate(elements)}
    file = folder / "threatfox" / "threatfox.json"
    write_json(file, export, world.end)
    yield Delivery("exist", "threatfox", file)


def _campaigns(world: World) -> Iterator[dict[str, object]]:
    for campaign in world.campaigns:
        reported = world.told(campaign, _REPORTED_AFTER_DAYS)
        said = _said(campaign.software, reported, campaign.report)
        for kind, threat, value in _reported(campaign):
            yield _element(kind, threat, value) | said


def _reported(campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    yield "ip:port", "botnet_cc", f"{campaign.c2_ip}:{campaign.c2_port}"
    yield "domain", "botnet_cc", campaign.c2_domain
    yield "url", "payload_delivery", campaign.dropper
    for sample in campaign.samples[1:]:  # the first one nobody has reported
        yield "sha256_hash", "payload", sample


def _others(world: World) -> Iterator[dict[str, object]]:
    """Yield what belongs to no campaign."""
    dice = world.dice("threatfox")
    for number, reported in enumerate(world.moments(dice, _OTHERS_A_DAY)):
        software = dice.choice(("PebbleLoader", "MossStealer", "KitePanel"))
        name = f"panel-{dice.getrandbits(32):x}.example.org"
        sample = invented_hash(f"{world.seed} other {number}")
        kind, value = dice.choice((("domain", name), ("sha256_hash", sample)))
        threat = "botnet_cc" if kind == "domain" else "payload"
        yield _element(kind, threat, value) | _said(software, reported, None)


def _element(kind: str, threat: str, value: str) -> dict[str, object]:
    return {"ioc_value": value, "ioc_type": kind, "threat_type": threat}


def _said(software: str, reported: datetime, reference: str | None) -> dict[str, object]:
    return {
        "malware": f"win.{software.lower()}",
        "malware_alias": None,
        "malware_printable": software,
        "first_seen_utc": f"{reported:%Y-%m-%d %H:%M:%S}",
        "last_seen_utc": None,
        "confidence_level": 100 if reference else 75,
        "is_compromised": False,
        "reference": reference,
        "tags": software,
        "anonymous": 0,
        "reporter": "demonstration",
    }
