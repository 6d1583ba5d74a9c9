"""Real resolvers load our policy zone, and answer by it that listed names do not exist."""

import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cure.model import Observable, Topic, domain, ip
from cure.subscribers.lists.entries import Entry
from cure.subscribers.lists.form import Heading, form_called
from waiting import PATIENCE_S, soon

MADE = datetime(2026, 1, 15, 12, tzinfo=UTC)
NAMES = [f"host-{n}.example.com" for n in range(1000)]
ADDRESSES = ["192.0.2.7", "198.51.100.0/24", "2001:db8::7", "2001:db8:1::/48"]
UNBOUND = """server:
  interface: 127.0.0.1
  port: {port}
  do-daemonize: no
  use-syslog: no
  username: ""
  chroot: ""
  directory: "{directory}"
  pidfile: "{directory}/unbound.pid"
  module-config: "respip iterator"
  local-zone: "example.net." static
  local-data: "innocent.example.net. A 203.0.113.9"
remote-control:
  control-enable: no
rpz:
  name: rpz.cure
  zonefile: "{zone}"
"""
BIND = """options {{
  directory "{directory}";
  pid-file "{directory}/named.pid";
  session-keyfile "{directory}/session.key";
  listen-on port {port} {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  recursion yes;
  dnssec-validation no;
  response-policy {{ zone "rpz.cure"; }} qname-wait-recurse no;
}};
controls {{ }};
zone "rpz.cure" {{ type primary; file "{zone}"; }};
zone "example.net" {{ type primary; file "{innocent}"; }};
"""
INNOCENT = """$TTL 60
@ SOA localhost. x.localhost. 1 60 60 60 60
@ NS localhost.
innocent A 203.0.113.9
"""


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/bin")
    if found is None:
        pytest.skip(f"{name} is not installed here; Debian has it in bind9, bind9-utils, unbound")
    return found


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    values: list[Observable] = [*map(domain, NAMES), *map(ip, ADDRESSES)]
    entries = [Entry(one, ("c2",), ("exist",), 1, MADE, MADE, 90.0) for one in values]
    lines = form_called("rpz", Topic.DOMAIN).write(entries, Heading(made=MADE))
    path = tmp_path / "rpz.zone"
    path.write_text("\n".join(lines) + "\n")
    return path


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def question(name: str) -> bytes:
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00\x00\x01\x00\x01"


def answer_code(port: int, name: str) -> int:
    """Return the response code; it is asked again until the server is there, with its zones."""
    failed = 2

    def code() -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.settimeout(0.5)
            one.connect(("127.0.0.1", port))
            try:
                one.send(question(name))
                return one.recv(512)[3] & 15
            except (ConnectionRefusedError, TimeoutError):
                return failed

    return soon(code, lambda found: found != failed)


@contextmanager
def running(command: Sequence[str], log: Path) -> Iterator[None]:
    with log.open("w") as out:
        resolver = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        yield
    finally:
        resolver.terminate()
        resolver.wait(PATIENCE_S)


def assert_listed_names_do_not_exist(port: int) -> None:
    no_error, no_such_name = 0, 3
    assert answer_code(port, "innocent.example.net") == no_error
    for name in NAMES[::50]:
        assert answer_code(port, name) == no_such_name
    assert answer_code(port, f"below.{NAMES[0]}") == no_such_name


def test_the_zone_passes_the_check_of_bind(zone: Path) -> None:
    checked = subprocess.run(
        [program("named-checkzone"), "-i", "local", "rpz.cure", str(zone)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "OK" in checked.stdout


def test_bind_answers_that_listed_names_do_not_exist(zone: Path, tmp_path: Path) -> None:
    port = free_port()
    innocent = tmp_path / "innocent.zone"
    innocent.write_text(INNOCENT)
    configuration = tmp_path / "named.conf"
    configuration.write_text(
        BIND.format(directory=tmp_path, port=port, zone=zone, innocent=innocent)
    )
    with running([program("named"), "-g", "-c", str(configuration)], tmp_path / "named.log"):
        assert_listed_names_do_not_exist(port)


def test_unbound_answers_that_listed_names_do_not_exist(zone: Path, tmp_path: Path) -> None:
    port = free_port()
    configuration = tmp_path / "unbound.conf"
    configuration.write_text(UNBOUND.format(directory=tmp_path, port=port, zone=zone))
    with running([program("unbound"), "-d", "-c", str(configuration)], tmp_path / "unbound.log"):
        assert_listed_names_do_not_exist(port)
