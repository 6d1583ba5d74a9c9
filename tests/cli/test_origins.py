"""`cure run` with a cure.toml: lines go in by every way, and the card knows them all."""

import json
import socket
from pathlib import Path

import httpx
import pytest

from cure import Client
from cure.cli.init import init
from cure.errors import ConfigError
from cure.settings import read_settings
from cure.sources import read_sources
from faults.doors import SECRET, SOURCES, free_port, login
from origins.test_hpfeeds import auth, publish
from program import Program
from waiting import soon

CONFIGURATION = """
data = "d"
organisation = "soc"
"""
FOLLOWED = """
[[source]]
publisher = "cowrie"
instance = "followed"
follow = "logs"
"""


def test_lines_come_in_by_every_way_and_meet_on_one_card(cure: Program):
    broker, syslog = free_port(), free_port()
    folder = cure.directory
    sources = SOURCES.format(broker=broker, syslog=syslog)
    (folder / "cure.toml").write_text(CONFIGURATION + sources + FOLLOWED)
    (folder / "a.secret").touch(0o600)
    (folder / "a.secret").write_text(SECRET)
    (folder / "logs").mkdir()
    (folder / "logs" / "cowrie.json").write_bytes(login() + b"\n")
    cure.environment["PUSH_TOKEN"] = SECRET[::-1]

    with cure.serving("-c", "cure.toml") as url, Client(url) as client:
        with socket.create_connection(("127.0.0.1", broker)) as sensor:
            greeting = sensor.recv(14, socket.MSG_WAITALL)
            sensor.sendall(auth(greeting[-4:], secret=SECRET.encode()) + publish(login()))
        with socket.create_connection(("127.0.0.1", syslog)) as sender:
            sender.sendall(b"<13>Jan 15 11:59:00 pot cowrie[7]: " + login() + b"\n")
        event = {"event": json.loads(login())}
        sent = httpx.post(
            f"{url}services/collector", json=event, headers={"Authorization": f"Splunk {SECRET}"}
        )
        assert sent.json() == {"text": "Success", "code": 0}
        pushed = httpx.post(
            f"{url}api/v1/sources/cowrie@push/lines",
            content=login() + b"\n{",
            headers={"Authorization": f"Bearer {SECRET[::-1]}"},
        )
        assert pushed.json()["quarantined"] == 1
        wanted = {f"cowrie@{one}" for one in ("followed", "hpfeeds", "syslog", "hec", "push")}
        soon(lambda: set(client.card("203.0.113.9")["sources"]), lambda found: found == wanted)
        health = httpx.get(f"{url}api/v1/origins").json()

    assert {one["source"]: one["error"] for one in health} == dict.fromkeys(wanted, "")


def test_a_mistake_in_a_source_ends_it_at_the_start(cure: Program):
    (cure.directory / "cure.toml").write_text('[[source]]\npublisher = "cowrie"\nfolow = "a"\n')

    ran = cure("run", "-c", "cure.toml", "--port", "0")

    assert ran.code == 2
    assert ran.err == (
        "cure: cure.toml:3: source 1 (cowrie): folow: there is no such key; "
        "did you mean 'follow'?\n"
    )


def test_a_configuration_to_begin_with_is_written_once(tmp_path: Path, capsys):
    file = tmp_path / "cure.toml"
    init(file)

    assert f"cure run -c {file}" in capsys.readouterr().out
    assert read_sources(read_settings(file, {}), {}, {}) == []
    with pytest.raises(ConfigError, match="is there already"):
        init(file)
