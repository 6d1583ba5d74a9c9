import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import httpx
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from cure.installation import Installation
from cure.web.records import MAX_FINDING_BYTES
from servers import application, asked, client_of, finding, ndjson, running
from waiting import PATIENCE_S

ADDRESS = finding("192.0.2.1")
NOTHING = {"first": None, "last": None}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path) as client:
        yield client


@pytest.fixture(scope="module")
def long_lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path_factory.mktemp("data")) as client:
        yield client


def post(web, body: bytes, source: str = "sensor", **headers: str):
    return web.post(f"/api/v1/records?source={source}", content=body, headers=headers)


def test_every_line_is_accounted_for(web):
    answer = post(web, ndjson(ADDRESS, b"{}", b"", finding("192.0.2.2"), ADDRESS, b"\x00\xff"))

    assert answer.status_code == 200
    assert answer.json() == {
        "lines": 6,
        "accepted": 2,
        "duplicates": 1,
        "silent": 1,
        "quarantined": [
            {"line": 2, "why": "Object missing required field `observables`"},
            {"line": 6, "why": "JSON is malformed: invalid character (byte 0)"},
        ],
        "quarantined_count": 2,
        "sequence": {"first": 1, "last": 2},
    }


def test_what_was_sent_twice_is_kept_once(web):
    first = post(web, ndjson(ADDRESS)).json()
    second = post(web, ndjson(ADDRESS)).json()

    assert (first["accepted"], second["accepted"], second["duplicates"]) == (1, 0, 1)
    assert second["sequence"] == NOTHING


def test_an_array_is_read_like_lines(web):
    body = json.dumps([ADDRESS, {"observables": 1}, finding("192.0.2.2")], indent=2).encode()

    answer = post(web, body, **{"Content-Type": "application/json"}).json()

    assert (answer["lines"], answer["accepted"]) == (3, 2)
    assert [one["line"] for one in answer["quarantined"]] == [2]


def test_an_array_that_breaks_off_keeps_what_came_before(web):
    answer = post(web, json.dumps([ADDRESS]).encode()[:-1] + b', {"observables": [').json()

    assert answer["accepted"] == 1
    assert answer["quarantined"] == [{"line": 2, "why": "the array breaks off here"}]


def test_no_json_at_all_is_accounted_for_line_by_line(web):
    answer = post(web, b"\x7fELF\nabc\n\n").json()

    assert (answer["lines"], answer["accepted"], answer["silent"]) == (3, 0, 1)
    assert answer["quarantined_count"] == 2
    assert answer["sequence"] == NOTHING


def test_an_empty_body_holds_nothing(web):
    assert post(web, b"").json()["lines"] == 0


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (finding("192.0.2.1", first_seen="1970-01-01T00:00:00Z"), "a clock that was never set"),
        (finding("192.0.2.1", last_seen="2100-01-01T00:00:00Z"), "more than a day in the future"),
        (finding("192.0.2.1", last_seen="2026-01-10T01:00:00"), "no UTC offset"),
        (finding("192.0.2.999"), "neither an IPv4 or IPv6 address nor a network"),
        (finding("192.0.2.1\0"), "neither an IPv4 or IPv6 address nor a network"),
        (finding("192.0.2.1", count=0), "want 1 to 4294967295"),
        (finding("192.0.2.1", count=10**40), "want 1 to 4294967295"),
        (finding("192.0.2.1", role="Very bad"), "want a short word in lower case"),
        (finding("x", topic="telephone"), "Invalid enum value 'telephone'"),
        (b'{"observables": [{"topic": "ip", "value": "\xff"}]}', "invalid"),
        (b'{"observables": [], "attributes": {"a": ' + b"[" * 20_000, "nested too deeply"),
        (b"[" * 20_000, "breaks off"),
    ],
)
def test_an_impossible_finding_is_quarantined_with_the_reason(web, line, why):
    answer = post(web, ndjson(line)).json()

    assert answer["accepted"] == 0
    assert answer["quarantined_count"] == 1
    assert why in answer["quarantined"][0]["why"]


def test_what_is_too_long_to_be_a_finding_is_quarantined(web):
    padded = ndjson(
        finding("192.0.2.1"), finding("192.0.2.2", attributes={"a": "x" * MAX_FINDING_BYTES})
    )

    answer = post(web, padded).json()

    assert answer["accepted"] == 1
    assert answer["quarantined"] == [{"line": 2, "why": "longer than 4194304 bytes"}]


@pytest.mark.parametrize("body", [b"\n" * 1_000_001, b"[" + b"0," * 1_000_001])
def test_a_body_has_a_million_findings_at_most(web, body):
    answer = post(web, body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert answer.json()["error"]["detail"] == {"max_findings": 1_000_000}


def test_only_the_first_thousand_reasons_are_told(web):
    answer = post(web, b"x\n" * 1500).json()

    assert (len(answer["quarantined"]), answer["quarantined_count"]) == (1000, 1500)


def test_quarantined_lines_are_kept(tmp_path):
    with asked(tmp_path) as web:
        post(web, ndjson(b"rubbish"), "sensor@roof")

    with Installation(tmp_path, write=False) as installation:
        [(_, line)] = installation.log.quarantined(10)
    assert (line.source, line.number, line.raw) == ("sensor@roof", 1, b"rubbish")


def test_the_label_is_that_of_the_publisher_with_the_name_of_the_source(web):
    post(web, ndjson(finding("192.0.2.1")), "nicter@tokyo-1")
    post(web, ndjson(finding("192.0.2.1")), "somebody")

    records = web.get("/api/v1/observables/ip/192.0.2.1/records").json()["records"]
    assert {one["source"]: one["label"]["tlp"] for one in records} == {
        "nicter@tokyo-1": "TLP:GREEN",
        "somebody": "TLP:AMBER",
    }


@pytest.mark.parametrize("source", ["", "Upper", "1st", "a b", "a@", "@a", "a@b@c", "x" * 65, "é"])
def test_a_source_has_a_plain_name(web, source):
    answer = post(web, ndjson(ADDRESS), source)

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "malformed"


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
def test_bodies_may_be_compressed(web, compress):
    encoding = {gzip.compress: "gzip", zstd.compress: "zstd"}[compress]

    answer = post(web, compress(ndjson(ADDRESS)), **{"Content-Encoding": encoding})

    assert answer.json()["accepted"] == 1


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
def test_a_body_that_breaks_off_is_refused_whole(web, compress):
    encoding = {gzip.compress: "gzip", zstd.compress: "zstd"}[compress]
    body = compress(ndjson(*(finding(f"192.0.2.{i}") for i in range(200))))

    answer = post(web, body[:-9], **{"Content-Encoding": encoding})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_request"
    assert web.get("/healthz").json()["records"] == 0


def test_an_encoding_of_another_kind_is_refused(web):
    answer = post(web, ndjson(ADDRESS), **{"Content-Encoding": "br"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported")


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
def test_a_bomb_is_refused_before_it_grows(web, compress):
    encoding = {gzip.compress: "gzip", zstd.compress: "zstd"}[compress]
    bomb = compress(bytes(200_000_000))

    answer = post(web, bomb, **{"Content-Encoding": encoding})

    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_a_plain_body_is_bounded_too(tmp_path):
    with (
        Installation(tmp_path, write=True) as installation,
        client_of(application(installation, max_body_bytes=1000)) as web,
    ):
        fits = post(web, ndjson(ADDRESS))
        announced = post(web, b" " * 1001)
        streamed = web.post("/api/v1/records?source=a", content=iter([b" " * 600] * 2))

    assert [one.status_code for one in (fits, announced, streamed)] == [200, 413, 413]
    assert announced.json()["error"]["detail"] == {"max_bytes": 1000}


def test_a_large_body_is_kept_in_parts(web):
    findings = [finding(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}") for i in range(30_000)]

    answer = post(web, ndjson(*findings)).json()

    assert answer["accepted"] == 30_000
    assert answer["sequence"] == {"first": 1, "last": 30_000}
    assert web.get("/api/v1/sources").json()[0]["records"] == 30_000


def test_nothing_is_acknowledged_when_the_log_fails(tmp_path):
    with Installation(tmp_path, write=True) as installation:
        app = application(installation)
        with client_of(app) as web:
            post(web, ndjson(ADDRESS))
            installation.log.close()
            answer = post(web, ndjson(finding("192.0.2.2")))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["error"]["code"] == "log"
    with Installation(tmp_path, write=False) as installation:
        assert len(installation) == 1


def test_too_much_at_once_is_refused_before_it_is_acknowledged(tmp_path):
    body = ndjson(ADDRESS).ljust(900)
    with Installation(tmp_path, write=True) as installation:
        app = application(installation, max_body_bytes=1000)
        with running(app) as url, ThreadPoolExecutor(6) as senders:
            with app.state.writer.between_appends():  # nothing is read meanwhile
                answers = [
                    senders.submit(httpx.post, f"{url}/api/v1/records?source=a", content=body)
                    for _ in range(6)
                ]
                done = as_completed(answers, timeout=PATIENCE_S)
                refused = [next(done).result() for _ in range(2)]
            assert sorted(one.result().status_code for one in answers) == [200] * 4 + [503] * 2

    assert {one.headers["Retry-After"] for one in refused} == {"1"}
    assert {one.json()["error"]["code"] for one in refused} == {"overloaded"}


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b""))))
def test_noise_is_accounted_for(long_lived, lines):
    answer = post(long_lived, b"".join(line + b"\n" for line in lines)).json()

    if not b"".join(lines).lstrip().startswith(b"["):
        assert answer["lines"] == len(lines)
    known = ("accepted", "duplicates", "silent", "quarantined_count")
    assert answer["lines"] == sum(answer[name] for name in known)
