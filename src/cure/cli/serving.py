"""The server as a command runs it: it listens, writes snapshots, and stops in order."""

import logging
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGINT, SIGTERM
from urllib.parse import SplitResult, quote, urlsplit

import uvicorn
from litestar import Litestar

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.app import operator, publishers
from cure.cli.hardening import is_root, leave_no_dumps
from cure.cli.output import show
from cure.cli.provider import read_provider
from cure.cli.push_setting import read_push
from cure.cli.reachable import is_loopback
from cure.errors import ConfigError, LogError
from cure.installation import Installation
from cure.journal import kept_journal
from cure.listening import keep_alive
from cure.settings import Settings
from cure.sources import read_policy, read_sources
from cure.web.connections import BoundedConnection
from cure.web.door import LOOPBACK
from cure.web.server import build

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 5.0
_GRACE_S = 5
_WAITING_CONNECTIONS = 1024


class _Server(uvicorn.Server):
    """Ends the streams first: they would wait for changes for ever."""

    def __init__(self, app: Litestar, proxies: tuple[str, ...]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="uvloop",
                http=BoundedConnection,
                log_config=None,  # what it says goes into the journal
                log_level="warning",
                access_log=False,
                ws="none",
                lifespan="on",
                # What a request says of where it comes from is believed of these only.
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
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
        ConfigError: If the address lets other machines in and nothing says how they call it, or
            cannot be listened on, or a source is not rightly configured.
        LogError: If the last snapshot or audit entry cannot be written.
    """
    leave_no_dumps()
    with (
        kept_journal(settings.log_format, settings.log_level),
        Audit(installation.directory) as audit,
        Accounts(installation.directory, audit) as accounts,
    ):
        _serve(installation, settings, accounts, listening)
    installation.snapshot()


def _serve(
    installation: Installation,
    settings: Settings,
    accounts: Accounts,
    listening: Callable[[str], None],
) -> None:
    needs_accounts = settings.accounts or not is_loopback(settings.host)
    public = _public_url(settings)
    known = publishers()
    app = build(
        installation,
        audience=operator(settings.organisation),
        owner=settings.organisation,
        publishers=known,
        sources=read_sources(settings, known, os.environ),
        retention=read_policy(settings),
        max_body_bytes=settings.max_body_mb << 20,
        hosts=LOOPBACK | ({_host_of(public)} if public else frozenset()),
        accounts=accounts,
        needs_accounts=needs_accounts,
        is_secure=public is not None and public.scheme == "https",
        requests_a_minute=settings.requests_a_minute,
        provider=read_provider(settings),
        sending=read_push(settings, installation.log.log_id),
        asn_table=None if settings.asn_table is None else Path(settings.asn_table),
    )
    _allow_files()
    stopping = threading.Event()
    snapshots = threading.Thread(
        target=_write_snapshots, args=(installation, settings.snapshot_every, stopping)
    )
    with _listen(settings.host, settings.port) as door:
        host, port = door.getsockname()[:2]
        url = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
        listening(url)
        if needs_accounts and accounts.is_empty():
            there = url if public is None else f"{public.geturl()}/"
            _show_setup_link(accounts, there, settings.organisation)
        if is_root():
            show("It runs as root; give it a user of its own: docs/install.md")
        sys.stdout.flush()  # where it is no terminal, it would be seen at the end only
        snapshots.start()
        try:
            _Server(app, settings.proxies).run(sockets=[door])
        finally:
            stopping.set()
            snapshots.join()


def _show_setup_link(accounts: Accounts, url: str, organisation: str) -> None:
    """Show the one way in; what stands behind a # no browser sends, and no proxy writes down."""
    token = accounts.setup.link(datetime.now(UTC))
    link = f"{url}?organisation={quote(organisation)}#setup={token}"
    show(f"Make the first administrator within an hour, once: {link}")


def _public_url(settings: Settings) -> SplitResult | None:
    """Return the URL by which others call the server.

    Raises:
        ConfigError: If others can reach it, and there is none.
    """
    if settings.public_url is not None:
        return urlsplit(settings.public_url.rstrip("/"))
    if is_loopback(settings.host):
        return None
    raise ConfigError(
        f"host {settings.host!r} would let other machines in: say how they call it, such as "
        'public_url = "https://cure.example.jp", or want 127.0.0.1 or ::1'
    )


def _host_of(url: SplitResult) -> str:
    """Return the name in a URL, as a header Host has it, without the port."""
    name = url.hostname or ""
    return f"[{name}]" if ":" in name else name


def _allow_files() -> None:
    """Open as many files and connections as the system lets us; shells give fewer by default."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family, backlog=_WAITING_CONNECTIONS)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        ) from error
    keep_alive(door)
    return door


def _write_snapshots(installation: Installation, every: int, stopping: threading.Event) -> None:
    """Write a snapshot whenever so many records have come since the last one."""
    while not stopping.wait(_LOOK_EVERY_S):
        try:
            installation.snapshot(at_least=every)
        except LogError as error:  # the log has it all; the next try may find room
            _log.warning("%s", error)
