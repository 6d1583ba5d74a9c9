"""The commands as such: their help, and how they say what is wrong."""

import json
import subprocess
import sys
from importlib import import_module

import pytest

from cure.cli import COMMANDS, run
from program import Program

NAMES = [name for family in COMMANDS.values() for name in family]
HELP = {name: text for family in COMMANDS.values() for name, text in family.items()}


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(name, capsys):
    assert run([name, "--help"]) == 0

    said = capsys.readouterr().out
    assert f"Usage: cure {name}" in said
    assert f"cure {name}" in said.partition("Example:")[2].partition("\n\n")[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_commands_says_what_each_says_of_itself(name):
    command = getattr(import_module(f"cure.cli.{name}"), name)

    assert command.__doc__.splitlines()[0] == HELP[name]


def test_without_a_command_there_is_help(capsys):
    assert run([]) == 0

    said = capsys.readouterr().out
    assert all(name in said for name in NAMES)


def test_help_needs_nothing_large(cure: Program):
    script = (
        "import sys; from cure.cli import run; run(['--help']);"
        "sys.exit(bool({'numpy', 'litestar', 'httpx', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=cure.environment, check=False, capture_output=True
    )

    assert done.returncode == 0


def test_an_unknown_command_is_a_wrong_question(capsys):
    assert run(["aks"]) == 2

    said = capsys.readouterr()
    assert "No such command 'aks'" in said.err
    assert "cure --help" in said.err
    assert not said.out


def test_an_unknown_option_is_told_to_programs_in_json(capsys):
    assert run(["ask", "192.0.2.1", "--json", "--loud"]) == 2

    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "usage"
    assert "--loud" in error["message"]
    assert error["detail"] is None


def test_no_data_is_told_with_what_to_do(cure: Program):
    ran = cure("sources")

    assert (ran.code, ran.out) == (2, "")
    assert "cure-data holds no data of cure; fill it with: cure ingest" in ran.err


def test_an_error_in_json_is_one_object_on_standard_output(cure: Program):
    ran = cure("sources", "--json")

    assert (ran.code, ran.err) == (2, "")
    assert ran.json()["error"]["code"] == "config"
    assert set(ran.json()["error"]) == {"code", "message", "detail"}


def test_a_directory_and_a_server_at_once_are_refused(cure: Program):
    ran = cure("links", "--data", "x", "--url", "http://127.0.0.1:1")

    assert (ran.code, ran.err) == (2, "cure: give --data or --url, not both\n")


def test_a_server_that_is_not_there_is_told(cure: Program):
    ran = cure("links", "--url", "http://127.0.0.1:1", "--json")

    assert ran.code == 1
    assert ran.json()["error"]["code"] == "source"


def test_python_m_cure_tells_its_version(cure: Program):
    assert cure("--version").out.startswith("cure")
