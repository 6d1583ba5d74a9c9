from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from servers import asked, finding, ndjson

DIGEST = "d41d8cd98f00b204e9800998ecf8427e"


def annotated(tag: str, *values: tuple[str, str, str]) -> dict[str, object]:
    said = [{"topic": topic, "value": value, "role": role} for topic, value, role in values]
    tags = [{"topic": "tag", "value": tag, "role": "tag"}]
    return {"kind": "annotation", "observables": said + tags, "first_seen": "2026-01-02T00:00:00Z"}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path_factory.mktemp("data")) as client:
        for source, *findings in (
            (
                "nicter@tokyo-1",
                finding("192.0.2.1", count=5),
                finding(
                    "192.0.2.2", first_seen="2026-01-01T00:00:00Z", last_seen="2026-01-01T00:00:00Z"
                ),
                finding("198.51.100.1"),
            ),
            (
                "reports",
                annotated(
                    "actor:Example Group", ("ip", "192.0.2.1", "c2"), ("hash", DIGEST, "sample")
                ),
                annotated(
                    "malware:example",
                    ("hash", DIGEST, "sample"),
                    ("domain", "www.example.com", "c2"),
                ),
            ),
        ):
            answer = client.post(f"/api/v1/records?source={source}", content=ndjson(*findings))
            assert answer.json()["quarantined"] == []
        yield client


def test_a_pivot_walks_from_value_to_value(web):
    answer = web.get("/api/v1/pivot", params={"value": "192[.]0.2.1", "hops": 2}).json()

    hops = {node["value"]: node["hop"] for node in answer["nodes"]}
    assert hops == {
        "192.0.2.1": 0,
        DIGEST: 1,
        "actor:example-group": 1,
        "www.example.com": 2,
        "malware:example": 2,
    }
    assert not answer["truncated"]


def test_a_pivot_is_bounded(web):
    assert len(web.get("/api/v1/pivot?value=192.0.2.1&limit=2").json()["nodes"]) == 2
    assert len(web.get("/api/v1/pivot?value=192.0.2.1&limit=-2&hops=99").json()["nodes"]) == 1
    assert web.get("/api/v1/pivot?value=192.0.2.1&hops=two").status_code == 422


def test_lanes_tell_who_spoke_of_a_topic_when(web):
    lanes = web.get("/api/v1/lanes?topic=ip").json()
    assert lanes["values"] == ["192.0.2.1", "198.51.100.1", "192.0.2.2"]
    assert lanes["publishers"] == [2, 1, 1]
    assert [lane["publisher"] for lane in lanes["lanes"]] == ["nicter", "reports"]

    window = {"topic": "ip", "since": "2026-01-05T00:00:00Z", "limit": 1}
    capped = web.get("/api/v1/lanes", params=window).json()
    assert (len(capped["values"]), capped["total"], capped["dots_total"]) == (1, 2, 2)
    assert web.get("/api/v1/lanes").status_code == 422


def test_links_are_a_matrix_of_sources(web):
    assert web.get("/api/v1/links").json() == {
        "sources": ["nicter@tokyo-1", "reports"],
        "matrix": [[3, 1], [1, 5]],
    }
    assert web.get("/api/v1/links?topic=hash").json()["matrix"] == [[0, 0], [0, 1]]
    assert web.get("/api/v1/links?since=2026-01-05T00:00:00Z").json()["matrix"] == [[2, 0], [0, 0]]
    assert web.get("/api/v1/links?topic=telephone").status_code == 422


@pytest.mark.parametrize("name", ["actor:example-group", "Example Group", "EXAMPLE_GROUP", DIGEST])
def test_a_campaign_is_told_of_a_value_a_tag_or_a_name(web, name):
    story = web.get("/api/v1/campaign", params={"value": name}).json()

    assert {member["value"] for member in story["members"]} >= {"192.0.2.1", DIGEST}
    assert set(story["sources"]) == {"nicter@tokyo-1", "reports"}


@pytest.mark.parametrize("name", ["Other Group", "actor:other", "192.0.2.9"])
def test_a_campaign_of_which_nothing_is_known_is_not_found(web, name):
    answer = web.get("/api/v1/campaign", params={"value": name})

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_known")


def test_a_search_finds_what_fits_a_pattern(web):
    answer = web.get("/api/v1/search?pattern=192.0.2.0/24&limit=1").json()

    assert (answer["total"], answer["truncated"]) == (2, True)
    assert [one["value"] for one in answer["results"]] == ["192.0.2.1"]


def test_a_search_may_be_limited_in_time(web):
    question = {"pattern": "192.0.2.0/24", "until": "2026-01-01T00:00:01Z"}

    found = web.get("/api/v1/search", params=question).json()["results"]

    assert [one["value"] for one in found] == ["192.0.2.2"]


def test_a_pattern_of_no_kind_is_refused(web):
    assert web.get("/api/v1/search?pattern=a*b*c").json()["error"]["code"] == "malformed"


def test_sources_say_what_they_are(web):
    nicter, reports = web.get("/api/v1/sources").json()

    assert nicter == {
        "name": "nicter@tokyo-1",
        "records": 3,
        "sightings": 7,
        "first_seen": "2026-01-01T00:00:00Z",
        "last_seen": "2026-01-10T01:00:00Z",
        "topics": {"ip": 3},
        "title": "A darknet",
        "title_ja": "ダークネット",
        "layer": "artifact",
    }
    assert (reports["title"], reports["layer"]) == ("reports", None)


def test_publishers_are_listed(web):
    _, nicter = web.get("/api/v1/publishers").json()

    assert nicter == {
        "name": "nicter",
        "title": "A darknet",
        "title_ja": "ダークネット",
        "layer": "artifact",
        "topics": ["domain", "email", "hash", "ip", "tag", "url"],
        "tlp": "TLP:GREEN",
    }


def test_a_timeline_counts_records_by_bucket(web):
    day = web.get("/api/v1/timeline?bucket=86400").json()
    one = web.get("/api/v1/timeline?bucket=86400&value=192.0.2.1&since=2026-01-10T00:00:00Z").json()

    assert day == {
        "bucket_s": 86400,
        "start": "2026-01-01T00:00:00Z",
        "sources": {
            "nicter@tokyo-1": [1, 0, 0, 0, 0, 0, 0, 0, 0, 2],
            "reports": [0, 2, 0, 0, 0, 0, 0, 0, 0, 0],
        },
    }
    assert one["sources"] == {"nicter@tokyo-1": [1]}


def test_a_timeline_has_no_more_buckets_than_can_be_drawn(web):
    answer = web.get("/api/v1/timeline?bucket=-5").json()

    assert len(answer["sources"]["reports"]) <= 10_000
