"""The commands that ask: over the generated world, from a directory and from a server."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cure.demo.world import World
from program import Program, Ran

LANTERN = World(seed=7, start=date(2026, 1, 1)).campaigns[0]
ATTACKER, C2, SAMPLE = LANTERN.attackers[0], LANTERN.c2_domain, LANTERN.samples[1]
SENSORS = {"cowrie@tokyo-1", "cowrie@osaka-1", "cowrie@sapporo-1"}
Ask = Callable[..., Ran]


@pytest.fixture
def asked(call: Ask, world: Path) -> Ask:
    return lambda *arguments: call(*arguments, "--data", world)


@pytest.mark.parametrize(
    "question",
    [
        ("ask", ATTACKER),
        ("match", "values"),
        ("search", "*.example.net"),
        ("records", C2),
        ("pivot", SAMPLE),
        ("campaign", "LanternBot"),
        ("links",),
        ("sources",),
    ],
    ids=lambda question: question[0],
)
def test_the_program_answers_in_json(cure: Program, world: Path, question: tuple[str, ...]):
    (cure.directory / "values").write_text(ATTACKER)

    ran = cure(*question, "--json", CURE_DATA=str(world))

    assert (ran.code, ran.err) == (0, "")
    assert ran.lines()


def test_a_card_is_one_object_a_value(asked: Ask):
    ran = asked("ask", "--json", ATTACKER, "8.8.8.8")

    known, unknown = ran.lines()
    assert ran.code == 0
    assert list(known) == [
        *("input", "topic", "value", "status", "sources", "roles", "tags"),
        *("contained_in", "parents", "links", "warnings", "place"),
    ]
    assert {*SENSORS, "exist@ipsum", "nicter@darknet-a", "tickets@misp"} <= set(known["sources"])
    assert set(known["sources"]["exist@ipsum"]) == {"count", "first_seen", "last_seen"}
    assert known["roles"]["attacker"] > known["roles"]["listed"] == 1
    assert {"exist@ipsum"} < {name for link in known["links"] for name in link["sources"]}
    assert (unknown["status"], unknown["sources"]) == ("unknown", {})


def test_a_defanged_value_of_any_topic_is_read(asked: Ask):
    host = LANTERN.dropper.split("/")[2]
    url = LANTERN.dropper.replace("http", "hxxp").replace(host, host.replace(".", "[.]"))

    cards = asked("ask", "--json", url, SAMPLE.upper(), "malware:LanternBot").lines()

    assert [(card["topic"], card["status"]) for card in cards] == [
        ("url", "known"),
        ("hash", "known"),
        ("tag", "known"),
    ]
    assert cards[0]["input"] == url
    assert cards[0]["parents"] == [host]


def test_an_invalid_value_is_told_beside_the_others(asked: Ask):
    ran = asked("ask", "--json", "999.1.1.1", ATTACKER)

    invalid, known = ran.lines()
    assert ran.code == 2
    assert (invalid["input"], invalid["status"]) == ("999.1.1.1", "invalid")
    assert invalid["why"] == "neither an IPv4 or IPv6 address nor a network"
    assert known["status"] == "known"


def test_a_card_for_people_names_sources_tags_and_links(asked: Ask):
    said = asked("ask", C2).out

    assert said.startswith(f"domain {C2}  known\n  source")
    assert "malware:lanternbot  (exist@maltrail, exist@threatfox, tickets@misp)" in said
    assert "later exist@threatfox" in said
    assert "\x1b" not in said


def test_every_line_of_a_list_gets_an_answer_in_order(asked: Ask, tmp_path: Path):
    lines = f"{ATTACKER}\n\n999.1.1.1\nabsent.example.com\r\n".encode() + b"\xff\n"
    (tmp_path / "values").write_bytes(lines)

    ran = asked("match", tmp_path / "values", "--json")

    assert [(m["line"], m["status"]) for m in ran.lines()] == [
        (1, "known"),
        (2, "invalid"),
        (3, "invalid"),
        (4, "unknown"),
        (5, "invalid"),
    ]
    assert list(ran.lines()[0]) == ["line", "input", "topic", "value", "status", "sources"]
    assert ran.lines()[3]["value"] == "absent.example.com"


def test_a_list_for_people_ends_with_a_sum(asked: Ask, tmp_path: Path):
    (tmp_path / "values").write_text(f"{ATTACKER}\nabsent.example.com\n")

    head, known, unknown, total = asked("match", tmp_path / "values").out.splitlines()

    assert head.split() == ["line", "status", "topic", "value", "sources"]
    assert known.split()[:4] == ["1", "known", "ip", ATTACKER]
    assert unknown.split() == ["2", "unknown", "domain", "absent.example.com"]
    assert total == "1 known, 1 unknown, 0 invalid"


def test_a_pivot_leads_from_a_hash_to_who_brought_it(asked: Ask):
    found = asked("pivot", SAMPLE, "--hops", "1", "--limit", "50", "--json").json()

    values = {node["value"] for node in found["nodes"]}
    assert (found["nodes"][0]["value"], found["nodes"][0]["hop"]) == (SAMPLE, 0)
    assert LANTERN.dropper in values
    assert values & set(LANTERN.attackers)
    assert f"{SAMPLE}" in asked("pivot", SAMPLE, "--limit", "3").out
    assert "raise --limit" in asked("pivot", SAMPLE, "--limit", "3").out


def test_links_are_a_matrix_with_one_row_a_source(asked: Ask):
    found = asked("links", "--json").json()
    of_hashes = asked("links", "--topic", "hash", "--json").json()

    assert list(found) == ["sources", "matrix"]
    at = {name: number for number, name in enumerate(found["sources"])}
    matrix = found["matrix"]
    assert matrix[at["cowrie@tokyo-1"]][at["exist@ipsum"]] > 30
    assert matrix == [list(row) for row in zip(*matrix, strict=True)]
    assert of_hashes["matrix"][at["cowrie@tokyo-1"]][at["exist@ipsum"]] == 0
    assert of_hashes["matrix"][at["cowrie@tokyo-1"]][at["exist@threatfox"]] == 2
    row = asked("links").out.splitlines()[at["cowrie@tokyo-1"] + 1].split()
    assert row[1:] == ["cowrie@tokyo-1", *map(str, matrix[at["cowrie@tokyo-1"]])]


@pytest.mark.parametrize("about", ["malware:lanternbot", "attack:S9001", "LanternBot"])
def test_a_campaign_is_a_story_in_order_of_time(asked: Ask, about: str):
    told = asked("campaign", about, "--json").json()

    assert {"attack:S9001", "malware:lanternbot"} <= set(told["names"])
    values = {member["value"] for member in told["members"]}
    assert {*LANTERN.attackers, LANTERN.dropper, SAMPLE, LANTERN.c2_ip, C2} <= values
    assert {*SENSORS, "exist@threatfox", "exist@maltrail", "attack"} <= set(told["sources"])
    assert [step["at"] for step in told["steps"]] == sorted(step["at"] for step in told["steps"])
    assert told["steps"][0]["roles"] == ["attacker"]
    first = {role: step["at"] for step in reversed(told["steps"]) for role in step["roles"]}
    assert first["attacker"] < first["payload"] < first["c2"]
    assert LANTERN.report in told["references"]


def test_a_story_for_people_has_a_line_a_step(asked: Ask):
    said = asked("campaign", "malware:lanternbot").out.splitlines()

    assert said[0] == "attack:S9001, malware:lanternbot"
    assert said[1].split()[0] == "period"
    steps = said[said.index("") + 2 :]
    assert steps == sorted(steps, key=lambda line: line[:16])
    assert any(line.split()[2:5] == ["cowrie@tokyo-1", "sample", SAMPLE] for line in steps)
    assert all("×" in line for line in steps)


def test_a_search_finds_what_fits_a_pattern(asked: Ask):
    for pattern, value in (
        ("203.0.113.0/24", ATTACKER),
        ("*.example1.jp", C2),
        (SAMPLE[:8], SAMPLE),
        ("malware:lan*", "malware:lanternbot"),
    ):
        found = asked("search", pattern, "--json").json()
        assert value in {one["value"] for one in found["results"]}
    assert found["pattern"] == "malware:lan*"
    old = asked("search", "malware:*", "--until", "3650d", "--json").json()
    assert (old["total"], old["results"]) == (0, [])
    assert "want a network (" in asked("search", "[*").err


def test_sources_are_summed_up(asked: Ask):
    found = {one["name"]: one for one in asked("sources", "--json").json()}

    assert len(found) == 38
    assert found["exist@ipsum"]["records"] == 184
    assert found["exist@ipsum"]["topics"] == {"ip": 184}
    assert asked("sources").out.splitlines()[0].split()[0] == "source"


def test_records_come_latest_first(asked: Ask):
    shown = asked("records", C2, "--limit", "5", "--json").lines()
    one = asked("records", C2, "--source", "exist@threatfox", "--json").lines()

    assert len(shown) == 5
    assert [r["last_seen"] for r in shown] == sorted((r["last_seen"] for r in shown), reverse=True)
    assert [r["source"] for r in one] == ["exist@threatfox"]
    assert one[0]["label"] == {"tlp": "TLP:CLEAR", "owner": "local", "releasable": []}
    assert asked("records", "absent.example.com").code == 1
    assert "raise --limit" in asked("records", C2, "--limit", "5").out


def test_what_belongs_to_another_organisation_is_not_shown(
    call: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "said").write_text('{"observables": [{"topic": "ip", "value": "192.0.2.1"}]}')
    call("ingest", "findings", tmp_path / "said", "--data", tmp_path / "d")  # TLP:AMBER
    question = ("ask", "192.0.2.1", "--json", "--data", tmp_path / "d")

    assert call(*question).json()["status"] == "known"
    monkeypatch.setenv("CURE_ORGANISATION", "partner")
    assert call(*question).json()["status"] == "unknown"


@pytest.mark.parametrize(
    "question",
    [
        ("ask", ATTACKER, C2, "8.8.8.8", "999.1.1.1", "203.0.113.64"),
        ("match", "values"),
        ("pivot", SAMPLE, "--limit", "20"),
        ("pivot", "absent.example.com"),
        ("links", "--topic", "hash", "--since", "8d"),
        ("links", "--since", "yesterday"),
        ("campaign", "Paper Heron"),
        ("campaign", "nobody in particular"),
        ("search", "203.0.113.0/24", "--limit", "7"),
        ("search", "[*"),
        ("records", C2, "--limit", "3", "--source", "attack"),
    ],
    ids=" ".join,
)
def test_a_server_answers_as_its_directory_does(
    call: Ask, tmp_path: Path, world: Path, server: str, question: tuple[str, ...]
):
    values = tmp_path / "values"
    values.write_bytes(f"{ATTACKER}\n\n8.8.8.8\n".encode() + b"\xff\n")
    asked = [values if part == "values" else part for part in question]

    here = call(*asked, "--json", "--data", world)
    there = call(*asked, "--json", "--url", server)

    assert (there.code, there.err) == (here.code, "")
    assert there.lines() == here.lines()


def test_what_an_attacker_wrote_cannot_reach_the_terminal(call: Ask, tmp_path: Path):
    said = {"observables": [{"topic": "ip", "value": "192.0.2.1"}], "attributes": {"x": "\x1b[2J"}}
    bad = b'\x1b]0;owned\x07{"observables"'
    (tmp_path / "said").write_bytes(json.dumps(said).encode() + b"\n" + bad)
    call("ingest", "findings", tmp_path / "said", "--data", tmp_path / "d")

    for command in (("records", "192.0.2.1"), ("quarantine",)):
        ran = call(*command, "--data", tmp_path / "d")
        assert ran.out
        assert "\x1b" not in ran.out
        assert "\x07" not in ran.out
