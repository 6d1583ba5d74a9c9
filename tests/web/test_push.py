"""Push: a source's own lines over HTTP, answered for once they are durable."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from cure.installation import Installation
from cure.model import Label, Tlp
from cure.ways import Push, SourceSetting
from cure.web.server import build
from servers import NOW, OPERATOR, PUBLISHERS, client_of, finding, ndjson

TOKEN = "1f0e9d8c7b6a5948"  # noqa: S105 - of this test
PATH = "/api/v1/sources/nicter@lab/lines"
SOURCE = SourceSetting(
    name="nicter@lab",
    publisher=PUBLISHERS["nicter"],
    kind="push",
    way=Push(TOKEN),
    label=Label(Tlp.GREEN, "soc"),
)


def application(installation: Installation, *sources: SourceSetting) -> Litestar:
    return build(
        installation,
        audience=OPERATOR,
        owner="soc",
        publishers=PUBLISHERS,
        sources=sources,
        clock=lambda: NOW,
    )


@pytest.fixture
def web(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    with (
        Installation(tmp_path, write=True, link_reserved=True) as installation,
        client_of(application(installation, SOURCE)) as client,
    ):
        yield client


def post(web, body: bytes, token: str = TOKEN, path: str = PATH, **headers: str):
    headers["Authorization"] = f"Bearer {token}"
    return web.post(path, content=body, headers=headers)


def test_lines_are_read_by_the_publisher_of_the_source(web):
    answer = post(web, ndjson(finding("192.0.2.1"), b"", b"{", finding("192.0.2.1")))

    assert answer.status_code == 200
    assert answer.json() == {
        "lines": 4,
        "spoke": 2,
        "silent": 1,
        "quarantined": 1,
        "records": 2,
        "new_records": 1,
        "reasons": {"Input data was truncated": 1},
    }
    card = web.get("/api/v1/observables", params={"value": "192.0.2.1"}).json()
    assert list(card["sources"]) == ["nicter@lab"]


def test_what_was_sent_twice_is_kept_once(web):
    packed = gzip.compress(ndjson(finding("192.0.2.1")))

    told = [post(web, packed, **{"Content-Encoding": "gzip"}).json() for _ in range(2)]

    assert [one["new_records"] for one in told] == [1, 0]


@pytest.mark.parametrize(
    ("token", "path"),
    [
        ("another-token-123", PATH),
        ("", PATH),
        (TOKEN, "/api/v1/sources/nicter@home/lines"),
        (TOKEN, "/api/v1/sources/nicter/lines"),
    ],
)
def test_nobody_learns_which_sources_there_are(web, token: str, path: str):
    answer = post(web, ndjson(finding("192.0.2.1")), token, path)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json() == post(web, b"", "x", PATH).json()


def test_how_each_source_fares_is_told(web):
    post(web, ndjson(finding("192.0.2.1"), b"{"))

    assert web.get("/api/v1/origins").json() == [
        {
            "source": "nicter@lab",
            "origin": "push",
            "lines": 2,
            "spoke": 1,
            "silent": 0,
            "quarantined": 1,
            "records": 1,
            "new_records": 1,
            "last_record_at": "2026-01-15T12:00:00Z",
            "lag_s": 471600.0,
            "error": "",
        }
    ]
