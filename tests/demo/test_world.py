"""The generated world: always the same, invented throughout, and readable to the last line."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from cure.demo import alerts, generate, mail, web_history
from cure.demo.bystanders import address_of
from cure.demo.world import World
from cure.interfaces import Reading
from cure.model import Mention, Topic
from cure.model.observable import host_of
from cure.origins.files import paths_of

START = date(2026, 3, 1)
WORLD = World(seed=7, start=START)
DATABASES = {
    *("cowrie", "dionaea", "glastopf", "opencanary", "haguregumo", "amppot", "nicter", "exist"),
    *("nirvana", "stardust", "endpoint", "warpdrive", "chorus", "malmail", "spamdb"),
    *("attack", "reports", "social", "tickets"),
}
DOCUMENTATION = [
    ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
OWN = [ip_network("10.20.0.0/16"), ip_network("fd20::/16")]
EXAMPLES = (
    *("example.com", "example.net", "example.org", "example.jp"),
    *(f"example{digit}.jp" for digit in range(10)),
)
ABOUT_THEM = ("https://x.com/hunter_", "https://x.com/night_")
"""Pages that TweetFeed gives to the posts of invented people."""
Told = dict[str, list[Reading]]


def mentions(told: Told) -> set[Mention]:
    return {
        one
        for readings in told.values()
        for reading in readings
        for found in reading.findings
        for one in found.observables
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in paths_of([folder])}


def size(folder: Path) -> int:
    return sum(map(len, contents(folder).values()))


def test_the_same_seed_days_and_rate_give_the_same_files(tmp_path: Path):
    short = {"start": START, "days": 3, "rate": 0.5}
    generate(World(7, **short), tmp_path / "a")
    generate(World(7, **short), tmp_path / "b")
    generate(World(8, **short), tmp_path / "c")

    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    same = contents(tmp_path / "a").keys() & contents(tmp_path / "c").keys()
    assert all(
        (tmp_path / "a" / one).read_bytes() != (tmp_path / "c" / one).read_bytes() for one in same
    )


@pytest.mark.parametrize("source", [alerts, mail, web_history], ids=lambda one: one.__name__)
def test_files_do_not_depend_on_those_of_other_sources(source, tmp_path: Path):
    generate(WORLD, tmp_path / "all")
    written = list(source.write(World(7, START), tmp_path / "one"))

    assert written
    alone = contents(tmp_path / "one")
    assert alone == {one: (tmp_path / "all" / one).read_bytes() for one in alone}


def test_files_that_have_no_date_inside_have_one_beside(tmp_path: Path):
    generate(WORLD, tmp_path)

    lists = [*(tmp_path / "lists").iterdir(), *(tmp_path / "maltrail").rglob("*.txt")]
    days = {datetime.fromtimestamp(file.stat().st_mtime, UTC).date() for file in lists}
    assert START < min(days) < max(days) <= START + timedelta(days=14)


def test_all_databases_speak(told: Told):
    speaking = {
        source.partition("@")[0]
        for source, readings in told.items()
        if any(reading.findings for reading in readings)
    }

    assert speaking == DATABASES
    assert all(any(one.findings for one in readings) for readings in told.values())


def test_every_line_can_be_read(told: Told):
    assert sum(one.lines for readings in told.values() for one in readings) > 50_000
    assert [one.why for readings in told.values() for one in readings if one.why] == []


def test_most_is_noise(told: Told):
    of_campaigns = {
        value for campaign in WORLD.campaigns for value in (*campaign.attackers, *campaign.servers)
    }

    for source in ("nicter@darknet-a", "haguregumo@tokyo-1", "stardust@zeek"):
        seen = {
            one.value
            for reading in told[source]
            for found in reading.findings
            for one in found.observables
            if one.role == "attacker"
        }
        assert len(seen & of_campaigns) * 10 < len(seen)
    visits = told["warpdrive@None"]
    assert sum(bool(one.findings) for one in visits) * 10 < len(visits)


def test_every_address_and_name_is_kept_for_examples(told: Told):
    for one in mentions(told):
        topic, value = one.topic, one.value
        if topic is Topic.URL and value.startswith(ABOUT_THEM):
            continue
        if topic is Topic.URL:
            topic, value = host_of(value).topic, host_of(value).value
        if topic is Topic.IP:
            own = OWN if one.role == "victim" else []
            network = ip_network(value)
            assert any(
                network.version == other.version and network.subnet_of(other)
                for other in (*DOCUMENTATION, *own)
            ), one
        elif topic in {Topic.DOMAIN, Topic.EMAIL}:
            assert value.endswith(EXAMPLES), one


def test_our_own_sensors_are_not_told(told: Told):
    assert not {one for one in mentions(told) if one.value == "198.51.100.254"}


def test_days_and_rate_say_how_much_there_is(tmp_path: Path):
    generate(World(7, START, days=4), tmp_path / "4")
    generate(World(7, START, days=8), tmp_path / "8")
    generate(World(7, START, days=4, rate=3), tmp_path / "4 by 3")

    assert 1.5 < size(tmp_path / "8" / "cowrie") / size(tmp_path / "4" / "cowrie") < 2.5
    for source in ("cowrie", "nicter", "stardust", "endpoint"):
        assert 2 < size(tmp_path / "4 by 3" / source) / size(tmp_path / "4" / source) < 4
    last = {file.name for file in (tmp_path / "8" / "cowrie" / "tokyo-1").iterdir()}
    assert max(last) == "cowrie.json.2026-03-08"


def test_databases_are_whole(tmp_path: Path):
    generate(World(7, START, days=2), tmp_path)

    for name in ("warpdrive/History", "amppot/ddospot.sqlite3", "dionaea/osaka-1/dionaea.sqlite"):
        with closing(sqlite3.connect(tmp_path / name)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_addresses_of_strangers_never_end():
    addresses = [address_of(number) for number in range(0, 100_000, 7)]
    assert len(set(addresses)) == len(addresses)
    assert all(any(ip_address(one) in network for network in DOCUMENTATION) for one in addresses)
