import gzip
import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from cure import Client
from cure.client import asking
from cure.errors import MalformedError
from cure.installation import Installation
from cure.model import recognise
from cure.web import matches
from servers import application, asked, finding, ndjson, running


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Litestar]]:
    with asked(tmp_path_factory.mktemp("data")) as client:
        findings = ndjson(finding("192.0.2.1"), finding("example.com", "domain"))
        client.post("/api/v1/records?source=nicter", content=findings)
        yield client


def match(web, body: bytes, **headers: str):
    answer = web.post("/api/v1/match", content=body, headers=headers)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_every_line_has_its_answer(web):
    known, unknown, blank, invalid = match(web, b"hxxp://192[.]0[.]2[.]1/\n192.0.2.9\r\n\nx y")

    assert known == {
        "line": 1,
        "input": "hxxp://192[.]0[.]2[.]1/",
        "topic": "url",
        "value": "http://192.0.2.1/",
        "status": "unknown",
        "sources": {},
    }
    assert unknown["input"] == "192.0.2.9"
    assert (blank["status"], blank["why"]) == ("invalid", "nothing there")
    assert (invalid["line"], invalid["topic"], invalid["value"]) == (4, None, None)


def test_what_is_known_says_to_whom(web):
    [one] = match(web, b"192[.]0.2.1")

    assert one["status"] == "known"
    assert one["sources"] == {
        "nicter": {
            "count": 1,
            "first_seen": "2026-01-10T00:00:00Z",
            "last_seen": "2026-01-10T01:00:00Z",
        }
    }
    assert "why" not in one


@pytest.mark.parametrize("headers", [{"Content-Type": "application/json"}, {}])
def test_an_array_of_strings_is_read_too(web, headers):
    body = json.dumps(["192.0.2.1", "a\nb", 7, None, ["x"], "example.com"], indent=1).encode()

    answers = match(web, body, **headers)

    assert [one["status"] for one in answers] == ["known", *["invalid"] * 4, "known"]
    assert answers[2]["why"] == "not a string"


def test_a_list_may_begin_with_a_bracket(web):
    answers = match(web, b"[2001:db8::1]:80\n192.0.2.1")

    assert [one["status"] for one in answers] == ["unknown", "known"]


def test_what_is_no_text_is_invalid(web):
    answers = match(web, b"\xff\xfe\n192.0.2.1\n" + b"x" * 9000)

    assert [one["status"] for one in answers] == ["invalid", "known", "invalid"]
    assert answers[0]["why"] == "not UTF-8: invalid start byte at byte 0"
    assert answers[2]["why"] == "longer than 8192 characters"


def test_a_compressed_list_is_read(web):
    body = gzip.compress(b"192.0.2.1\n" * 12_000)

    answers = match(web, body, **{"Content-Encoding": "gzip"})

    assert [one["line"] for one in answers] == list(range(1, 12_001))


def test_an_empty_list_has_no_answers(web):
    assert match(web, b"") == []


values = st.one_of(
    st.sampled_from(["192.0.2.1", "EXAMPLE[.]com", "198.51.100.0/24", "malware:x", "", " "]),
    st.text(
        st.characters(codec="utf-8", exclude_characters="\n\r\x85\u2028\u2029\x0b\x0c\x1c\x1d\x1e"),
        max_size=30,
    ),
)


@given(st.lists(values, min_size=1))
def test_answers_come_in_the_order_of_the_lines_and_none_is_missing(web, lines):
    answers = web.post("/api/v1/match", json=lines).text.split("\n")[:-1]
    told = [json.loads(answer) for answer in answers]

    assert [one["line"] for one in told] == list(range(1, len(lines) + 1))
    assert [one["input"] for one in told] == lines
    for one in told:
        try:
            assert recognise(one["input"]).value == one["value"]
        except MalformedError as error:
            assert (one["status"], one["why"]) == ("invalid", error.why)


def test_a_long_list_streams_while_others_are_answered(tmp_path):
    body = b"".join(b"host%d.example.com\n" % i for i in range(100_000))
    meanwhile: list[int] = []
    with (
        Installation(tmp_path, write=True) as installation,
        running(application(installation)) as url,
        httpx.Client(base_url=url) as one,
        httpx.stream("POST", f"{url}/api/v1/match", content=body) as answer,
    ):
        lines = 0
        for lines, _ in enumerate(answer.iter_lines(), 1):
            if lines % 20_000 == 1:
                meanwhile.append(one.get("/healthz").status_code)

    assert lines == 100_000
    assert meanwhile == [200] * 5


def test_a_list_that_is_too_long_is_refused_before_it_is_answered(web, monkeypatch):
    monkeypatch.setattr(matches, "MAX_VALUES", 3)
    for body in (b"a\n" * 4, b'["a","b","c","d"]'):
        answer = web.post("/api/v1/match", content=body)

        assert answer.status_code == 413
        assert answer.json()["error"]["message"] == "more than 3 values; send them in parts"
    assert len(match(web, b"a\n" * 3)) == 3


def test_the_client_asks_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "_VALUES_A_REQUEST", 3)
    with (
        Installation(tmp_path, write=True) as installation,
        running(application(installation)) as url,
        Client(url) as client,
    ):
        for count in (0, 3, 7):
            told = list(client.match(f"192.0.2.{n}" for n in range(count)))

            assert [one["line"] for one in told] == list(range(1, count + 1))
            assert [one["value"] for one in told] == [f"192.0.2.{n}" for n in range(count)]


def test_a_list_that_becomes_far_larger_is_refused(web):
    packed = gzip.compress(b"192.0.2.1\n" * 1_000_000)

    answer = web.post("/api/v1/match", content=packed, headers={"Content-Encoding": "gzip"})

    assert answer.status_code == 413
