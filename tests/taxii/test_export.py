"""`cure export stix`: the same from a data directory and from a server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cure.cli import run
from guarded import World
from servers import finding, ndjson, running
from subscribers.stix.judged import wrong_with
from taxii.world import trusted

_EACH = 10
"""So many objects of each type and form are judged: the validator takes 3 ms for each."""


def exported(
    capsysbinary: pytest.CaptureFixture[bytes], *arguments: object
) -> list[dict[str, Any]]:
    assert run(["export", "stix", *map(str, arguments)]) == 0
    bundle = json.loads(capsysbinary.readouterr().out)
    assert bundle["type"] == "bundle"
    return bundle["objects"]


def test_all_that_the_generated_world_becomes_is_valid_and_refers_to_what_is_there(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
):
    directory = tmp_path / "demo"
    assert (
        run(["demo", "--no-serve", "--days", "2", "--rate", "0.2", "--data", str(directory)]) == 0
    )
    capsysbinary.readouterr()
    objects = exported(capsysbinary, "--data", directory)
    forms: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for one in objects:
        forms.setdefault((one["type"], *sorted(one)), []).append(one)
    ids = {one["id"] for one in objects}

    assert len(ids) == len(objects) > 500
    assert {one["type"] for one in objects} >= {"indicator", "sighting", "grouping", "malware"}
    assert wrong_with(one for some in forms.values() for one in some[:_EACH]) == []
    for one in objects:
        for name, value in one.items():
            if name.endswith(("_ref", "_refs")):
                assert set([value] if isinstance(value, str) else value) <= ids


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, World]]:
    with trusted(tmp_path / "data", is_served=False) as world, running(world.app) as url:
        monkeypatch.setenv("CURE_KEY", world.tokens["soc"])
        yield url, world


def test_a_server_is_drained_from_the_command_line(
    world: tuple[str, World], capsysbinary: pytest.CaptureFixture[bytes]
):
    url, served = world
    body = ndjson(finding("192.0.2.1"), finding("192.0.2.2"))
    headers = {"Authorization": f"Bearer {served.tokens['soc']}"}
    assert httpx.post(
        f"{url}/api/v1/records?source=nicter", content=body, headers=headers
    ).is_success

    objects = exported(capsysbinary, "--url", url, "--source", "nicter")
    assert {one["value"] for one in objects if one["type"] == "ipv4-addr"} == {
        "192.0.2.1",
        "192.0.2.2",
    }
    assert run(["export", "stix", "--url", url, "--source", "never"]) == 1
    assert capsysbinary.readouterr().out == b""


def test_one_filter_is_taken_at_a_time(capsysbinary: pytest.CaptureFixture[bytes]):
    assert run(["export", "stix", "--topic", "ip", "--source", "nicter"]) == 2
    assert b"one of" in capsysbinary.readouterr().err
