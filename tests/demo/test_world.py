"""The generated world: always the same, invented throughout, and readable to the last line."""

from datetime import UTC, date, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from cure.app import publishers
from cure.demo import generate
from cure.demo.world import World
from cure.interfaces import Reading
from cure.model import Mention, Topic
from cure.model.observable import host_of
from cure.origins.files import inputs, paths_of

NOW = datetime(2026, 12, 31, tzinfo=UTC)
WORLD = World(seed=7, start=date(2026, 3, 1))
DOCUMENTATION = [
    ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
EXAMPLES = ("example.com", "example.net", "example.org", "example.jp")
CUT_OFF = 1


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> list[Reading]:
    """Return all that the ordinary publishers read in the files."""
    plugs = publishers()
    return [
        reading
        for delivery in generate(WORLD, tmp_path_factory.mktemp("world"))
        for file in paths_of([delivery.path])
        for data in inputs(file, NOW)
        for reading in plugs[delivery.publisher].read(data)
    ]


def mentions(readings: list[Reading]) -> set[Mention]:
    return {one for reading in readings for found in reading.findings for one in found.observables}


def contents(folder: Path) -> dict[str, tuple[bytes, float]]:
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime)
        for file in paths_of([folder])
        if "cowrie" not in file.parts
    } | {
        str(file.relative_to(folder)): (file.read_bytes(), 0)
        for file in paths_of([folder / "cowrie"])
    }


def test_the_same_seed_and_day_give_the_same_files(tmp_path: Path):
    generate(WORLD, tmp_path / "a")
    generate(World(seed=7, start=date(2026, 3, 1)), tmp_path / "b")
    generate(World(seed=8, start=date(2026, 3, 1)), tmp_path / "c")

    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert contents(tmp_path / "a") != contents(tmp_path / "c")


def test_every_line_can_be_read_but_the_one_that_a_crash_cut_off(readings: list[Reading]):
    assert len(readings) > 20_000
    assert [reading.why for reading in readings if reading.why] == ["Input data was truncated"]


def test_every_address_and_name_is_kept_for_examples(readings: list[Reading]):
    for one in mentions(readings):
        topic, value = one.topic, one.value
        if topic is Topic.URL:
            topic, value = host_of(value).topic, host_of(value).value
        if topic is Topic.IP:
            address = ip_address(value.partition("/")[0])
            assert any(address in network for network in DOCUMENTATION), value
        elif topic is Topic.DOMAIN:
            assert value.endswith(EXAMPLES), value


def test_each_campaign_runs_through_every_layer(readings: list[Reading]):
    said = {(one.value, one.role) for one in mentions(readings)}

    for campaign in WORLD.campaigns:
        assert {(address, "attacker") for address in campaign.attackers} <= said
        assert {(address, "listed") for address in campaign.attackers} <= said
        assert {(campaign.dropper, "payload"), (campaign.c2_domain, "target")} <= said
        assert {(campaign.c2_domain, "c2"), (campaign.c2_ip, "c2")} <= said
        assert {(sample, "sample") for sample in campaign.samples} <= said
        assert (f"attack:{campaign.software_id}", "subject") in said
        assert (f"malware:{campaign.software.lower()}", "alias") in said
        assert (f"malware:{campaign.software.lower()}", "tag") in said


def test_campaigns_share_nothing_of_their_own():
    own = [
        {c.dropper, c.c2_ip, c.c2_domain, c.group_id, *c.attackers, *c.samples}
        for c in WORLD.campaigns
    ]

    assert len(set().union(*own)) == sum(map(len, own))


def test_at_scale_there_are_more_visits_and_more_strangers(tmp_path: Path):
    generate(WORLD, tmp_path / "1")
    generate(World(7, WORLD.start, scale=3), tmp_path / "3")

    small, large = (
        sum(len(file.read_bytes()) for file in paths_of([tmp_path / scale / "cowrie"]))
        for scale in ("1", "3")
    )
    assert 2 < large / small < 3
