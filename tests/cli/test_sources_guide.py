"""docs/sources.md: its commands work, and its configurations are good."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from book.files import lay_out
from cli.conftest import Call
from cure.app import publishers
from cure.settings import read_settings
from cure.sources import read_sources
from program import Program

GUIDE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")
ON_PORTS = ("hpfeeds", "syslog", "imap")


def blocks(language: str) -> Iterator[str]:
    yield from re.findall(rf"(?ms)^```{language}\n(.*?)^```$", GUIDE)


def commands(*names: str) -> list[str]:
    """Return the commands of the guide that begin with one of these words."""
    lines = [line[2:] for block in blocks("console") for line in block.splitlines()]
    return [line for line in lines if line.startswith(names)]


def tables() -> list[str]:
    return [
        f"[[source]]{table}" for block in blocks("toml") for table in block.split("[[source]]")[1:]
    ]


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    """Make the files that the guide speaks of."""
    lay_out(tmp_path)
    for folder in ("Maildir/new", "Maildir/cur", "cowrie/log", "darknet"):
        (tmp_path / folder).mkdir(parents=True)
    for command in commands("(umask", "openssl"):
        subprocess.run(  # noqa: S602 - it is the guide's, and a pipeline
            command, shell=True, cwd=tmp_path, input=b"invented\n", check=True, capture_output=True
        )


def test_files_of_all_databases_are_read(call: Call):
    asked = commands("cure ingest", "cure parse")
    for command in asked:
        ran = call(*shlex.split(command)[1:])
        assert ran.code == 0, (command, ran.err)
        assert re.search(r"^  spoke +[1-9]", ran.out + ran.err, re.MULTILINE), command

    assert {shlex.split(one)[2] for one in asked} == publishers().keys() - {"findings"}


def test_what_came_can_be_looked_at(call: Call):
    call("ingest", "cowrie", "cowrie.json")
    for command in commands("cure sources", "cure links", "cure quarantine", "cure doctor"):
        ran = call(*shlex.split(command)[1:])
        assert ran.code == 0, (command, ran.err)

    (ask,) = commands("cure ask")
    assert "warning" in call(*shlex.split(ask)[1:]).out


def test_the_configuration_begins_where_the_guide_says(cure: Program):
    assert cure("init").code == 0

    with cure.serving("-c", "cure.toml") as url:
        assert httpx.get(f"{url}healthz").is_success


def test_every_table_of_the_guide_is_a_good_one(tmp_path: Path):
    file = tmp_path / "cure.toml"
    file.write_text("\n".join(["hpfeeds_port = 10000", *tables()]))

    found = read_sources(read_settings(file, {}), publishers(), {})

    assert len(found) == len(tables())


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_files_are_pushed_as_the_guide_says(cure: Program):
    ways = [one for one in tables() if not re.search(rf"(?m)^({'|'.join(ON_PORTS)}) =", one)]
    (cure.directory / "cure.toml").write_text("\n".join(ways))

    with cure.serving("-c", "cure.toml") as url:
        for command in commands("curl"):
            there = command.replace("http://127.0.0.1:8080/", url)
            subprocess.run(  # noqa: S602 - it is the guide's, and has a substitution
                there, shell=True, cwd=cure.directory, check=True, capture_output=True
            )
    ran = cure("sources", "--json")

    assert {"endpoint@edr", "warpdrive@lab"} <= {one["name"] for one in ran.json()}
