"""Every door, with a connection that breaks in the middle of what it brings."""

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import httpx

from faults.broken_network import abort
from faults.lives import lives
from origins.test_hpfeeds import auth, publish
from waiting import soon

SECRET = "0123456789abcdef"  # noqa: S105 - of this test
SOURCES = """
hpfeeds_port = {broker}

[[source]]
publisher = "cowrie"
instance = "hpfeeds"
hpfeeds = {{ ident = "tokyo-1", secret_file = "a.secret", channels = ["cowrie.sessions"] }}

[[source]]
publisher = "cowrie"
instance = "syslog"
syslog = {{ port = {syslog}, from = ["127.0.0.1/32"] }}

[[source]]
publisher = "cowrie"
instance = "push"
push = {{ token_env = "PUSH_TOKEN" }}

[[source]]
publisher = "cowrie"
instance = "hec"
hec = {{ token_file = "a.secret" }}
"""


class Doors(NamedTuple):
    """What came in.

    Attributes:
        wanted: The sources that sent something whole.
        whole: Those of them whose it is known to be.
        halves: What came of that which broke off.
    """

    wanted: set[str]
    whole: set[str]
    halves: Mapping[str, object]


def login(address: str = "203.0.113.9") -> bytes:
    event = {
        "eventid": "cowrie.login.failed",
        "src_ip": address,
        "timestamp": "2026-01-15T11:59:00.000000Z",
        "username": "root",
        "session": "a1b2c3d4e5f6",
    }
    return json.dumps(event).encode()


def after_broken_connections(directory: Path) -> Doors:
    """Break a connection at each door, then bring something whole."""
    broker, syslog = free_port(), free_port()
    (directory / "cure.toml").write_text(SOURCES.format(broker=broker, syslog=syslog))
    (directory / "a.secret").touch(0o600)
    (directory / "a.secret").write_text(SECRET)
    with lives(PUSH_TOKEN=SECRET[::-1]) as begin:
        data = directory / "data"
        server = begin("run", "--port", 0, "--data", data, "-c", directory / "cure.toml")
        at = httpx.URL(server.url)
        ways = {
            "hpfeeds": (broker, publish),
            "syslog": (syslog, lambda said: b"<13>Jan 15 11:59:00 pot cowrie: " + said + b"\n"),
            "push": (at.port, _push),
            "hec": (at.port, _hec),
        }
        for name, (port, written) in ways.items():
            assert port
            for said, part in ((login("203.0.113.66"), 0.9), (login("203.0.113.9"), 1.0)):
                with socket.create_connection(("127.0.0.1", port), timeout=20) as one:
                    if name == "hpfeeds":
                        greeting = one.recv(14, socket.MSG_WAITALL)
                        one.sendall(auth(greeting[-4:], secret=SECRET.encode()))
                    sent = written(said)
                    one.sendall(sent[: int(len(sent) * part)])
                    if part < 1:
                        abort(one)
                    elif name in {"push", "hec"}:
                        assert one.recv(65_536).startswith(b"HTTP/1.1 200")
        wanted = {f"cowrie@{name}" for name in ways}
        whole = soon(lambda: _sources(server.url, "203.0.113.9"), lambda found: found == wanted)
        halves = _sources(server.url, "203.0.113.66")
        assert server.stop() == 0, server.said
    return Doors(wanted, whole, dict.fromkeys(halves))


def _sources(url: str, address: str) -> set[str]:
    told = httpx.get(f"{url}/api/v1/observables/ip/{address}").json()
    return set(told.get("sources", ()))


def _push(said: bytes) -> bytes:
    return _posted("/api/v1/sources/cowrie@push/lines", f"Bearer {SECRET[::-1]}", said)


def _hec(said: bytes) -> bytes:
    return _posted("/services/collector", f"Splunk {SECRET}", b'{"event": ' + said + b"}")


def _posted(path: str, credentials: str, body: bytes) -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: {credentials}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]
