"""Knowledge of the generated world: a STIX bundle like ATT&CK's, and what its reports list.

Source: https://github.com/mitre-attack/attack-stix-data/blob/master/USAGE.md
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cure.demo.campaigns import Campaign
from cure.demo.files import stix_time, write_json, write_lines
from cure.demo.world import Delivery, World

_TECHNIQUES = {
    "T1059.001": "PowerShell",
    "T1071.001": "Web Protocols",
    "T1105": "Ingress Tool Transfer",
    "T1110.001": "Password Guessing",
    "T1204.002": "Malicious File",
    "T1498": "Network Denial of Service",
    "T1498.002": "Reflection Amplification",
    "T1539": "Steal Web Session Cookie",
    "T1557": "Adversary-in-the-Middle",
    "T1566.001": "Spearphishing Attachment",
    "T1566.002": "Spearphishing Link",
    "T1574.001": "DLL",
    "T1583.005": "Botnet",
}
_NAMED_AFTER_DAYS = 7.3
"""So long after a campaign has begun analysts give it a name."""
_Object = dict[str, object]


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the bundle, and the reports with their trails."""
    own = folder / "attack"
    objects = [*_techniques(world)]
    for campaign in world.campaigns:
        objects += _story(world, campaign)
    bundle = {"type": "bundle", "id": _id(world, "bundle", "whole"), "objects": objects}
    known = max(_named(world, campaign) for campaign in world.campaigns)
    write_json(own / "enterprise-attack.json", bundle, known)
    write_lines(own / "reference_iocs.jsonl", map(_report, world.campaigns), known)
    yield Delivery("attack", None, own)


def _named(world: World, campaign: Campaign) -> datetime:
    return world.told(campaign, _NAMED_AFTER_DAYS)


def _techniques(world: World) -> Iterator[_Object]:
    for attack_id, name in _TECHNIQUES.items():
        yield _object(world, "attack-pattern", attack_id, name, world.at(0))


def _story(world: World, campaign: Campaign) -> Iterator[_Object]:
    """Yield the group, its malware and its campaign, and how they belong together."""
    named = _named(world, campaign)
    page: _Object = {"source_name": f"{campaign.software} report", "url": campaign.report}
    group = _object(world, "intrusion-set", campaign.group_id, campaign.group, named)
    software = _object(world, "malware", campaign.software_id, campaign.software, named, page)
    story = _object(world, "campaign", campaign.name_id, campaign.name, named)
    yield group | {"aliases": [campaign.group, campaign.group_alias]}
    yield software | {"is_family": True, "x_mitre_aliases": [campaign.software]}
    yield story | {
        "aliases": [campaign.name],
        "first_seen": stix_time(world.at(campaign.from_day)),
        "last_seen": stix_time(named),
    }
    yield _relation(world, group, "uses", software["id"], page)
    yield _relation(world, story, "attributed-to", group["id"], page)
    yield _relation(world, story, "uses", software["id"], page)
    for attack_id in campaign.techniques:
        yield _relation(world, software, "uses", _id(world, "attack-pattern", attack_id), page)


def _object(
    world: World, kind: str, attack_id: str, name: str, created: datetime, *pages: _Object
) -> _Object:
    catalogue = {"source_name": "mitre-attack", "external_id": attack_id}
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": _id(world, kind, attack_id),
        "created": stix_time(created),
        "modified": stix_time(created),
        "name": name,
        "external_references": [catalogue, *pages],
    }


def _relation(
    world: World, source: _Object, relation: str, target: object, page: _Object
) -> _Object:
    return {
        "type": "relationship",
        "spec_version": "2.1",
        "id": _id(world, "relationship", f"{source['id']} {relation} {target}"),
        "created": source["created"],
        "modified": source["modified"],
        "relationship_type": relation,
        "source_ref": source["id"],
        "target_ref": target,
        "external_references": [page],
    }


def _report(campaign: Campaign) -> _Object:
    """Return a report that is cited, with the trails that were published for it."""
    return {
        "reference": campaign.report.removeprefix("https://"),
        "attack": [f"{campaign.software_id} {campaign.software}"],
        "kinds": ["malware"],
        "families": [campaign.family],
        "trails": [
            campaign.c2_domain,
            f"{campaign.c2_ip}:{campaign.c2_port}",
            campaign.dropper.partition("://")[2],
        ],
    }


def _id(world: World, kind: str, name: str) -> str:
    """Return a STIX id that is the same for the same name."""
    number = world.dice(f"{kind} {name}").getrandbits(128)
    return f"{kind}--{UUID(int=number, version=4)}"
