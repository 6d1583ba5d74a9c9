"""From the table of a source to its way in: paths, secrets and schedules, checked."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlsplit

from cure.errors import CureError
from cure.extract.apart import read_apart
from cure.model.networks import Networks
from cure.origins.delivering import Address, Looked
from cure.origins.egress import Bounds
from cure.origins.follow import SETTLED_S, Follow
from cure.origins.imap import Imap
from cure.origins.listing import Listed, followed, mails
from cure.origins.page_cache import PageCache
from cure.origins.pages import PAGE_BOUNDS, Pages
from cure.origins.poll import Poll
from cure.origins.sqlite_poll import SqlitePoll
from cure.origins.tour import Tour
from cure.origins.visits import Visits
from cure.secret import read_secret, strong
from cure.settings import Settings
from cure.source_tables import (
    HpfeedsTable,
    ImapTable,
    MistakeError,
    PagesTable,
    PollTable,
    SourceTable,
    SyslogTable,
    TokenTable,
)
from cure.ways import Hec, Hpfeeds, Push, Syslog

Way = Looked | Hpfeeds | Syslog | Hec | Push
_EVERY = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SCHEDULE_S = {"follow": 1, "pcap": 5, "maildir": 5, "imap": 60, "sqlite": 60}
_FETCHED = {"poll": PollTable, "pages": PagesTable}
_SCHEDULE_S |= dict.fromkeys(_FETCHED, 3600)
_MIN_POLL_S = 60
_IMAPS, _IMAP = 993, 143
_EVERYONE = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True)
class Surroundings:
    """What a table is read with.

    Attributes:
        folder: Where its file lies; paths in it begin there.
        settings: The settings.
        environment: Where secrets may stand.
    """

    folder: Path
    settings: Settings
    environment: Mapping[str, str]

    def path(self, text: str) -> Path:
        """Return a path as it is meant."""
        return self.folder / Path(text).expanduser()


@contextmanager
def at(*key: str) -> Iterator[None]:
    """Say of what goes wrong within that it is the mistake of a key."""
    try:
        yield
    except MistakeError as error:
        raise MistakeError((*key, *error.key), error.why) from error
    except CureError as error:
        raise MistakeError(key, str(error)) from error


def way_of(kind: str, table: SourceTable, around: Surroundings) -> Way:
    """Return the way in of a table.

    Raises:
        MistakeError: If something about it is wrong.
    """
    every_s = _every_s(kind, table)
    if table.whole is not None and kind != "follow":
        raise MistakeError(("whole",), f"{kind} has no choice; only follow has")
    way = getattr(table, kind)
    if kind in _FETCHED and isinstance(way, str):
        way = _FETCHED[kind](url=way)
    with at(kind):
        match way:
            case str():
                return _LOOKED[kind](around.path(way), every_s, table)
            case PollTable() | PagesTable():
                return _fetched(way, every_s, table, around)
            case ImapTable():
                return _imap(way, every_s, around)
            case HpfeedsTable():
                return _hpfeeds(way, around)
            case SyslogTable():
                return _syslog(way, around)
            case _:
                return (Hec if kind == "hec" else Push)(_secret("token", way, around))


def _every_s(kind: str, table: SourceTable) -> float:
    if table.every is None:
        return _SCHEDULE_S.get(kind, 0)
    if kind not in _SCHEDULE_S:
        raise MistakeError(("every",), f"{kind} has no schedule: its lines are sent to us")
    return _seconds("every", table.every, _MIN_POLL_S if kind in _FETCHED else 1)


def _seconds(key: str, text: str, least: int) -> int:
    found = _EVERY.fullmatch(text)
    if not found or not int(found[1]):
        raise MistakeError((key,), "want a number and s, m, h or d, such as 15m")
    seconds = int(found[1]) * _SECONDS[found[2]]
    if seconds < least:
        raise MistakeError((key,), f"want at least {least}s: others pay for it")
    return seconds


def _follow(path: Path, every_s: float, table: SourceTable) -> Looked:
    return _following(partial(followed, path), every_s, whole=table.whole)


def _pcap(path: Path, every_s: float, _: SourceTable) -> Looked:
    return _following(partial(followed, path), every_s, whole=True)


def _maildir(path: Path, every_s: float, _: SourceTable) -> Looked:
    # A mail is moved there once it is whole.
    return _following(partial(mails, path), every_s, whole=True, settled_s=0.0)


def _following(
    listed: Callable[[], list[Listed]],
    every_s: float,
    *,
    whole: bool | None,
    settled_s: float = SETTLED_S,
) -> Looked:
    return Looked(
        partial(Follow, listed=listed, whole=whole, every_s=every_s, settled_s=settled_s), every_s
    )


def _sqlite(path: Path, every_s: float, _: SourceTable) -> Looked:
    return Looked(partial(SqlitePoll, path=path, every_s=every_s), every_s)


_LOOKED: dict[str, Callable[[Path, float, SourceTable], Looked]] = {
    "follow": _follow,
    "pcap": _pcap,
    "maildir": _maildir,
    "sqlite": _sqlite,
}


def _fetched(
    table: PollTable | PagesTable, every_s: float, of: SourceTable, around: Surroundings
) -> Looked:
    parts = urlsplit(table.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise MistakeError(("url",), "want a URL with https or http, a host and no password")
    if isinstance(table, PollTable):
        return _poll(table, every_s, around)
    return _pages(table, every_s, of, around)


def _pages(table: PagesTable, every_s: float, of: SourceTable, around: Surroundings) -> Looked:
    if of.publisher == "attack" and not table.hosts:
        told = "ATT&CK cites thousands of sites: name those whose terms allow it"
        raise MistakeError(("hosts",), f"want a list of host names; {told}")
    tour = Tour(
        url=table.url,
        hosts=frozenset(one.lower() for one in table.hosts),
        every_s=every_s,
        most=table.most,
        pause_s=_seconds("pause", table.pause, 1),
        keep_s=_seconds("keep", table.keep, 1),
    )
    name = f"{of.publisher}@{of.instance}" if of.instance else of.publisher
    return Looked(
        partial(
            Pages,
            tour=tour,
            cache=PageCache(Path(around.settings.data, "pages", name)),
            visits=_visits(allow_private=table.allow_private),
            apart=read_apart,
            bounds=Bounds(allow_private=table.allow_private),
        ),
        every_s,
    )


@cache
def _visits(*, allow_private: bool) -> Visits:
    """Return the visits of all sources: they go to the same sites."""
    return Visits(replace(PAGE_BOUNDS, allow_private=allow_private))


def _poll(table: PollTable, every_s: float, around: Surroundings) -> Looked:
    wants_key = bool(table.header) or "{key}" in table.url
    if wants_key != bool(table.key_file or table.key_env):
        told = "a key goes into a header, or into the URL where {key} stands"
        raise MistakeError((), f"want key_file or key_env, and a place for it: {told}")
    key = _secret("key", table, around, ours=False) if wants_key else ""
    bounds = Bounds(allow_private=table.allow_private)
    return Looked(
        partial(Poll, url=table.url, every_s=every_s, key=key, header=table.header, bounds=bounds),
        every_s,
    )


def _imap(table: ImapTable, every_s: float, around: Surroundings) -> Looked:
    if not table.tls and table.host not in {"127.0.0.1", "::1", "localhost"}:
        raise MistakeError(("tls",), "the password would be readable on the way: want tls = true")
    return Looked(
        partial(
            Imap,
            host=table.host,
            port=table.port or (_IMAPS if table.tls else _IMAP),
            user=table.user,
            password=_secret("password", table, around, ours=False),
            folder=table.folder,
            tls=table.tls,
            every_s=every_s,
        ),
        every_s,
    )


def _hpfeeds(table: HpfeedsTable, around: Surroundings) -> Hpfeeds:
    settings = around.settings
    if settings.hpfeeds_port is None:
        raise MistakeError((), "want hpfeeds_port among the settings: where the broker listens")
    address = Address(
        settings.hpfeeds_host,
        settings.hpfeeds_port,
        *_certificate(settings.hpfeeds_cert, settings.hpfeeds_key, around),
    )
    secret = _secret("secret", table, around)
    return Hpfeeds(address, table.ident, secret, tuple(table.channels))


def _syslog(table: SyslogTable, around: Surroundings) -> Syslog:
    if not (table.udp or table.tcp):
        raise MistakeError((), "want udp or tcp")
    if (table.tls_cert is None) != (table.tls_key is None):
        raise MistakeError((), "want tls_cert and tls_key, or none of them")
    if table.tls_cert is not None and (table.udp or not table.tcp):
        raise MistakeError(("tls_cert",), "TLS is for tcp: want tcp = true and udp = false")
    with at("from"):
        Networks(table.senders)
    address = Address(table.host, table.port, *_certificate(table.tls_cert, table.tls_key, around))
    return Syslog(address, table.udp, table.tcp, tuple(table.senders) or _EVERYONE)


def _certificate(
    cert: str | None, key: str | None, around: Surroundings
) -> tuple[str | None, str | None]:
    return cert and str(around.path(cert)), key and str(around.path(key))


def _secret(
    name: str,
    table: HpfeedsTable | TokenTable | PollTable | ImapTable,
    around: Surroundings,
    *,
    ours: bool = True,
) -> str:
    """Read the secret of a table; one that lets somebody in here has to be strong."""
    file, variable = getattr(table, f"{name}_file"), getattr(table, f"{name}_env")
    if (file is None) == (variable is None):
        raise MistakeError((), f"want either {name}_file or {name}_env")
    with at(f"{name}_file" if file else f"{name}_env"):
        found = read_secret(around.path(file) if file else None, variable, around.environment)
        return strong(found) if ours else found
