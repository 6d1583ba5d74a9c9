"""Bundles of STIX over HTTP: what may leave of what is said of a value."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from guarded import guarded
from servers import asked, finding, ndjson


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path) as client:
        said = ndjson(finding("192.0.2.7"), finding("192.0.2.8"))
        assert client.post("/api/v1/records?source=nicter", content=said).status_code == 200
        yield client


def test_a_bundle_speaks_of_the_values_that_were_asked_for(client: TestClient[Litestar]):
    answer = client.get("/api/v1/stix", params={"value": "192[.]0.2.7"})
    bundle = answer.json()

    assert answer.headers["content-type"] == "application/stix+json;version=2.1"
    assert bundle["type"] == "bundle"
    assert {one["type"] for one in bundle["objects"]} >= {"ipv4-addr", "observed-data", "indicator"}
    spoken = [one["value"] for one in bundle["objects"] if one["type"] == "ipv4-addr"]
    assert spoken == ["192.0.2.7"]

    both = client.get("/api/v1/stix", params={"value": ["192.0.2.7", "192.0.2.8"]}).json()
    assert len({one["id"] for one in both["objects"]}) == len(both["objects"])
    assert both["id"] != bundle["id"]
    assert client.get("/api/v1/stix", params={"value": "192.0.2.7"}).json() == bundle


def test_what_nobody_spoke_of_or_nobody_can_read_has_no_bundle(client: TestClient[Litestar]):
    assert client.get("/api/v1/stix", params={"value": "192.0.2.99"}).status_code == 404
    assert client.get("/api/v1/stix", params={"value": "no such"}).status_code == 422
    assert client.get("/api/v1/stix", params={"value": ["x"] * 1001}).status_code == 422


def test_what_may_not_leave_is_in_no_bundle(tmp_path: Path):
    with guarded(tmp_path) as world:
        world.post("soc", "secret", finding("198.51.100.9"))

        assert world.get("soc", "/api/v1/observables/ip/198.51.100.9").status_code == 200
        assert world.get("bank", "/api/v1/stix?value=198.51.100.9").status_code == 404
