"""DDoSPot's databases: a row for each attack, in SQLite.

Source: https://github.com/aelth/ddospot/tree/master/ddospot/pots, the files `dblogger.py`
"""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import tzinfo
from ipaddress import IPv4Address
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.formats.ddospot import NTP_MODES, Attack, Port, Size, local_time, sizes
from cure.formats.lines import read_one, whole_file
from cure.formats.sqlite_file import rows, tables
from cure.interfaces import Input, Reading
from cure.model import Finding, Observable, ip

_SERVICES = {
    "ntpot_attack": "ntp",
    "dnspot_attack": "dns",
    "ssdpot_attack": "ssdp",
    "chargenpot_attack": "chargen",
    "genericpot_attack": "generic",
}
_DOMAINS = "dnspot_domains"


class _Row(msgspec.Struct):
    """An attack; each service has some of these columns, and DNS those of the name asked for."""

    service: str
    src_id: int | str
    start: str
    latest: str | None = None
    count: int | None = None
    mode: int | None = None
    st: str | None = None
    dst_port: Port | None = None
    domain_id: int | None = None
    domain_name: str | None = None
    dns_type: str | None = None
    request_size: Size | None = None
    response_size: Size | None = None
    amplification: float | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Row).decode


def database_readings(source: Input, says: Callable[[Attack], Finding]) -> Iterator[Reading]:
    """Read a database.

    Args:
        source: The database.
        says: Returns what an attack says.

    Yields:
        A reading for each attack. The tables of sources repeat what the attacks say, and those of
        names are read with them: both are no elements of their own.
    """
    zone = source.setting.zone
    number = 0
    try:
        for number, row in enumerate(_rows(whole_file(source.blocks)), 1):
            yield read_one(lambda raw: (says(_attack(raw, zone)),), number, _encode(row))
    except MalformedError as error:
        deque(source.blocks, maxlen=0)  # what follows a gap belongs to a file that is broken
        yield Reading(number + 1, source.head, why=str(error))


def _rows(data: bytes) -> Iterator[dict[str, Any]]:
    columns = tables(data)
    if not columns.keys() & _SERVICES.keys():
        raise MalformedError("DDoSPot database", ", ".join(columns), "has no table of attacks")
    domains: dict[int, dict[str, Any]] = {}
    if _DOMAINS in columns:
        asked = rows(data, _DOMAINS, ("id", "domain_name", "dns_type"))
        domains = {one.pop("id"): one for one in asked}
    for table, service in _SERVICES.items():
        if table in columns:
            wanted = [name for name in _Row.__struct_fields__ if name in columns[table]]
            for row in rows(data, table, wanted):
                yield {"service": service, **row, **domains.get(row.get("domain_id", -1), {})}


def _attack(raw: bytes, zone: tzinfo) -> Attack:
    row = _decode(raw)
    first = local_time(row.start, zone)
    said = {
        "mode": NTP_MODES.get(row.mode, row.mode) if row.mode is not None else None,
        "search_target": row.st,
        "port": row.dst_port,
        "dns_type": row.dns_type,
        **sizes(row.request_size, row.response_size),
    }
    if row.amplification is not None:
        said["amplification"] = round(row.amplification, 1)
    return Attack(
        service=row.service,
        source=_address(row.src_id),
        first_seen=first,
        last_seen=local_time(row.latest, zone) if row.latest else first,
        count=row.count or 1,
        name=row.domain_name or "",
        attributes={name: value for name, value in said.items() if value not in (None, "")},
    )


def _address(number: int | str) -> Observable:
    """Read an address that is stored as an unsigned number, or as text."""
    if number == 0:
        raise MalformedError("source", "0", "DDoSPot writes it where there is none")
    return ip(number if isinstance(number, str) else str(IPv4Address(number)))
