import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from cure.errors import MalformedError
from cure.installation import Installation
from cure.model import Audience, Tlp, url
from cure.web.door import in_one_segment
from servers import application, asked, client_of, finding, ndjson

ODD_URL = "http://example.com/a//b%2Fc/records?d=%25&e=f/../g#h"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path_factory.mktemp("data")) as client:
        for source, *findings in (
            (
                "nicter",
                finding("192.0.2.1", count=3),
                finding("192.0.2.0/24", role="listed"),
                *(
                    finding(
                        "192.0.2.77",
                        key=f"{i:03}",
                        first_seen=None,
                        last_seen=f"2026-01-{i % 9 + 1:02}T00:00:00Z",
                    )
                    for i in range(250)
                ),
            ),
            (
                "sensor@roof",
                finding("192.0.2.1", first_seen="2026-01-01T00:00:00Z"),
                finding(ODD_URL, "url", "payload", attributes={"port": 80}, key="k-1"),
                finding("malware:Emotet", "tag", "tag"),
                finding("2001:db8::1"),
            ),
        ):
            answer = client.post(f"/api/v1/records?source={source}", content=ndjson(*findings))
            assert answer.json()["quarantined"] == []
        yield client


def path(topic: str, value: str) -> str:
    return f"/api/v1/observables/{topic}/{quote(value, safe='')}"


def test_a_card_tells_what_each_source_says(web):
    card = web.get(path("ip", "192.0.2.1")).json()

    assert card["status"] == "known"
    assert card["sources"] == {
        "nicter": {
            "count": 3,
            "first_seen": "2026-01-10T00:00:00Z",
            "last_seen": "2026-01-10T01:00:00Z",
        },
        "sensor@roof": {
            "count": 1,
            "first_seen": "2026-01-01T00:00:00Z",
            "last_seen": "2026-01-10T01:00:00Z",
        },
    }
    assert card["roles"] == {"attacker": 2}
    assert card["contained_in"] == ["192.0.2.0/24"]
    assert card["links"] == [{"sources": ["sensor@roof", "nicter"], "lead_s": 9 * 86400.0}]


@pytest.mark.parametrize(
    ("topic", "value", "canonical"),
    [
        ("ip", "192.0.2.0/24", "192.0.2.0/24"),
        ("ip", "2001:DB8::1", "2001:db8::1"),
        ("url", ODD_URL, url(ODD_URL).value),
        ("domain", "Example[.]com", "example.com"),
        ("tag", "malware:emotet", "malware:emotet"),
    ],
)
def test_any_value_fits_into_a_path_and_into_a_query(web, topic, value, canonical):
    in_path = web.get(path(topic, value))
    in_query = web.get("/api/v1/observables", params={"value": value})

    assert in_path.json()["value"] == canonical
    assert in_query.json() == in_path.json()


def test_a_value_may_keep_its_slashes(web):
    assert web.get("/api/v1/observables/ip/192.0.2.0/24").json()["value"] == "192.0.2.0/24"
    assert len(web.get("/api/v1/observables/ip/192.0.2.0/24/records").json()["records"]) == 1


@given(st.text(min_size=1).map(lambda text: quote(text, safe="", errors="replace")))
def test_a_quoted_value_passes_the_door_as_it_is(quoted):
    given_path = f"/api/v1/observables/url/{quoted}"

    assert in_one_segment(given_path.encode()) == given_path
    assert in_one_segment(f"{given_path}/records".encode()) == f"{given_path}/records"


def test_what_is_unknown_is_not_found_but_what_is_around_it_is_told(web):
    answer = web.get(path("ip", "192.0.2.200"))

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_known"
    assert answer.json()["error"]["detail"]["contained_in"] == ["192.0.2.0/24"]


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (path("ip", "192.0.2.256"), "neither an IPv4 or IPv6 address nor a network"),
        (path("hash", "abc"), "want 32, 40, 64 or 128 hexadecimal digits"),
        (path("domain", "example.nosuchroot"), "no such top-level domain"),
        ("/api/v1/observables?value=%20", "nothing there"),
        ("/api/v1/observables?value=no%20value", "a label is missing or has a forbidden character"),
        ("/api/v1/observables/ip/%FF", "not UTF-8"),
        (f"/api/v1/observables?value={'x' * 9000}", "longer than 8192 characters"),
    ],
)
def test_what_is_no_value_is_refused_with_the_reason(web, question, why):
    answer = web.get(question)

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == MalformedError.code
    assert answer.json()["error"]["detail"]["why"] == why


def test_a_topic_of_another_kind_is_refused(web):
    answer = web.get("/api/v1/observables/telephone/1")

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == MalformedError.code


def test_records_are_shown_as_they_were_posted(web):
    [record] = web.get(f"{path('url', ODD_URL)}/records").json()["records"]

    assert re.fullmatch("[0-9a-f]{32}", record.pop("id"))
    assert record == {
        "source": "sensor@roof",
        "kind": "sighting",
        "observables": [
            {"topic": "url", "value": url(ODD_URL).value, "role": "payload"},
            {"topic": "domain", "value": "example.com", "role": "host"},
        ],
        "first_seen": "2026-01-10T00:00:00Z",
        "last_seen": "2026-01-10T01:00:00Z",
        "count": 1,
        "attributes": {"port": 80},
        "key": "k-1",
        "label": {"tlp": "TLP:AMBER", "owner": "soc", "releasable": []},
        "whole": True,
    }


def test_pages_of_records_give_each_once(web):
    keys: list[str] = []
    answer = {"next": ""}
    while answer["next"] is not None:
        question = {"limit": 100} | ({"cursor": answer["next"]} if answer["next"] else {})
        answer = web.get(f"{path('ip', '192.0.2.77')}/records", params=question).json()
        keys += (record["key"] for record in answer["records"])

    assert sorted(keys) == [f"{i:03}" for i in range(250)]


def test_a_cursor_is_good_for_its_own_question_only(web):
    cursor = web.get(f"{path('ip', '192.0.2.77')}/records").json()["next"]

    for question in (
        f"{path('ip', '192.0.2.1')}/records?cursor={cursor}",
        f"{path('ip', '192.0.2.77')}/records?source=nicter&cursor={cursor}",
        f"{path('ip', '192.0.2.77')}/records?cursor=AAAA",
        f"{path('ip', '192.0.2.77')}/records?cursor=%C3%A9",
    ):
        assert web.get(question).status_code == 422


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ({}, 2),
        ({"source": "nicter"}, 1),
        ({"source": "nobody"}, 0),
        ({"before": "2026-01-10T01:00:00Z"}, 0),
        ({"after": "2026-01-10T01:00:00Z"}, 2),
        ({"after": "2026-01-10T10:00:01+09:00"}, 0),
        ({"after": "7d"}, 2),
        ({"after": "24h"}, 0),
        ({"limit": 0}, 1),
        ({"limit": 10**6}, 2),
    ],
)
def test_records_are_filtered(web, question, count):
    answer = web.get("/api/v1/observables/records", params={"value": "192.0.2.1"} | question).json()

    assert len(answer["records"]) == count


def test_the_plus_of_a_zone_may_stand_unquoted_in_a_query(web):
    after = "2026-01-10T10:00:01+09:00"

    answer = web.get(f"/api/v1/observables/records?value=192.0.2.1&after={after}")

    assert answer.json()["records"] == []


@pytest.mark.parametrize("after", ["2026-01-10", "yesterday", "9999999d", "0001-01-01T00:00+14:00"])
def test_a_time_without_a_zone_or_of_no_calendar_is_refused(web, after):
    answer = web.get("/api/v1/observables/records", params={"value": "192.0.2.1", "after": after})

    assert answer.status_code == 422
    assert answer.json()["error"]["detail"]["what"] == "time"


def test_no_number_of_a_record_leaves_the_server(web):
    assert "seq" not in web.get(f"{path('ip', '192.0.2.77')}/records?limit=3").text


def test_what_is_hidden_looks_like_what_was_never_seen(tmp_path):
    questions = (
        "/api/v1/observables/ip/{}",
        "/api/v1/observables/ip/{}/records",
        "/api/v1/observables?value={}",
        "/api/v1/observables/records?value={}",
        "/api/v1/pivot?value={}",
        "/api/v1/campaign?value={}",
        "/api/v1/search?pattern={}",
        "/api/v1/timeline?value={}",
    )
    with Installation(tmp_path, write=True) as installation:
        with client_of(application(installation)) as owner:
            owner.post("/api/v1/records?source=secret", content=ndjson(finding("192.0.2.1")))
            owner.post("/api/v1/records?source=nicter", content=ndjson(finding("192.0.2.2")))
        with client_of(application(installation, audience=Audience("bank", Tlp.GREEN))) as other:
            for question in questions:
                hidden = other.get(question.format("192.0.2.1"))
                never = other.get(question.format("192.0.2.3"))
                assert hidden.status_code == never.status_code
                assert hidden.text.replace("192.0.2.1", "192.0.2.3") == never.text
            assert other.get(path("ip", "192.0.2.2")).json()["status"] == "known"
            assert [one["name"] for one in other.get("/api/v1/sources").json()] == ["nicter"]
            assert other.get("/api/v1/links").json() == {"sources": ["nicter"], "matrix": [[1]]}
            [line] = other.post("/api/v1/match", content=b"192.0.2.1").text.splitlines()
            assert '"unknown"' in line
