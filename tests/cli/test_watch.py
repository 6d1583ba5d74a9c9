"""`cure watch` and `cure alerts`, over a data directory and over a server."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from program import Ran

Call = Callable[..., Ran]


@pytest.fixture
def known(world: Path, tmp_path: Path) -> Path:
    """Return a copy of the generated world."""
    shutil.copytree(world, tmp_path / "known")
    return tmp_path / "known"


def test_a_watch_is_made_filled_and_asked(call: Call, known: Path, tmp_path: Path) -> None:
    said = call("ask", "malware:lanternbot", "--data", known, "--json")
    assert said.code == 0
    made = call("watch", "add", "Bots", "malware:lantern*", "--data", known, "--json").json()
    watch = made["watch"]["id"]
    hits = call("watch", "hits", "--data", known, "--json").lines()

    assert {one["value"] for one in hits} == {"malware:lanternbot"}
    assert call("watch", "acknowledge", hits[0]["id"], "--data", known).code == 0
    [same] = call("watch", "hits", "--data", known, "--state", "acknowledged", "--json").lines()
    assert same["id"] == hits[0]["id"]
    lines = tmp_path / "lines.txt"
    lines.write_text("192.0.2.0/28\nexample.jp\n10.0.0.300\n")
    filled = call("watch", "import", watch, lines, "--data", known)
    assert filled.code == 1
    assert "line 3" in filled.err
    shown = call("watch", "show", watch, "--data", known, "--json").json()
    assert len(shown["patterns"]) == 3
    assert call("watch", "mute", watch, "--data", known).code == 0
    assert call("watch", "list", "--data", known, "--json").json()["muted"]
    assert call("watch", "remove", watch, "--data", known).code == 0
    assert call("watch", "list", "--data", known, "--json").out == ""


def test_a_dry_run_looks_back(call: Call, known: Path) -> None:
    tried = call("watch", "try", "0.0.0.0/1", "--days", 3660, "--data", known, "--json").json()

    assert tried["times"] > 0
    assert tried["records"] >= tried["values"] > 0


def test_a_server_is_asked_in_the_same_words(call: Call, server: str) -> None:
    made = call("watch", "add", "Bots", "malware:lantern*", "--url", server, "--json").json()
    watch = made["watch"]["id"]

    hits = call("watch", "hits", "--watch", watch, "--url", server, "--json").lines()

    assert {one["value"] for one in hits} == {"malware:lanternbot"}
    assert call("watch", "acknowledge", hits[0]["id"], "--url", server).code == 0
    assert call("watch", "mute", watch, "--url", server).code == 0
    assert call("watch", "try", "emotet", "--url", server).code == 0
    assert call("watch", "remove", watch, "--url", server).code == 0


def test_own_alerts_say_what_else_is_known(call: Call, known: Path, server: str) -> None:
    for where in (("--data", known), ("--url", server)):
        found = call("alerts", "--matched", *where, "--json").lines()
        assert found
        assert all(one["matched"] for one in found)
        marked = call("alerts", "--false-positive", found[0]["id"], "--note", "ours", *where)
        assert "ours" in marked.out
    told = call("alerts", "--data", known).out
    assert "also in" in told
