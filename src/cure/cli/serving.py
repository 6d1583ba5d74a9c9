"""The server as a command runs it: it listens, writes snapshots, and stops in order."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from signal import SIGINT, SIGTERM

import uvicorn
from litestar import Litestar

from cure.app import operator, publishers
from cure.cli.plain import warn
from cure.errors import ConfigError, LogError
from cure.installation import Installation
from cure.settings import Settings
from cure.web.server import build

_LOOK_EVERY_S = 5.0
_GRACE_S = 5
_WAITING_CONNECTIONS = 1024


class _Server(uvicorn.Server):
    """Ends the streams first: they would wait for changes for ever."""

    def __init__(self, app: Litestar) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="uvloop",
                http="httptools",
                log_level="warning",
                access_log=False,
                ws="none",
                lifespan="on",
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._broadcast = app.state.broadcast

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when told to; uvicorn would raise the signal again, and no snapshot be written."""
        before = {name: signal.signal(name, self.handle_exit) for name in (SIGINT, SIGTERM)}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._broadcast.close()
        await super().shutdown(sockets)


def serve(installation: Installation, settings: Settings, listening: Callable[[str], None]) -> None:
    """Answer over HTTP until the process is told to stop, then write a snapshot.

    Args:
        installation: Open for writing.
        settings: Where to listen, and whose data it is.
        listening: Told the URL as soon as connections are taken.

    Raises:
        ConfigError: If the address is not this machine's alone, or cannot be listened on.
        LogError: If the last snapshot cannot be written.
    """
    app = build(
        installation,
        audience=operator(settings.organisation),
        owner=settings.organisation,
        publishers=publishers(),
        max_body_bytes=settings.max_body_mb << 20,
    )
    stopping = threading.Event()
    snapshots = threading.Thread(
        target=_write_snapshots, args=(installation, settings.snapshot_every, stopping)
    )
    with _listen(settings.host, settings.port) as door:
        host, port = door.getsockname()[:2]
        listening(f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/")
        snapshots.start()
        try:
            _Server(app).run(sockets=[door])
        finally:
            stopping.set()
            snapshots.join()
    installation.snapshot()


def _listen(host: str, port: int) -> socket.socket:
    try:
        is_loopback = ip_address("127.0.0.1" if host == "localhost" else host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ConfigError(
            f"host {host!r} would let other machines in, and there are no accounts yet: "
            "want 127.0.0.1 or ::1"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_WAITING_CONNECTIONS)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        ) from error


def _write_snapshots(installation: Installation, every: int, stopping: threading.Event) -> None:
    """Write a snapshot whenever so many records have come since the last one."""
    while not stopping.wait(_LOOK_EVERY_S):
        try:
            installation.snapshot(at_least=every)
        except LogError as error:  # the log has it all; the next try may find room
            warn(str(error))
