"""`cure score`, `cure rate` and `cure reliability`, here and at a server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cure.app import publishers
from cure.installation import Installation
from cure.model import Audience, Tlp
from cure.web.server import build
from servers import running

FINDING = '{"observables": [{"topic": "ip", "value": "192.0.2.7", "role": "c2"}]}\n'


@pytest.fixture(params=["here", "there"])
def place(request: pytest.FixtureRequest, tmp_path: Path, call) -> Iterator[list[str]]:
    """Give the option that names a data directory in which something is known, or a server."""
    (tmp_path / "said.jsonl").write_text(FINDING)
    data = tmp_path / "data"
    assert call("ingest", "findings", tmp_path / "said.jsonl", "--data", data).code == 0
    if request.param == "here":
        yield ["--data", str(data)]
        return
    with Installation(data, write=True) as installation:
        audience = Audience("local", Tlp.RED)
        app = build(installation, audience=audience, owner="local", publishers=publishers())
        with running(app) as url:
            yield ["--url", url]


def test_a_value_is_scored_rated_and_scored_again(place: list[str], call):
    before = json.loads(call("score", "192.0.2[.]7", "--json", *place).out)
    assert before["verdict"] == "suspicious"
    assert before["factors"][0]["source"] == "findings"

    made = call("rate", "192.0.2.7", "--admiralty", "b2", "--note", "ours", "--json", *place)
    assert json.loads(made.out)["admiralty"] == "B2"
    call("rate", "findings", "--admiralty", "A6", *place)

    after = json.loads(call("score", "192.0.2.7", "--json", *place).out)
    assert after["verdict"] == "malicious"
    assert after["maliciousness"] > 1.5 * before["maliciousness"]
    assert "ours" in call("rate", "192.0.2.7", *place).out
    shown = call("score", "192.0.2.7", *place).out
    assert "malware" in shown
    assert "judged" in shown


def test_sources_are_compared_in_a_table_and_for_programs(place: list[str], call):
    [source] = [json.loads(line) for line in call("reliability", "--json", *place).out.splitlines()]

    assert (source["source"], source["values"], source["exclusive"]) == ("findings", 1, 1.0)
    assert "findings" in call("reliability", *place).out
    head, row = call("reliability", "--csv", *place).out.splitlines()
    assert dict(zip(head.split(","), row.split(","), strict=True))["letter"] == "F"


def test_scores_come_as_a_table(place: list[str], call):
    head, row = call("score", "192.0.2.7", "--csv", *place).out.splitlines()

    assert head == "topic,value,at,maliciousness,benign,verdict"
    assert row.startswith("ip,192.0.2.7,")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["score", "192.0.2.8"], "nothing is known of 192.0.2.8"),
        (["score", "192.0.2.7", "--at", "then"], "not a time"),
        (["rate", "192.0.2.7", "--admiralty", "Z2"], "want a letter A to G"),
        (["rate", "192.0.2.7", "--admiralty", "B2", "--tlp", "blue"], "not a tlp"),
        (["rate", "no value", "--admiralty", "B2"], "not a domain"),
    ],
)
def test_a_mistake_is_told(arguments: list[str], why: str, place: list[str], call):
    found = call(*arguments, *place)

    assert found.code == 1
    assert why in found.err
