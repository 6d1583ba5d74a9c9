"""What a sighting tells of behaviour, for every publisher's samples and for odd cases."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from cure.enrichers.alike.features import MAX_CHARS, MAX_TOKENS, Behaved, behaved
from cure.model import Finding, Kind, Mention, Topic, ip, mention
from strategies import T0

SAMPLES = Path(__file__).parents[1] / "publishers" / "samples"
ACTOR = mention(ip("192.0.2.7"), "attacker")


def told(*beside: Mention, kind: Kind = Kind.SIGHTING, **attributes: object) -> Behaved | None:
    return behaved(Finding(kind, (ACTOR, *beside), T0, T0, 3, attributes))


def test_who_acted_when_how_often_and_how():
    found = told(port=22, protocol="ssh", username="root", commands=["cd /tmp; x", "/bin/wget u"])

    assert found is not None
    assert (found.ips, found.times, found.service) == (("192.0.2.7",), 3, "22/ssh")
    assert found.at == T0.timestamp() * 1e6
    assert found.payload == ("user:root", "command:cd", "command:wget")


def test_what_an_address_brings_is_told_by_its_role():
    sample = Mention(Topic.HASH, "a" * 64, "sample")
    found = told(sample, Mention(Topic.IP, "198.51.100.1", "victim"))

    assert found is not None
    assert found.payload == (f"sample:{'a' * 64}",)


def test_words_inside_an_object_are_read_too():
    found = told(said={"username": "admin", "cmd": "SET x"})

    assert found is not None
    assert found.payload == ("user:admin", "command:SET")


@pytest.mark.parametrize("attributes", [{"feed": "a list"}, {"matched_by": "host"}])
def test_what_others_listed_is_no_behaviour(attributes: dict[str, Any]):
    assert told(**attributes) is None


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.SIGHTING])
def test_only_sightings_are_behaviour(kind: Kind):
    assert told(kind=kind, port=22) is None


def test_a_verdict_is_no_token():
    found = told(signature="Botnet check-in", severity="High", verdict="bad", score=100, tags=["x"])

    assert found is not None
    assert found.payload == ()


@pytest.mark.parametrize("role", ["victim", "listed", "subject", "c2", "target"])
def test_whoever_did_nothing_does_not_behave(role: str):
    assert behaved(Finding(Kind.SIGHTING, (mention(ip("192.0.2.7"), role),), T0, T0)) is None


def test_a_network_is_nobody():
    net = mention(ip("192.0.2.0/24"), "attacker")
    assert behaved(Finding(Kind.SIGHTING, (net,), T0, T0)) is None


def test_tokens_are_few_short_and_printable():
    found = told(password=[f"{n}\x1b[2J{'x' * 500}" for n in range(100)])

    assert found is not None
    assert len(found.payload) == MAX_TOKENS
    assert all(len(token) <= MAX_CHARS and token.isprintable() for token in found.payload)


def test_every_sensor_among_the_samples_tells_of_behaviour():
    sensors = {
        file.relative_to(SAMPLES).parts[0]
        for file in SAMPLES.rglob("expected.jsonl")
        for line in file.read_bytes().splitlines()
        if behaved(msgspec.json.decode(line, type=Finding)) is not None
    }

    assert {"amppot", "cowrie", "dionaea", "glastopf", "haguregumo", "nicter", "opencanary"} <= (
        sensors
    )
    assert not sensors & {"attack", "exist", "reports", "social", "tickets", "warpdrive"}
