"""Checks of the configuration: whether it can be read, whom it lets in, and who is silent."""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cure.app import publishers
from cure.cli.checks.check import Check
from cure.cli.checks.directory import writing
from cure.cli.checks.stores import has_accounts
from cure.cli.output import span
from cure.cli.provider import read_provider
from cure.cli.reachable import is_loopback
from cure.errors import ConfigError
from cure.log.lately import Lately
from cure.origins.delivering import Looked
from cure.settings import Settings
from cure.sources import read_sources
from cure.ways import SourceSetting

_SILENT = timedelta(days=2)
_ROUNDS = 3
_CORRECT = "correct it; cure init FILE writes one with examples"


def unreadable(error: ConfigError) -> Check:
    """Tell of settings that cannot be read."""
    return Check("settings", "fail", str(error), _CORRECT)


def configuration(settings: Settings, lately: Lately | None, now: datetime) -> Iterator[Check]:
    """Look at settings that could be read, and at the sources beside them.

    Args:
        settings: The settings.
        lately: Who spoke lately; None: the log does not tell.
        now: What time it is, UTC.
    """
    yield Check("settings", "ok", settings.file or "no file; all is as it is by default")
    yield _access(settings)
    yield _port(settings)
    try:
        read_provider(settings)
        sources = read_sources(settings, publishers(), os.environ)
    except ConfigError as error:
        yield Check("sources", "fail", str(error), _CORRECT)
        return
    yield _sources(sources, lately, now)


def _access(settings: Settings) -> Check:
    """Look who reaches the server, and whether that needs credentials and is encrypted."""
    name = "access"
    public = None if settings.public_url is None else urlsplit(settings.public_url)
    if public is None and not is_loopback(settings.host):
        says = f"host {settings.host} lets other machines in, and nothing says how they call it"
        return Check(name, "fail", says, 'set public_url = "https://…"')
    if public is None:
        return Check(name, "ok", "this machine only")
    needs_keys = settings.accounts or has_accounts(Path(settings.data))
    if is_loopback(settings.host) and not needs_keys:
        says = f"who comes by {settings.public_url} needs no credentials"
        return Check(name, "fail", says, "set accounts = true, or: cure org add NAME --operator")
    if public.scheme != "https" and not is_loopback(public.hostname or ""):
        says = f"{settings.public_url} is not encrypted: keys and sessions can be read on the way"
        todo = "put a proxy with TLS before it (docs/install.md), and set public_url to https"
        return Check(name, "warn", says, todo)
    if is_loopback(settings.host) and not settings.proxies:
        says = "all requests seem to come from the proxy: its limits hold for all together"
        return Check(name, "warn", says, f'set proxies = ["{settings.host}"]')
    return Check(name, "ok", f"by {settings.public_url}, with credentials")


def _port(settings: Settings) -> Check:
    """Look whether the server could listen, if none runs here."""
    where = f"{settings.host}:{settings.port}"
    if writing(Path(settings.data)):
        return Check("port", "ok", f"{where}; the server may be listening now")
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        with closing(socket.socket(family)) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((settings.host, settings.port))
    except OSError as error:
        says = f"cannot listen on {where}: {error.strerror}"
        return Check("port", "warn", says, "stop what listens there, or set another port")
    return Check("port", "ok", f"{where} is free")


def _sources(sources: Sequence[SourceSetting], lately: Lately | None, now: datetime) -> Check:
    """Look for sources that have said nothing for long, as rare as they may look."""
    if not sources:
        return Check("sources", "ok", "none is configured")
    silent = [
        f"{one.name} for {span(silence.total_seconds())}"
        for one in sources
        if lately is not None
        and (silence := _silence(one, lately, now)) is not None
        and silence > _patience(one)
    ]
    never = [one.name for one in sources if lately and one.name not in lately.spoke_at]
    if silent:
        todo = "look whether it runs, and GET /api/v1/origins for what is wrong"
        return Check("sources", "warn", f"silent: {', '.join(silent)}", todo)
    if never:
        says = f"nothing came yet from: {', '.join(never)}"
        return Check("sources", "warn", says, "run the server; GET /api/v1/origins tells more")
    return Check("sources", "ok", f"{len(sources)}, all heard of lately")


def _silence(one: SourceSetting, lately: Lately, now: datetime) -> timedelta | None:
    """Return for how long at least a source has said nothing; None: it never spoke."""
    if one.name not in lately.spoke_at:
        return None
    last_at = lately.spoke_at[one.name] or lately.since
    return None if last_at is None else now - last_at


def _patience(one: SourceSetting) -> timedelta:
    every_s = one.way.every_s if isinstance(one.way, Looked) else 0.0
    return max(_SILENT, timedelta(seconds=_ROUNDS * every_s))
