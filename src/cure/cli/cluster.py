"""`cure cluster`: three servers and three hubs on this machine, to see how a cluster behaves."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Self

import typer

from cure.cli.output import show
from cure.errors import ConfigError

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
_COUNT = 3
_LOOK_EVERY_S = 0.5
_URL = re.compile(r"http://[^/\s]+/")


@commands.callback()
def cluster() -> None:
    """Try a cluster on this machine: three servers, three hubs.

    Example: cure cluster demo
    """


@commands.command()
def demo(
    *,
    data: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the servers' and hubs' data go.")
    ] = Path("demo-cluster"),
    port: Annotated[
        int, typer.Option(metavar="N", min=0, help="Port of the first hub; 0: any that are free.")
    ] = 8080,
    partitions: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Divide the hub among the three; else each has all."),
    ] = None,
) -> None:
    """Run three servers of NATS JetStream and three hubs on this machine.

    The first hub generates and reads the world of `cure demo`; each of them answers alike, and
    takes what is published. Kill any process: it begins again, and nothing is lost. All listen
    on loopback only, with credentials that are made at the start. Ctrl-C ends all.

    Example: cure cluster demo --partitions 8
    """
    try:
        from cure.cluster.servers import Servers  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigError(f"this needs {error.name}: pip install 'cure[cluster]'") from error
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _interruptible() as stopping, Servers(data / "servers", _COUNT) as servers:
        for number, address in enumerate(servers.address.servers):
            show(f"Server {number + 1}: {address} (process {servers.running[number].pid})")
        environment = os.environ | {
            "CURE_LOG": servers.log,
            "CURE_LOG_CREDENTIALS": str(servers.credentials.resolve()),
            "CURE_LINK_RESERVED": "true",
            "CURE_ORGANISATION": "local",
        }
        if partitions is not None:
            environment["CURE_PARTITIONS"] = str(partitions)
        with ExitStack() as stack:
            hubs = [
                stack.enter_context(
                    _Hub(number, data / f"hub-{number}", port and port + number - 1, environment)
                )
                for number in range(1, _COUNT + 1)
            ]
            while not stopping.wait(_LOOK_EVERY_S):
                for hub in hubs:
                    hub.look_after()
                for number in servers.ended():
                    show(f"Server {number + 1} has ended; it begins again")
                    servers.start(number)


class _Hub:
    """A hub in a process of its own, begun again whenever it ends."""

    def __init__(self, number: int, data: Path, port: int, environment: dict[str, str]) -> None:
        self._number = number
        # The first one reads the world; what it has read the others have, too.
        words = ["demo" if number == 1 else "run", "--data", str(data), "--port", str(port)]
        self._command = [sys.executable, "-m", "cure", *words]
        self._environment = environment
        self._begin()

    def look_after(self) -> None:
        """Begin it again if it has ended."""
        code = self._process.poll()
        if code is not None:
            show(f"Hub {self._number} has ended ({code}); it begins again")
            self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()

    def _begin(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=self._environment,
            start_new_session=True,  # Ctrl-C comes to us alone: hubs end before their servers
        )
        threading.Thread(target=self._relay, args=(self._process,), daemon=True).start()

    def _relay(self, process: "subprocess.Popen[bytes]") -> None:
        """Say where it answers, once it does."""
        assert process.stdout is not None  # noqa: S101 - a pipe
        for line in process.stdout:
            if found := _URL.search(line.decode()):
                show(f"Hub {self._number}: {found[0]} (process {process.pid})", "bold green")
                sys.stdout.flush()


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Give what is set once this process is told to end."""
    stopping = threading.Event()
    told = (signal.SIGINT, signal.SIGTERM)
    before = {name: signal.signal(name, lambda *_: stopping.set()) for name in told}
    try:
        yield stopping
    finally:
        for name, what in before.items():
            signal.signal(name, what)
