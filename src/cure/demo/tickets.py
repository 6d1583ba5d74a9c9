"""Trouble tickets of the generated world: events of MISP, and cases of TheHive in Japanese."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from uuid import UUID

from cure.demo.campaigns import Campaign
from cure.demo.files import write_json
from cure.demo.reflectors import victims
from cure.demo.web_history import lures
from cure.demo.world import Delivery, World

_TICKET_AFTER_DAYS = {
    "LanternBot": 8.1,
    "TideLoader": 4.6,
    "MirrorKit": 2.2,
    "DrumStress": 3.4,
    "ReedRAT": 5.3,
}
"""So long after a campaign has begun the incident team has a ticket on it."""
_TITLES = {
    "LanternBot": "監視カメラのボット感染 (LanternBot)",
    "TideLoader": "請求書メールによるマルウェア感染 (TideLoader)",
    "MirrorKit": "カード会社をかたるフィッシング (MirrorKit)",
    "DrumStress": "DNS リフレクション攻撃 (DrumStress)",
    "ReedRAT": "標的型メール攻撃 (ReedRAT)",
}


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write an event on each campaign, and a case on each that hit own machines."""
    own = folder / "tickets"
    for campaign in world.campaigns:
        write_json(own / "misp" / f"{campaign.family}.json", _event(world, campaign))
    yield Delivery("tickets", "misp", own / "misp")
    _, loader, phishing, _, targeted = world.campaigns
    cases = [_case(world, campaign) for campaign in (loader, phishing, targeted)]
    write_json(own / "cases.json", cases)
    yield Delivery("tickets", "csirt", own / "cases.json")


def _id(dice: Random) -> str:
    return str(UUID(int=dice.getrandbits(128), version=4))


def _labels(campaign: Campaign) -> list[str]:
    return [
        f'misp-galaxy:malpedia="{campaign.software}"',
        f'misp-galaxy:threat-actor="{campaign.group}"',
        f"campaign:{campaign.name}",
        "tlp:amber",
    ]


def _event(world: World, campaign: Campaign) -> dict[str, object]:
    dice = world.dice(f"misp {campaign.family}")
    opened = world.told(campaign, _TICKET_AFTER_DAYS[campaign.software])
    attributes = [
        {
            "uuid": _id(dice),
            "type": kind,
            "category": "Network activity",
            "value": value,
            "to_ids": to_ids,
            "comment": comment,
            "timestamp": str(round(opened.timestamp())),
        }
        for kind, value, to_ids, comment in _noted(world, campaign)
    ]
    return {
        "Event": {
            "uuid": _id(dice),
            "info": _TITLES[campaign.software],
            "date": f"{opened:%Y-%m-%d}",
            "Tag": [{"name": label} for label in _labels(campaign)],
            "Attribute": attributes,
        }
    }


def _noted(world: World, campaign: Campaign) -> Iterator[tuple[str, str, bool, str]]:
    """Yield what analysts noted: type, value, whether to look for it, and a comment."""
    yield "ip-dst|port", f"{campaign.c2_ip}|{campaign.c2_port}", True, "C2"
    yield "domain", campaign.c2_domain, True, "C2"
    yield "url", campaign.dropper, True, "配布元"
    for sample in campaign.samples:
        yield "sha256", sample, True, "検体"
    for address in campaign.attackers[:6]:
        yield "ip-src", address, True, "攻撃元"
    if campaign is world.campaigns.reflection:
        for address in victims(world):
            yield "ip-dst", address, False, "被害者"
    yield "link", campaign.report, False, "参考"


def _case(world: World, campaign: Campaign) -> dict[str, object]:
    dice = world.dice(f"thehive {campaign.family}")
    opened = world.told(campaign, _TICKET_AFTER_DAYS[campaign.software] - 1)
    noted = [("domain", campaign.c2_domain), ("hash", campaign.samples[0])]
    if campaign is world.campaigns.phishing:
        noted += [("url", lure.url) for lure in lures(world)[:5]]
    return {
        "_id": f"~{dice.getrandbits(24)}",
        "title": _TITLES[campaign.software],
        "description": f"{campaign.kin} に類似。端末を隔離し、調査中。",
        "severity": 3,
        "number": campaign.number,
        "startDate": round(opened.timestamp() * 1000),
        "tags": _labels(campaign),
        "observables": [
            {"_id": f"~{dice.getrandbits(24)}", "dataType": kind, "data": value, "ioc": True}
            for kind, value in noted
        ],
    }
