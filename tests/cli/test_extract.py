"""`cure extract`: what programs and people are told of a document."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from cure.cli.extract import extract
from cure.errors import SourceError

A = sha256(b"invented").hexdigest()
TEXT = f"""# Emotet in Japan

エモテットの検体 {A.upper()} は APT28 とは無関係です。A loader dubbed Zqx7Loader came later.

See https://example.com/ too.
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.md"
    path.write_text(TEXT, "utf-8")
    return path


def test_programs_get_one_object_with_four_lists(report, capfdbinary):
    extract(report, json=True)

    answer = json.loads(capfdbinary.readouterr().out)
    assert list(answer) == ["observables", "keywords", "bonds", "ignored"]
    (one,) = answer["observables"]
    assert (one["topic"], one["value"], one["section"]) == ("hash", A, "Emotet in Japan")
    assert {"malware:emotet", "country:jp", "actor:apt28", "candidate:zqx7loader"} <= {
        keyword["tag"] for keyword in answer["keywords"]
    }
    assert {"observable": A, "tag": "malware:emotet", "score": 0.9} in [
        {name: bond[name] for name in ("observable", "tag", "score")} for bond in answer["bonds"]
    ]
    assert [other["value"] for other in answer["ignored"]] == ["https://example.com/"]


def test_places_are_those_in_the_text(report, capfdbinary):
    extract(report, json=True)

    answer = json.loads(capfdbinary.readouterr().out)
    for one in (*answer["observables"], *answer["keywords"]):
        assert TEXT[one["start"] : one["end"]] == one["as_written"]


def test_people_get_tables(report, capsys):
    extract(report)

    out = capsys.readouterr().out
    assert "observables: 1" in out
    assert A in out
    assert "in the same sentence" in out


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(SourceError):
        extract(tmp_path / "nothing.md")
