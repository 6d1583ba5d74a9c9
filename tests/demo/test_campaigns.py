"""The five campaigns: each runs through many databases, is found by its name, and makes sense."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cure.demo.campaigns import Campaign
from cure.demo.world import World
from program import Program

WORLD = World(seed=7, start=date(2026, 3, 1))
BOTNET, LOADER, PHISHING, REFLECTION, TARGETED = WORLD.campaigns
ORDERS = {
    BOTNET: (
        *("nicter attacker", "cowrie payload", "stardust target", "chorus payload"),
        *("nirvana c2", "exist c2", "reports subject", "attack listed"),
    ),
    LOADER: (
        *("malmail sender", "endpoint target", "nirvana c2", "chorus sample"),
        *("social subject", "tickets subject", "reports subject", "attack listed"),
    ),
    PHISHING: (
        *("malmail link", "warpdrive listed", "social subject"),
        *("exist c2", "attack listed"),
    ),
    REFLECTION: (
        *("nicter attacker", "amppot victim", "nirvana attacker", "exist c2"),
        *("exist listed",),
    ),
    TARGETED: (
        *("opencanary attacker", "malmail sample", "endpoint process", "nirvana c2"),
        *("reports subject", "tickets subject", "attack listed"),
    ),
}


@cache
def story(directory: Path, campaign: Campaign) -> dict[str, Any]:
    asked = ("campaign", f"malware:{campaign.family}", "--json", "--data", directory)
    return Program(directory)(*asked).json()


def test_campaigns_share_nothing_of_their_own():
    own = [
        {c.dropper, c.c2_domain, c.group_id, *c.attackers, *c.servers, *c.samples}
        for c in WORLD.campaigns
    ]

    assert len(set().union(*own)) == sum(map(len, own))


@pytest.mark.parametrize("campaign", WORLD.campaigns, ids=lambda one: one.name)
def test_a_campaign_is_found_by_the_name_of_its_malware(directory: Path, campaign: Campaign):
    told = story(directory, campaign)

    values = {member["value"] for member in told["members"]}
    assert {f"malware:{campaign.family}", f"attack:{campaign.software_id}"} <= set(told["names"])
    assert {campaign.c2_domain, campaign.c2_ip, campaign.dropper, *campaign.samples} <= values
    assert len({source.partition("@")[0] for source in told["sources"]}) >= 9
    assert campaign.report in told["references"]
    assert f"actor:{campaign.group.lower().replace(' ', '-')}" in told["tags"]


@pytest.mark.parametrize(("campaign", "order"), ORDERS.items(), ids=[one.name for one in ORDERS])
def test_what_happens_comes_before_what_is_said_of_it(
    directory: Path, campaign: Campaign, order: tuple[str, ...]
):
    own = {campaign.dropper, campaign.c2_domain, *campaign.servers, *campaign.samples}
    own |= {*campaign.attackers}
    first: dict[str, str] = {}
    for step in story(directory, campaign)["steps"]:
        is_own = step["value"] in own or step["value"].endswith((".jp", ".jp/login/"))
        for role in step["roles"] if is_own or "victim" in step["roles"] else ():
            first.setdefault(f"{step['source'].partition('@')[0]} {role}", step["at"])

    assert [first[name] for name in order] == sorted(first[name] for name in order)


def test_own_machines_are_taken_by_four_campaigns(directory: Path):
    for campaign in (BOTNET, LOADER, PHISHING, TARGETED):
        steps = story(directory, campaign)["steps"]
        own = {step["value"] for step in steps if step["source"] == "nirvana@suricata"}
        assert any(value.startswith("10.20.") for value in own)
