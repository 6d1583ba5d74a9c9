"""Machines of a network, each a network namespace on this one, whose cables can be pulled.

Needs root and Linux; nothing of the network outside is touched.
"""

import ctypes
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from cure.cluster.servers import Servers

_NEW_NETWORK = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_OWN = "/proc/thread-self/ns/net"


def are_allowed() -> bool:
    """Tell whether namespaces can be made here."""
    try:
        with Machines(1):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


class Machines:
    """Some machines on one switch; number n has the address 192.0.2.(n + 1)."""

    def __init__(self, count: int) -> None:
        """Choose names; nothing is made yet."""
        self._switch = f"cure-{os.getpid()}-switch"
        self.names = [f"cure-{os.getpid()}-{number}" for number in range(count)]
        self._made = ExitStack()

    @staticmethod
    def address(number: int) -> str:
        """Return the address of a machine."""
        return f"192.0.2.{number + 1}"

    def cut(self, number: int) -> None:
        """Pull the cable of a machine: what is on the way is lost, and nobody is told."""
        _ip("-n", self._switch, "link", "set", f"port{number}", "down")

    def mend(self, number: int) -> None:
        """Put it in again."""
        _ip("-n", self._switch, "link", "set", f"port{number}", "up")

    def on(self, number: int, *command: str) -> list[str]:
        """Return what runs a command on a machine."""
        return ["ip", "netns", "exec", self.names[number], *command]

    @contextmanager
    def inside(self, number: int) -> Iterator[None]:
        """Let this thread use the network of a machine."""
        with Path(_OWN).open("rb") as own:
            with Path(f"/run/netns/{self.names[number]}").open("rb") as there:
                _enter(there.fileno())
            try:
                yield
            finally:
                _enter(own.fileno())

    def __enter__(self) -> Self:
        try:
            self._make()
        except BaseException:
            self._made.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    def _make(self) -> None:
        for name in (self._switch, *self.names):
            _ip("netns", "add", name)
            self._made.callback(_ip, "netns", "delete", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", self._switch, "link", "add", "switch", "type", "bridge")
        _ip("-n", self._switch, "link", "set", "switch", "up")
        for number, name in enumerate(self.names):
            port = f"port{number}"
            cable = ("link", "add", port, "type", "veth", "peer", "name", "cable", "netns", name)
            _ip("-n", self._switch, *cable)
            _ip("-n", self._switch, "link", "set", port, "master", "switch", "up")
            _ip("-n", name, "address", "add", f"{self.address(number)}/24", "dev", "cable")
            _ip("-n", name, "link", "set", "cable", "up")


class ServersApart(Servers):
    """Three servers, each on a machine of its own."""

    def __init__(self, directory: Path, machines: Machines) -> None:
        """Choose ports and make credentials; nothing runs yet."""
        super().__init__(directory, len(machines.names))
        self.machines = machines
        own, routes = self.ports, self.routes
        for number in range(len(own)):
            file = directory / f"server-{number + 1}.conf"
            text = file.read_text()
            for at, ports in enumerate(zip(own, routes, strict=True)):
                for port in ports:
                    text = re.sub(rf"\S*127\.0\.0\.1:{port}\b", _moved(at), text)
            file.write_text(text)
        self.address = self.address._replace(
            servers=tuple(f"nats://{machines.address(at)}:{port}" for at, port in enumerate(own))
        )

    def command(self, number: int) -> list[str]:
        """Return what runs a server, on its machine."""
        return self.machines.on(number, *super().command(number))


def _moved(at: int) -> Callable[[re.Match[str]], str]:
    return lambda found: found[0].replace("127.0.0.1", Machines.address(at))


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _enter(namespace: int) -> None:
    if _LIBC.setns(namespace, _NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "cannot enter a network namespace")
