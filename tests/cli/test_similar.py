"""Behaviour on the command line: over the generated world, from a directory and from a server."""

import csv
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cure.demo.world import World
from program import Program, Ran

LANTERN = World(seed=7, start=date(2026, 1, 1)).campaigns[0]
BOT, OTHER = LANTERN.attackers[:2]
Ask = Callable[..., Ran]


@pytest.fixture
def asked(call: Ask, world: Path, tmp_path: Path) -> Ask:
    """Return what asks a copy of the world: groups keep their names beside it."""
    shutil.copytree(world, tmp_path / "copy")
    return lambda *arguments: call(*arguments, "--data", tmp_path / "copy")


def test_bots_of_one_campaign_are_alike(asked: Ask):
    found = asked("similar", BOT, "-k", "10", "--json").json()

    assert found["status"] == "ok"
    bots = [one["ip"] in LANTERN.attackers for one in found["results"]]
    assert bots[0]
    assert sum(bots) > len(bots) / 2
    assert all(one["shared"] for one in found["results"])


def test_directory_and_server_answer_alike(asked: Ask, call: Ask, server: str):
    for question in (("similar", BOT), ("compare", BOT, OTHER)):
        here = asked(*question, "--json")
        assert here.json() == call(*question, "--json", "--url", server).json()


def test_a_server_tells_its_groups(call: Ask, server: str):
    found = call("groups", "--json", "--url", server).json()
    group = call("group", found["groups"][0]["id"], "--json", "--url", server).json()

    assert found["status"] == group["status"] == "ok"
    assert len(group["members"]) == found["groups"][0]["size"]


def test_people_are_told_the_evidence(asked: Ask):
    told = asked("similar", BOT, "-k", "3").out

    assert told.startswith(f"{BOT}  seen ")
    assert "(lift" in told


def test_people_are_told_what_two_share_and_what_not(asked: Ask):
    told = asked("compare", BOT, OTHER).out

    assert told.startswith(f"{BOT} and {OTHER}  seen ")
    assert "score" in told
    assert "shared" in told


@pytest.mark.parametrize("command", [("similar", BOT), ("compare", BOT, OTHER), ("groups",)])
def test_tables_come_as_csv(asked: Ask, command: tuple[str, ...]):
    head, *rows = csv.reader(asked(*command, "--csv").out.splitlines())

    assert rows
    assert all(len(row) == len(head) for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_groups_and_their_members_are_told(asked: Ask):
    told = asked("groups", "-k", "3").out
    name = asked("groups", "--json").json()["groups"][0]["id"]

    assert name in told
    assert asked("group", f"group:{name}").out.startswith(name)


def test_groups_keep_their_names_from_one_question_to_the_next(asked: Ask):
    one, other = (asked("groups", "--json").json() for _ in range(2))
    assert one == other


def test_published_groups_are_tags(asked: Ask):
    assert "published" in asked("groups", "--publish").out

    tags = asked("ask", BOT, "--json").json()["tags"]
    [name] = [tag for tag in tags if tag.startswith("group:")]
    assert tags[name]["sources"] == ["enricher@groups"]
    members = asked("campaign", name, "--json").json()["members"]
    assert OTHER in {one["value"] for one in members}


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (("similar", "8.8.8.8"), "nothing is known of 8.8.8.8"),
        (("compare", BOT, "8.8.8.8"), "nothing is known of 8.8.8.8"),
        (("similar", BOT, "--exclude", "friends"), "want same-net, known-scanner"),
        (("similar", BOT, "--window", "soon"), "want such as 90m, 24h, 30d or 4w"),
        (("group", "g-nobody"), "nothing is known of a group 'g-nobody'"),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)
def test_what_cannot_be_answered_is_told(asked: Ask, question: tuple[str, ...], why: str):
    ran = asked(*question)

    assert ran.code == 1
    assert why in ran.err


def test_the_program_itself_answers(cure: Program, world: Path):
    ran = cure("similar", BOT, "--json", "--data", world)

    assert (ran.code, ran.err) == (0, "")
    assert ran.json()["results"]
