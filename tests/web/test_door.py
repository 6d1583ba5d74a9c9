import json
from collections.abc import Iterator

import pytest
from litestar import Litestar, get
from litestar.routes import BaseRoute
from litestar.testing import TestClient

from cure.installation import Installation
from cure.web.errors import CODES
from servers import application, asked, client_of, finding, ndjson


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path_factory.mktemp("data")) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v1/observables/ip/", 404, "not_found"),
        ("GET", "/static/../server.py", 404, "not_found"),
        ("GET", "/..%2Fserver.py", 404, "not_found"),
        ("DELETE", "/api/v1/links", 405, "method_not_allowed"),
        ("GET", "/api/v1/records", 405, "method_not_allowed"),
        ("GET", "/api/v1/pivot", 422, "malformed"),
        ("GET", "/api/v1/pivot?value=192.0.2.1&limit=many", 422, "malformed"),
        ("POST", "/api/v1/records", 422, "malformed"),
    ],
)
def test_every_error_has_one_shape(web, method, path, status, code):
    answer = web.request(method, path)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message", "detail"}
    assert answer.json()["error"]["code"] == code


def test_what_is_allowed_instead_is_told(web):
    assert "GET" in web.delete("/api/v1/links").headers["Allow"]


def test_a_bug_of_ours_shows_nothing_of_the_inside(tmp_path, caplog):
    @get("/broken")
    async def healthz() -> None:  # an operation without a rule would not be let run
        raise ZeroDivisionError("the secret is 42")

    with Installation(tmp_path, write=True) as installation:
        app = application(installation)
        app.register(healthz)
        with client_of(app) as web:
            answer = web.get("/broken")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "42" not in answer.text
    assert "the secret is 42" in caplog.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "[::1]:80", "LOCALHOST"]
)
def test_it_answers_to_the_names_of_this_machine(web, host):
    assert web.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["example.com", "127.0.0.1.example.com", "localhost.example.com:80", "", "[::2]"]
)
def test_it_does_not_answer_to_the_name_of_another(web, host):
    answer = web.get("/healthz", headers={"Host": host})

    assert (answer.status_code, answer.json()["error"]["code"]) == (421, "misdirected")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1", 200),
        ("http://example.com", 403),
        ("http://127.0.0.1:81", 403),
        ("null", 403),
    ],
)
def test_pages_of_other_sites_may_not_send(web, origin, status):
    answer = web.post("/api/v1/match", content=b"192.0.2.1", headers={"Origin": origin})

    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing", "/api/v1/sources"])
def test_every_answer_is_guarded(web, path):
    headers = web.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers
    assert ("no-store" in headers.get("Cache-Control", "")) == path.startswith("/api/")


def test_a_server_may_go_by_other_names(tmp_path):
    with Installation(tmp_path, write=True) as installation:
        app = application(installation, hosts=frozenset({"cure.example.jp"}))
        with client_of(app) as web:
            assert web.get("/healthz", headers={"Host": "cure.example.jp"}).status_code == 200
            assert web.get("/healthz", headers={"Host": "localhost"}).status_code == 421


def test_health_and_metrics_are_told(tmp_path):
    with asked(tmp_path) as web:
        web.post("/api/v1/records?source=a", content=ndjson(finding("192.0.2.1"), b"rubbish"))
        web.get("/api/v1/observables/ip/192.0.2.9")
        web.get("/what/ever")

        assert web.get("/healthz").json() == {"status": "ok", "records": 1}
        told = web.get("/metrics").text.splitlines()

    assert "cure_records 1.0" in told
    assert "cure_waiting_records 0.0" in told
    assert 'cure_posted_findings_total{fate="accepted"} 1.0' in told
    assert 'cure_posted_findings_total{fate="quarantined"} 1.0' in told
    assert 'cure_http_requests_total{operation="card_of_observable",status="404"} 1.0' in told
    assert 'cure_http_requests_total{operation="page",status="404"} 1.0' in told


def _is_described(route: BaseRoute) -> bool:
    handlers = getattr(route, "route_handlers", ())
    return any(
        one.resolve_include_in_schema() for one in handlers if one.http_methods != {"OPTIONS"}
    )


def test_the_description_is_openapi_and_knows_every_route(web):
    told = web.get("/api/v1/openapi.json")
    described = told.json()

    assert described["openapi"].startswith("3.1")
    shown = {one.path_format for one in web.app.routes if _is_described(one)}
    assert set(described["paths"]) == shown
    assert {"/api/v1/observables/{topic}/{value}", "/healthz"} <= shown
    assert web.get("/api/v1/swagger").status_code == 404


def test_the_description_refers_to_what_it_has_and_says_what_it_is(web):
    text = web.get("/api/v1/openapi.json").text
    schemas = json.loads(text)["components"]["schemas"]
    parts = text.split('"#/components/schemas/')[1:]

    assert {part.partition('"')[0] for part in parts} <= set(schemas)
    assert not [name for name, one in schemas.items() if not one.get("description")]
    assert "Validation Exception" not in text
    for operations in json.loads(text)["paths"].values():
        for operation in operations.values():
            assert operation["description"]
            for status, answer in operation["responses"].items():
                if status != "204":
                    [content] = answer["content"].values()
                    refers = content["schema"].get("$ref", "")
                    assert (refers == "#/components/schemas/ErrorAnswer") == (status >= "400")


def test_every_status_that_an_error_has_has_a_code():
    assert len(set(CODES.values())) == len(CODES)
