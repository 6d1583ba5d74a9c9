"""What Dionaea writes, in any of its ways: connections, and what was said or left in them.

Sources: modules/python/dionaea/{log_json,logsql,hpfeeds}.py of <https://github.com/DinoTools/dionaea>.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeAlias

import msgspec
from msgspec.structs import replace

from cure.errors import MalformedError
from cure.formats.sqlite_file import rows, tables
from cure.model.conversion import converter

_VISITS = frozenset({"accept", "reject", "pending"})
# Nothing is accepted over UDP: these are sessions of visitors, although logged as `connect`.
_UDP_VISITS = frozenset({"SipSession", "SipCall", "TftpServerHandler"})
_OWN = frozenset({"connect", "listen"})
# RFC 959 §5.3.1; what scanners send to any port instead may name our own address.
_FTP_COMMAND = re.compile(r"[A-Za-z]{3,4}")


class Connection(msgspec.Struct, frozen=True, gc=False):
    """A connection, and what one row of another table says of it.

    The names are those of the database and of the channel `dionaea.connections`. `local_host` is
    our own side.
    """

    connection_type: str
    connection_transport: str
    connection_protocol: str
    remote_host: str
    remote_port: int | None = None
    local_port: int | None = None
    connection_timestamp: datetime | None = None
    login_username: str | None = None
    login_password: str | None = None
    ftp_commands: tuple[str, ...] = ()
    mssql_command_cmd: str = ""
    offer_url: str = ""
    download_url: str = ""
    download_md5_hash: str = ""
    download_sha512_hash: str = ""

    @property
    def is_visit(self) -> bool:
        """Whether somebody came to us; we listen and connect on our own side.

        Raises:
            MalformedError: If it is of a type that Dionaea does not have.
        """
        if self.connection_type in _VISITS:
            return True
        if self.connection_type not in _OWN:
            raise MalformedError("Dionaea connection", self.connection_type, "no such type")
        return self.connection_type == "connect" and self.connection_protocol in _UDP_VISITS


_Table: TypeAlias = list[dict[str, Any]] | dict[str, list[Any]]
"""Objects, or, as T-Pot has log_json write it, an object with a list for each of their fields."""


class _Kind(msgspec.Struct, frozen=True, gc=False):
    protocol: str
    transport: str
    type: str


class _Ftp(msgspec.Struct, frozen=True, gc=False):
    commands: _Table = []


class _Logged(msgspec.Struct, frozen=True, gc=False):
    """A line of log_json."""

    connection: _Kind
    src_ip: str
    src_port: int
    dst_port: int
    timestamp: datetime
    credentials: _Table = []
    ftp: _Ftp = _Ftp()


class _Moment(msgspec.Struct, frozen=True, gc=False):
    date: datetime = msgspec.field(name="$date")


class _Session(msgspec.Struct, frozen=True, gc=False):
    """A session of a Modern Honey Network, as mongoexport writes it."""

    protocol: str
    source_ip: str
    source_port: int
    destination_port: int
    timestamp: _Moment


class _Capture(msgspec.Struct, frozen=True, gc=False):
    """A message of `dionaea.capture`; its time is local, whatever zone it names."""

    time: str
    saddr: str
    sport: int
    dport: int
    md5: str
    sha512: str = ""
    url: str = ""


_connection_of = converter(Connection, strict=False)
_logged_of = converter(_Logged)
_capture_of = converter(_Capture, strict=False)
_session_of = converter(_Session)
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode
_WITHOUT_ZONE = len("2026-01-01 00:00:00.000000")


def connections(line: bytes, zone: tzinfo = UTC) -> list[Connection]:
    """Read a line or a message: a connection, and again for each thing said or left in it.

    Args:
        line: A JSON object of log_json, of a channel of hpfeeds, of an export of MHN, or what
            `database_lines` makes of a row.
        zone: The time zone of times that name none, but of those that are known to be UTC.

    Raises:
        MalformedError: If it is none of these.
    """
    entry = _decode(line)
    if "connection_type" in entry:
        return [_connection_of(entry)]
    if "src_ip" in entry:
        return list(_logged(_logged_of(entry)))
    if "saddr" in entry:
        return [_captured(_capture_of(entry), zone)]
    if "source_ip" in entry:
        one = _session_of(entry)
        peer = (one.source_ip, one.source_port, one.destination_port, one.timestamp.date)
        return [Connection("accept", "", one.protocol, *peer)]
    raise MalformedError("Dionaea entry", ", ".join(entry), "has none of the forms that we know")


def _logged(line: _Logged) -> Iterator[Connection]:
    kind = line.connection
    peer = (line.src_ip, line.src_port, line.dst_port, line.timestamp)
    one = Connection(kind.type, kind.transport, kind.protocol, *peer)
    yield one
    for said in _objects(line.credentials):
        user, password = said.get("username"), said.get("password")
        yield replace(one, login_username=user, login_password=password)
    verbs = [str(said.get("command")) for said in _objects(line.ftp.commands)]
    if verbs := tuple(filter(_FTP_COMMAND.fullmatch, verbs)):
        yield replace(one, ftp_commands=verbs)


def _captured(message: _Capture, zone: tzinfo) -> Connection:
    seen = datetime.fromisoformat(message.time[:_WITHOUT_ZONE]).replace(tzinfo=zone)
    return Connection(
        *("accept", "", "", message.saddr, message.sport, message.dport, seen),
        download_url=message.url,
        download_md5_hash=message.md5,
        download_sha512_hash=message.sha512,
    )


def _objects(table: _Table) -> list[dict[str, Any]]:
    if isinstance(table, list):
        return table
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


_COLUMNS = (
    *("connection", "connection_type", "connection_transport", "connection_protocol"),
    *("connection_timestamp", "remote_host", "remote_port", "local_port"),
)
_COLUMNS_ABOUT = {
    "logins": ("login_username", "login_password"),
    "mssql_commands": ("mssql_command_cmd",),
    "offers": ("offer_url",),
    "downloads": ("download_url", "download_md5_hash"),
}
"""Tables about connections."""


def database_lines(data: bytes) -> Iterator[bytes]:
    """Yield the rows of the database that we use as lines, each with its connection.

    Raises:
        MalformedError: If it is no such database, or is damaged.
    """
    known: dict[int, dict[str, Any]] = {}
    for row in rows(data, "connections", _COLUMNS):
        known[row["connection"]] = row
        yield _encode(_filled(row))
    there = tables(data)
    for table, columns in _COLUMNS_ABOUT.items():
        for row in rows(data, table, ("connection", *columns)) if table in there else ():
            yield _encode(_filled(known.get(row["connection"], {}) | row))


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is NULL; what came as bytes is text, as in log_json."""
    return {
        name: cell.decode(errors="replace") if isinstance(cell, bytes) else cell
        for name, cell in row.items()
        if cell is not None
    }
