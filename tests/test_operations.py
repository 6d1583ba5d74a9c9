"""What docs/operations offers to those who run a server: it fits the program as it is."""

import json
import re
import shlex
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import typer
from prometheus_client.parser import text_string_to_metric_families

import cure.cli
from cure.installation import Installation
from cure.settings import PREFIX, Settings
from cure.web.rules import RULES
from cure.web.server import build
from program import Program
from servers import NOW, OPERATOR, PUBLISHERS, asked, client_of

ROOT = Path(__file__).parents[1]
OPERATIONS = ROOT / "docs" / "operations"
METRIC = re.compile(r"\b(?:cure|process|python)_[a-z_]+\b")
SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "gauge": [""]}


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of all series that a server can tell of."""
    with (
        Installation(tmp_path_factory.mktemp("metrics"), write=True) as installation,
        asked(tmp_path_factory.mktemp("other")),
    ):
        installation.snapshot(at_least=0)
        app = build(
            installation, audience=OPERATOR, owner="soc", publishers=PUBLISHERS, clock=lambda: NOW
        )
        with client_of(app) as web:
            text = web.get("/metrics").text
    families = text_string_to_metric_families(text)
    return {one.name + end for one in families for end in SUFFIXES.get(one.type, [""])}


def expressions(dashboard: dict[str, Any]) -> Iterator[str]:
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["query"]["query"]


def test_every_metric_of_the_dashboard_is_there(metrics: set[str]):
    dashboard = json.loads((OPERATIONS / "grafana.json").read_bytes())
    named = {name for one in expressions(dashboard) for name in METRIC.findall(one)}

    assert len(named) > 25
    assert named <= metrics


def test_the_dashboard_can_be_imported_over_any_data_source():
    dashboard = json.loads((OPERATIONS / "grafana.json").read_bytes())
    panels = [one for one in dashboard["panels"] if one["type"] != "row"]

    assert {one["datasource"]["uid"] for one in panels} == {"${datasource}"}
    assert len({one["id"] for one in dashboard["panels"]}) == len(dashboard["panels"])
    assert all(one["targets"] and one["title"] for one in panels)
    places = [tuple(one["gridPos"].values())[:2] for one in panels]
    assert len(set(places)) == len(places)


def test_every_metric_of_the_alert_rules_is_there(metrics: set[str]):
    rules = msgspec.yaml.decode((OPERATIONS / "alerts.yml").read_bytes())
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    named = {name for one in alerts for name in METRIC.findall(one["expr"])}

    assert named <= metrics
    assert len({one["alert"] for one in alerts}) == len(alerts) > 10
    assert all(one["annotations"]["summary"] and one["labels"]["severity"] for one in alerts)


def options_of(command: str) -> set[str]:
    program = typer.main.get_command(cure.cli._app)  # noqa: SLF001 - as tools/reference has it
    found = program.get_command(None, command)  # pyright: ignore[reportAttributeAccessIssue]
    return {option for one in found.params for option in one.opts}


def check_command(words: list[str]) -> None:
    """Make sure that a command of ours is there, with its options."""
    at = next(n for n, word in enumerate(words) if Path(word).name == "cure")
    command, *rest = words[at + 1 :]
    assert {word for word in rest if word.startswith("-")} <= options_of(command)


def check_setting(assignment: str) -> None:
    name = assignment.partition("=")[0]
    assert name.removeprefix(PREFIX).lower() in Settings.__struct_fields__


def test_a_service_says_at_once_where_it_listens_and_how_the_first_one_gets_in(tmp_path: Path):
    cure = Program(tmp_path)
    cure.environment.pop("PYTHONUNBUFFERED", None)
    (tmp_path / "cure.toml").write_text("accounts = true\n")

    with cure.serving("-c", "cure.toml", says="http://.+#setup=.+") as link:
        assert httpx.get(f"{link.partition('?')[0]}readyz").status_code == 200


def unit(name: str) -> dict[str, list[str]]:
    """Return what a unit says, name by name."""
    found: dict[str, list[str]] = {}
    for line in (OPERATIONS / f"{name}.service").read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("name", ["cure", "cure-backup"])
def test_a_unit_starts_what_there_is_and_leaves_it_nothing_that_it_does_not_need(name: str):
    said = unit(name)

    for line in said["ExecStart"]:
        check_command(shlex.split(line))
    for line in said["Environment"]:
        for assignment in shlex.split(line):
            check_setting(assignment)
    assert said["User"] == ["cure"]
    assert said["ProtectSystem"] == ["strict"]
    assert said["NoNewPrivileges"] == ["yes"]
    assert said["CapabilityBoundingSet"] == [""]
    assert said["UMask"] == ["0077"]
    assert said["LimitCORE"] == ["0"]


def test_the_unit_of_the_server_bounds_it_and_starts_it_again():
    said = {name: values[-1] for name, values in unit("cure").items()}

    assert said["RestrictAddressFamilies"] == "AF_INET AF_INET6 AF_UNIX"
    assert said["Restart"] == "on-failure"
    assert int(said["LimitNOFILE"]) >= 16384
    assert {"MemoryMax", "StateDirectory", "TimeoutStopSec"} <= said.keys()


def containerfile() -> list[tuple[str, str]]:
    text = (ROOT / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_starts_what_there_is_as_nobody_in_particular():
    said = containerfile()
    last = dict(said)

    check_command(json.loads(last["ENTRYPOINT"]) + json.loads(last["CMD"]))
    for word, rest in said:
        if word == "ENV":
            for assignment in shlex.split(rest):
                if assignment.startswith(PREFIX):
                    check_setting(assignment)
    user = last["USER"]
    assert user.partition(":")[0] not in {"", "0", "root"}
    assert [word for word, _ in said if word in {"USER", "ENTRYPOINT"}] == ["USER", "ENTRYPOINT"]
    for copied in (rest.split()[:-1] for word, rest in said if word == "COPY" and "--" not in rest):
        assert all((ROOT / one).exists() for one in copied)


def test_the_container_asks_whether_it_is_ready():
    [check] = [rest for word, rest in containerfile() if word == "HEALTHCHECK"]

    assert "/readyz" in check
    assert "readyz" in RULES


@pytest.mark.parametrize("page", ["install.md", "operations.md", "guarantees.md"])
def test_every_file_that_a_page_points_to_is_there(page: str):
    text = (ROOT / "docs" / page).read_text("utf-8")
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)

    assert targets
    assert not [one for one in targets if not (ROOT / "docs" / one).exists()]


def test_every_setting_that_the_page_names_is_there():
    text = (ROOT / "docs" / "install.md").read_text("utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    parser = RawConfigParser()
    for block in blocks:
        parser.read_string("[settings]\n" + block.partition("\n[[")[0])

    assert blocks
    assert set(parser["settings"]) <= set(Settings.__struct_fields__)
