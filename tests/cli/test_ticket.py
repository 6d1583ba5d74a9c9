"""`cure ticket`: made, listed, shown and changed, here and at a server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cure.app import publishers
from cure.cli.ticket import commands
from cure.installation import Installation
from cure.model import Audience, Tlp
from cure.web.server import build
from servers import running


@pytest.fixture(params=["here", "there"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Give the option that names a data directory, or a server."""
    if request.param == "here":
        yield ["--data", str(tmp_path / "data")]
        return
    with Installation(tmp_path / "data", write=True) as installation:
        audience = Audience("soc", Tlp.RED)
        app = build(installation, audience=audience, owner="soc", publishers=publishers())
        with running(app) as url:
            yield ["--url", url]


def run(*arguments: str, stdin: str = ""):
    return CliRunner().invoke(commands, arguments, input=stdin)


def test_a_ticket_is_made_listed_shown_and_closed(place: list[str]):
    made = run(
        *("add", "--title", "Mail with Emotet", "--value", "hxxp://example[.]com/a"),
        *("--tag", "#TrickBot", "--text", "-", "--tlp", "green", "--json", *place),
        stdin="Cobalt Strike came with it.",
    )
    said = json.loads(made.stdout)
    assert set(said["tags"]) == {"malware:emotet", "malware:trickbot", "malware:cobalt-strike"}
    assert said["label"]["tlp"] == "TLP:GREEN"

    shown = run("show", said["id"], *place).stdout
    assert "http://example.com/a" in shown
    assert "Cobalt Strike came with it." in shown

    closed = json.loads(run("set", said["id"], "--status", "closed", "--json", *place).stdout)
    assert (closed["status"], closed["values"]) == ("closed", said["values"])
    assert said["id"] in run("list", *place).stdout
    assert said["id"] not in run("list", "--status", "open", *place).stdout
    assert json.loads(run("list", "--json", *place).stdout) == closed


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["add", "--title", "x", "--value", "no value"], "'no value' is not a domain"),
        (["add", "--title", ""], "length >= 1"),
        (["add", "--title", "x", "--tlp", "blue"], "'TLP:BLUE' is not a tlp"),
        (["add", "--title", "x", "--text", "/nowhere"], "cannot read /nowhere"),
        (["list", "--status", "new"], "want open or closed"),
    ],
)
def test_a_mistake_is_told(arguments: list[str], why: str, tmp_path: Path):
    Installation(tmp_path, write=True).close()

    found = run(*arguments, "--data", str(tmp_path))

    assert why in str(found.exception)


def test_a_ticket_that_is_not_there_is_told(place: list[str]):
    run("add", "--title", "x", *place)

    assert "no ticket 'ffffffffff'" in str(run("show", "ffffffffff", *place).exception)
