"""`cure run` and `cure demo`: the server as an operator runs it."""

import os
import pty
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from cure import Client
from cure.cli import run
from cure.log.sqlite import SqliteLog
from program import Program, Ran

Call = Callable[..., Ran]


def test_a_server_keeps_what_it_is_sent_and_leaves_a_snapshot(
    cure: Program, cowrie_log: Callable[..., Path]
):
    log = cowrie_log("192.0.2.1", "192.0.2.2", b"{")
    (cure.directory / "cure.toml").write_text('data = "d"\norganisation = "soc"\nport = 1\n')
    with cure.serving("-c", "cure.toml") as url, Client(url) as client:
        told = cure("ingest", "cowrie", log, "--url", url, "--instance", "a", "--json").json()
        again = cure("ingest", "cowrie", log, "--url", url, "--instance", "a", "--json").json()
        card = client.card("192.0.2.1")

    assert (told["spoke"], told["quarantined"], told["new_records"]) == (2, 1, 2)
    assert again["new_records"] == 0
    assert list(card["sources"]) == ["cowrie@a"]
    assert (cure.directory / "d" / "hub.snapshot").exists()
    owners = [label.owner for label in labels(cure.directory / "d")]
    assert owners == ["soc", "soc"]


def labels(directory: Path):
    log = SqliteLog(directory / "log.sqlite", write=False)
    found = [one.record.label for batch in log.read() for one in batch]
    log.close()
    return found


def test_a_file_that_is_sent_gives_the_records_that_it_gives_here(cure: Program):
    listed = cure.directory / "ipsum.txt"
    listed.write_text("192.0.2.1\t3\n198.51.100.0/24\t1\nhttp://example.com/a\t1\n")
    cure("ingest", "exist", listed, "--data", "here")
    with cure.serving("--data", "there") as url:
        cure("ingest", "exist", listed, "--url", url)
        os.utime(listed, (0, 1_700_000_000))
        again = cure("ingest", "exist", listed, "--url", url, "--json").json()

    assert again["new_records"] == 0
    assert digests(cure.directory / "there") == digests(cure.directory / "here")


def digests(directory: Path) -> list[bytes]:
    log = SqliteLog(directory / "log.sqlite", write=False)
    found = [one.record.digest for batch in log.read() for one in batch]
    log.close()
    return found


def test_a_server_ends_in_order_while_someone_listens(cure: Program, cowrie_log):
    cure("ingest", "cowrie", cowrie_log("192.0.2.1"), "--data", "d")
    with httpx.Client() as http:
        with cure.serving("--data", "d") as url:
            listening = http.send(http.build_request("GET", f"{url}api/v1/stream"), stream=True)
            assert listening.status_code == 200
        listening.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "cure.example.com", "::"])  # noqa: S104
def test_other_machines_are_kept_out_until_there_are_accounts(
    host: str, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CURE_HOST", host)

    assert run(["run", "--data", str(tmp_path / "d"), "--port", "0"]) == 2
    assert f"host {host!r} would let other machines in" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(server: str, tmp_path: Path, capsys):
    port = server.rstrip("/").rpartition(":")[2]

    assert run(["run", "--data", str(tmp_path / "d"), "--port", port]) == 2
    assert "choose another with --port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("prot = 1", "there is no setting 'prot'; want data, organisation, host, port"),
        ("port = 'x'", "port = 'x': Expected `int`, got `str`"),
        ("port = 99999", "port = 99999: Expected `int` <= 65535"),
        ("port = ", "is not TOML"),
    ],
)
def test_a_wrong_setting_is_named(text: str, wrong: str, tmp_path: Path, capsys):
    (tmp_path / "cure.toml").write_text(text)

    assert run(["run", "-c", str(tmp_path / "cure.toml")]) == 2
    said = capsys.readouterr().err
    assert "cure.toml" in said
    assert wrong in said


def test_the_questions_that_the_demonstration_proposes_have_answers(call: Call, world: Path):
    copy = shutil.copytree(world, Path.cwd() / "demo")
    said = call("demo", "--no-serve", "--data", copy).out.splitlines()
    questions = [shlex.split(line)[1:] for line in said if line.startswith("  cure ")]

    assert {question[0] for question in questions} == {
        "ask",
        "campaign",
        "pivot",
        "search",
        "links",
    }
    for question in questions:
        ran = call(*question, "--json")
        assert ran.code == 0
        assert "exist@threatfox" in ran.out


def test_the_demonstration_is_the_same_when_it_is_started_again(call: Call, world: Path):
    copy = Path.cwd() / "demo"
    shutil.copytree(world, copy)
    before = {file: file.read_bytes() for file in (copy / "world").rglob("*") if file.is_file()}

    again = call("demo", "--no-serve", "--data", copy)

    assert {file: file.read_bytes() for file in before} == before
    rows = [line.split() for line in again.out.splitlines() if line.startswith("  ")][1:38]
    assert {row[-1] for row in rows} == {"0"}
    other = call("demo", "--no-serve", "--data", copy, "--seed", "8")
    assert (other.code, "--seed 7" in other.err) == (2, True)


def test_the_demonstration_tells_of_days_that_are_over(call: Call):
    small = ("--no-serve", "--days", 2, "--rate", 0.1, "--data", "d", "--until")

    assert "The world of seed 7, 2026-01-14 and 2 days on" in call("demo", *small, "2026-01-15").out
    assert "is not over" in call("demo", *small, "9999-12-31").err


def test_the_demonstration_does_not_touch_other_data(call: Call, cowrie_log):
    call("ingest", "cowrie", cowrie_log("192.0.2.1"), "--data", "d")

    ran = call("demo", "--no-serve", "--data", "d")

    assert (ran.code, ran.err) == (2, "cure: d holds other data; give another --data\n")


def test_the_demonstration_serves_its_world(cure: Program, world: Path):
    shutil.copytree(world, cure.directory / "demo")
    with cure.serving("--data", "demo", command="demo") as url, Client(url) as client:
        names = {one["name"] for one in client.sources()}

    assert {"cowrie@tokyo-1", "exist@threatfox", "attack"} <= names


def test_a_terminal_gets_colours_and_a_pipe_does_not(cure: Program, world: Path):
    mine, its = pty.openpty()
    showing = cure.start("links", "--data", world, stdout=its, stderr=its)
    os.close(its)
    shown = b""
    while True:
        try:
            shown += os.read(mine, 4096)
        except OSError:  # the other side was closed
            break
    os.close(mine)

    assert showing.wait() == 0
    assert b"\x1b[1m" in shown
    assert "\x1b" not in cure("links", "--data", world).out
