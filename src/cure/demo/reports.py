"""Reports of the generated world: in Markdown, in HTML, in Japanese, and as a STIX bundle."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cure.demo.campaigns import Campaign
from cure.demo.files import stix_time, write_json, write_text
from cure.demo.web_history import lures
from cure.demo.world import Delivery, World

_AFTER_DAYS = {"LanternBot": 7, "TideLoader": 6, "MirrorKit": 3.5, "DrumStress": 7, "ReedRAT": 3.5}
"""So long after a campaign has begun a report tells of it."""
_WHAT = {
    "LanternBot": "a botnet of cameras and routers that descends from Mirai",
    "TideLoader": "a loader that arrives by mail and brings Cobalt Strike",
    "MirrorKit": "a phishing kit that works as Evilginx does",
    "DrumStress": "a service for DDoS attacks, run on a relative of Gafgyt",
    "ReedRAT": "a backdoor that is side-loaded as PlugX is",
}


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write a report on each campaign, and a bundle with what all of them name."""
    own = folder / "reports"
    botnet, loader, phishing, reflection, targeted = world.campaigns
    for campaign in (botnet, targeted):
        write_text(_file(world, own, campaign, "md"), _markdown(campaign), _day(world, campaign))
    for campaign in (loader, reflection):
        write_text(_file(world, own, campaign, "html"), _html(campaign), _day(world, campaign))
    write_text(_file(world, own, phishing, "txt"), _warning(world), _day(world, phishing))
    write_json(own / "feed.json", _bundle(world), world.end)
    yield Delivery("reports", None, own)


def _day(world: World, campaign: Campaign) -> datetime:
    return world.told(campaign, _AFTER_DAYS[campaign.software])


def _file(world: World, own: Path, campaign: Campaign, suffix: str) -> Path:
    return own / f"{_day(world, campaign):%Y-%m-%d}-{campaign.family}.{suffix}"


def _defanged(text: str) -> str:
    return text.replace("http", "hxxp").replace(".", "[.]")


def _about(campaign: Campaign) -> str:
    what, others = _WHAT[campaign.software], f"{campaign.group} (also {campaign.group_alias})"
    return f"{campaign.software} is {what}. We attribute {campaign.name} to {others}."


def _named(campaign: Campaign) -> list[tuple[str, str]]:
    return [
        ("Command and control", _defanged(campaign.c2_domain)),
        ("Server", f"{_defanged(campaign.c2_ip)}:{campaign.c2_port}"),
        ("Download", _defanged(campaign.dropper)),
        *(("SHA-256", sample) for sample in campaign.samples),
    ]


def _markdown(campaign: Campaign) -> Iterator[str]:
    yield f"# {campaign.name}: {campaign.software} and {campaign.kin}"
    yield from ("", _about(campaign), "")
    yield f"Techniques: {', '.join(campaign.techniques)}"
    yield from ("", f"## Indicators of {campaign.kin}", "", "| What | Value |", "| --- | --- |")
    for what, value in _named(campaign):
        yield f"| {what} | `{value}` |"


def _html(campaign: Campaign) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield f"<html><head><title>{campaign.name}</title></head><body><article>"
    yield f"<h1>{campaign.name}: {campaign.software} and {campaign.kin}</h1>"
    yield f"<p>{_about(campaign)} It uses {', '.join(campaign.techniques)}.</p>"
    yield f"<h2>Indicators of {campaign.kin}</h2><table>"
    for what, value in _named(campaign):
        yield f"<tr><td>{what}</td><td>{value}</td></tr>"
    yield "</table></article></body></html>"


def _warning(world: World) -> Iterator[str]:
    """Yield a warning in Japanese, as offices against phishing publish them."""
    phishing = world.campaigns.phishing
    known = [lure for lure in lures(world) if lure.listed <= _day(world, phishing)]
    yield "例カードをかたるフィッシング"
    yield ""
    yield "フィッシングキット「MirrorKit」(Evilginx に類似)を用いたサイトを確認しています。"
    yield from ("", "URL:")
    yield from (_defanged(lure.url) for lure in known)
    yield from ("", "通信先 (Evilginx):", _defanged(phishing.c2_domain))
    yield from ("", "SHA-256:", *phishing.samples)


def _bundle(world: World) -> dict[str, object]:
    """Return a feed: one indicator a campaign, with the file that nobody else has reported."""
    dice = world.dice("report bundle")
    objects: list[dict[str, object]] = []
    for campaign in world.campaigns:
        created = stix_time(_day(world, campaign))
        name = f"{campaign.software} ({campaign.kin})"
        domain = f"domain-name:value = '{campaign.c2_domain}'"
        file = f"file:hashes.'SHA-256' = '{campaign.samples[0]}'"
        objects.append(
            {
                "type": "indicator",
                "spec_version": "2.1",
                "id": f"indicator--{UUID(int=dice.getrandbits(128), version=4)}",
                "created": created,
                "modified": created,
                "name": name,
                "pattern": f"[{domain}] OR [{file}]",
                "pattern_type": "stix",
                "valid_from": created,
            }
        )
    return {
        "type": "bundle",
        "id": f"bundle--{UUID(int=dice.getrandbits(128), version=4)}",
        "objects": objects,
    }
