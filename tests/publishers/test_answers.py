"""Answers of the API of abuse.ch, and pairs in tables: every file with every URL that served it."""

import json
from datetime import UTC, datetime
from hashlib import md5, sha256

import pytest

from cure.interfaces import Input, Reading
from cure.publishers.chorus import PUBLISHER

NOW = datetime(2026, 12, 31, tzinfo=UTC)
A, B = (sha256(text).hexdigest() for text in (b"invented a", b"invented b"))
SHORT = md5(b"invented", usedforsecurity=False).hexdigest()
URL = "http://192.0.2.7/a"


def read(text: str) -> list[Reading]:
    data = text.encode()
    given = Input(name="t", as_of=NOW, lines=iter(data.split(b"\n")), head=data[:4096])
    return list(PUBLISHER.read(given))


def named(text: str) -> list[list[tuple[str, str]]]:
    found = [finding for one in read(text) for finding in one.findings]
    return [[(one.role, one.value) for one in finding.observables] for finding in found]


def test_a_url_names_all_files_that_it_served():
    files = [
        {"response_md5": SHORT, "response_sha256": A, "signature": "Heodo"},
        {"response_sha256": B, "signature": None},
    ]
    answer = {"query_status": "ok", "id": "7", "url": URL, "url_status": "online"}
    (said,) = named(json.dumps({**answer, "payloads": files}, indent=1))

    assert said[0] == ("payload", URL)
    assert set(said[1:]) == {
        ("sample", A),
        ("sample", B),
        ("sample", SHORT),
        ("tag", "malware:emotet"),
    }


def test_a_file_is_named_with_each_url_that_served_it():
    urls = [{"url": f"{URL}{number}", "url_status": "online"} for number in range(2)]
    answer = {"query_status": "ok", "sha256_hash": A, "signature": "Gozi", "urls": urls}
    first, second = named(json.dumps(answer, indent=1))

    assert first[:2] == [("payload", f"{URL}0"), ("sample", A)]
    assert second[:2] == [("payload", f"{URL}1"), ("sample", A)]


def test_an_answer_that_found_nothing_is_silent():
    assert [(one.findings, one.why) for one in read('{"query_status": "no_results"}')] == [((), "")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", " | ", "  "])
def test_a_hash_and_a_url_are_a_pair_whatever_parts_them(delimiter):
    rows = [f"{A}{delimiter}{URL}", f"{B}{delimiter}{URL}b"]

    assert named("\n".join(rows)) == [
        [("payload", URL), ("sample", A)],
        [("payload", f"{URL}b"), ("sample", B)],
    ]


def test_free_tags_that_name_malware_are_tags():
    rows = "# id,dateadded,url,url_status,threat,tags,urlhaus_link,reporter\n"
    rows += (
        f'"1","2026-02-03 04:05:06","{URL}","online","x","elf,heodo","http://a.example.com/","y"'
    )
    (said,) = named(rows)

    assert said == [("payload", URL), ("tag", "malware:emotet")]
