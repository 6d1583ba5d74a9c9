"""Lists of values, as firewalls and resolvers fetch them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from servers import NOW, asked, finding, ndjson


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path) as client:
        recent = {"first_seen": NOW.isoformat(), "last_seen": NOW.isoformat()}
        post(client, "exist", finding("bad.tide.example2.jp", "domain", "c2", **recent))
        post(client, "reports", finding("bad.tide.example2.jp", "domain", "c2", **recent))
        post(client, "exist", finding("once.tide.example2.jp", "domain", "listed"))
        yield client


def post(client: TestClient[Litestar], source: str, one: dict[str, object]) -> None:
    answer = client.post("/api/v1/records", params={"source": source}, content=ndjson(one))
    assert answer.status_code == 200


def test_a_list_that_blocks_holds_only_what_is_surely_bad(client: TestClient[Litestar]) -> None:
    blocking = client.get("/lists/edl", params={"topic": "domain"})
    assert blocking.text == "bad.tide.example2.jp\n"
    assert blocking.headers["content-type"].startswith("text/plain")

    whole = client.get("/lists/edl", params={"topic": "domain", "min_score": 0})
    assert whole.text == "bad.tide.example2.jp\nonce.tide.example2.jp\n"


def test_a_list_is_sent_again_only_once_something_in_it_has_changed(
    client: TestClient[Litestar],
) -> None:
    about = {"topic": "domain"}
    tag = client.get("/lists/rpz", params=about).headers["etag"]
    again = client.get("/lists/rpz", params=about, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")

    recent = {"first_seen": NOW.isoformat(), "last_seen": NOW.isoformat()}
    for source in ("exist", "reports"):
        post(client, source, finding("worse.tide.example2.jp", "domain", "c2", **recent))
    assert client.get("/lists/rpz", params=about, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("path", "asked_for", "status"),
    [
        ("iptables", {"topic": "ip"}, 404),
        ("suricata-iprep", {"topic": "domain"}, 422),
        ("rpz", {"topic": "domain", "zone": "a b"}, 422),
        ("rpz", {"topic": "domain", "zone": "x\n@ IN NS evil."}, 422),
        ("edl", {"topic": "colour"}, 422),
        ("edl", {"topic": "ip", "since": "soon"}, 422),
    ],
)
def test_a_list_that_there_cannot_be_is_refused(
    client: TestClient[Litestar], path: str, asked_for: dict[str, str], status: int
) -> None:
    assert client.get(f"/lists/{path}", params=asked_for).status_code == status


def test_the_forms_are_told_with_what_they_are_for(client: TestClient[Litestar]) -> None:
    forms = {one["name"]: one for one in client.get("/api/v1/lists").json()}
    assert forms["rpz"]["blocks"]
    assert not forms["csv"]["blocks"]
