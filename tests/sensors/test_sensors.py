"""Real honeypots, attacked over the network, publish into a running server.

They stand in environments of their own, made by `make sensors`, for their versions of libraries
are not ours.
"""

import ftplib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from program import Program
from waiting import soon

ROOT = Path(__file__).parents[2]
COWRIE = ROOT / ".sensors" / "cowrie" / "bin"
OPENCANARY = ROOT / ".sensors" / "opencanary" / "bin"
needs_sensors = pytest.mark.skipif(
    not (COWRIE.exists() and OPENCANARY.exists()), reason="run `make sensors` first"
)
SENSOR, ATTACKER = "127.0.0.3", "127.0.0.2"
SECRET = "lantern-secret-of-tokyo-1"  # noqa: S105 - invented
NOBODY = "65534"

_ATTACK = """
import socket, sys, paramiko
sensor, port, attacker = sys.argv[1:]
with socket.create_connection((sensor, int(port)), 10, (attacker, 0)) as line:
    visit = paramiko.Transport(line)
    visit.connect(username="root", password="lantern-2000")
    channel = visit.open_session()
    try:
        channel.exec_command("cd /tmp")
    except paramiko.SSHException:
        pass  # Cowrie closes the channel before it says that it took the command
    visit.close()
"""


def free_port() -> int:
    with socket.create_server((SENSOR, 0)) as door:
        return door.getsockname()[1]


def reachable(port: int) -> bool:
    with suppress(OSError), socket.create_connection((SENSOR, port), 1, (ATTACKER, 0)):
        return True
    return False


@contextmanager
def running(command: list[str], directory: Path, **environment: str) -> Iterator[None]:
    """Run a sensor, without the rights of root: Cowrie refuses these, and rightly so."""
    as_nobody: list[str] = []
    if os.getuid() == 0:
        for path in (directory, *directory.rglob("*")):
            os.chown(path, int(NOBODY), int(NOBODY))
        may_read = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
        setpriv = shutil.which("setpriv") or pytest.fail("setpriv of util-linux is missing")
        as_nobody = [setpriv, "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", *may_read]
    log = directory / "sensor.out"
    with log.open("wb") as out:
        sensor = subprocess.Popen(
            [*as_nobody, *command],
            cwd=directory,
            env={"HOME": str(directory), "PATH": f"{COWRIE}:{os.defpath}", **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            sensor.terminate()
            sensor.wait(20)


def everything_said(url: str) -> str:
    """Return all answers that speak of the attacker, as text."""
    pages = (
        f"observables/ip/{ATTACKER}",
        f"observables/records?value={ATTACKER}",
        f"pivot?value={ATTACKER}",
        f"observables/ip/{SENSOR}",
        "sources",
        "links",
        "search?q=127.0.0.0/8",
        "timeline?bucket=3600",
    )
    return "\n".join(httpx.get(f"{url}api/v1/{page}").text for page in pages)


def card_of(url: str, source: str) -> Callable[[], object]:
    def asked() -> object:
        card = httpx.get(f"{url}api/v1/observables/ip/{ATTACKER}").json()
        return card.get("sources", {}).get(source)

    return asked


def configured(directory: Path, text: str) -> Path:
    path = directory / "cure.toml"
    path.write_text(f"link_reserved = true\n{text}", "utf-8")
    return path


@needs_sensors
def test_a_real_cowrie_publishes_over_hpfeeds_and_who_attacked_it_has_a_card(tmp_path):
    ssh, hpfeeds = free_port(), free_port()
    secret = tmp_path / "secret"
    secret.write_text(SECRET, "utf-8")
    secret.chmod(0o600)
    configuration = configured(
        tmp_path,
        f"""
        hpfeeds_port = {hpfeeds}
        [[source]]
        publisher = "cowrie"
        instance = "tokyo-1"
        hpfeeds = {{ ident = "tokyo-1", secret_file = "secret", channels = ["cowrie.sessions"] }}
        """,
    )
    state = tmp_path / "cowrie"
    for folder in ("etc", "var/log/cowrie", "var/lib/cowrie/downloads", "var/lib/cowrie/tty"):
        (state / folder).mkdir(parents=True)
    (state / "etc/cowrie.cfg").write_text(
        f"""
[ssh]
listen_endpoints = tcp:{ssh}:interface={SENSOR}
[output_hpfeeds3]
enabled = true
server = 127.0.0.1
port = {hpfeeds}
identifier = tokyo-1
secret = {SECRET}
""",
        "utf-8",
    )
    tmp_path.chmod(0o755)
    program = Program(tmp_path)
    with (
        program.serving("--config", configuration, "--data", tmp_path / "data") as url,
        running([str(COWRIE / "cowrie"), "start"], state, COWRIE_STDOUT="yes"),
    ):
        soon(lambda: reachable(ssh))
        attack = [str(COWRIE / "python"), "-c", _ATTACK, SENSOR, str(ssh), ATTACKER]
        subprocess.run(attack, check=True, timeout=30, capture_output=True)
        soon(card_of(url, "cowrie@tokyo-1"))
        said = everything_said(url)
        records = httpx.get(f"{url}api/v1/observables/records?value={ATTACKER}").json()["records"]

    assert "root:lantern-2000" in [
        tried for record in records for tried in record["attributes"].get("credentials", [])
    ]
    # Asked for by us, and unknown: that is the only place where the sensor may stand.
    assert said.count(SENSOR) == 1 + said.count(f"nothing is known of {SENSOR}")


@needs_sensors
def test_a_real_opencanary_is_followed_and_who_attacked_it_has_a_card(tmp_path):
    ftp = free_port()
    state = tmp_path / "canary"
    state.mkdir()
    log = state / "opencanary.log"
    file = {"class": "logging.FileHandler", "filename": str(log)}
    plain = {"plain": {"format": "%(message)s"}}
    (state / "opencanary.conf").write_text(
        json.dumps(
            {
                "device.node_id": "canary-roof",
                "device.listen_addr": SENSOR,
                "ftp.enabled": True,
                "ftp.port": ftp,
                "logger": {
                    "class": "PyLogger",
                    "kwargs": {"formatters": plain, "handlers": {"file": file}},
                },
            }
        ),
        "utf-8",
    )
    configuration = configured(
        tmp_path,
        f"""
        [[source]]
        publisher = "opencanary"
        instance = "roof"
        follow = "{log}"
        """,
    )
    tmp_path.chmod(0o755)
    twistd = [str(OPENCANARY / "python"), str(OPENCANARY / "twistd"), "-n", "--pidfile="]
    program = Program(tmp_path)
    with (
        running([*twistd, "-y", str(OPENCANARY / "opencanary.tac")], state),
        program.serving("--config", configuration, "--data", tmp_path / "data") as url,
    ):
        soon(lambda: reachable(ftp))
        visit = ftplib.FTP(source_address=(ATTACKER, 0))  # noqa: S321 - to a decoy, on loopback
        visit.connect(SENSOR, ftp, timeout=10)
        with suppress(ftplib.error_perm):
            visit.login("admin", "autumn")
        visit.close()
        soon(card_of(url, "opencanary@roof"))
        said = everything_said(url)

    assert '"password":"autumn"' in said
    assert "canary-roof" not in said
    assert said.count(SENSOR) == 1 + said.count(f"nothing is known of {SENSOR}")


if sys.platform != "linux":
    pytest.skip("the sensors run on Linux", allow_module_level=True)
