"""DDoSPot's logs: JSON among lines of prose.

It writes JSON for the first request of an attack only and, but for DNS, for the one that is the
last to be answered; a line of prose announces that. So an attack has one to three lines, and how
many requests it had in all stands in the database alone.

Source: https://github.com/aelth/ddospot/tree/master/ddospot/pots
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

import msgspec

from cure.errors import MalformedError
from cure.formats.ddospot import Attack, Port, Size, local_time, sizes
from cure.formats.lines import UNREADABLE, reason
from cure.interfaces import Input, Reading, Unreadable
from cure.model import Finding, ip

PAUSE = timedelta(minutes=5)
"""After such a pause DDoSPot takes a request for a new attack, unless it is told otherwise."""
MAX_OPEN = 100_000
"""So many attacks are kept open; then all are told."""


class _Request(msgspec.Struct):
    """A request; which fields it has, tells the service."""

    time: str
    src_ip: str
    mode: str | None = None
    st: str | None = None
    dst_port: Port | None = None
    dns_name: str | None = None
    dns_type: str | None = None
    dns_cls: str | None = None
    req_size: Size | None = None
    resp_size: Size | None = None


class _Open(msgspec.Struct):
    number: int
    raw: bytes
    attack: Attack
    lines: int = 0


Key: TypeAlias = tuple[str, ...]
"""Service, source, and what else DDoSPot tells attacks apart by."""

_decode = msgspec.json.Decoder(_Request).decode
_CUT_OFF = re.compile(
    r"Threshold reached for host (\S+)(?: and (mode|search target|port) (.*?))? - will"
)
_QUERY_CUT_OFF = re.compile(
    r"Threshold reached for quartet \('([\d.]+)', '(.*)', '([^']*)', '([^']*)'\) - will"
)
_SERVICES = {"mode": "ntp", "search target": "ssdp", "port": "generic", None: "chargen"}
_REFUSED = re.compile(
    r"([\d.]{7,15}):\d{1,5} "
    r"(?:or unable to create|- (?:Unknown/unsupported NTP|Invalid command|MX header))"
)


def log_readings(source: Input, says: Callable[[Attack], Finding]) -> Iterator[Reading]:
    """Read a log.

    Args:
        source: The log.
        says: Returns what an attack says.

    Yields:
        A reading for each attack; one for all malformed requests of a source, which have no time;
        and one for each other line.
    """
    log = _Log(source, says)
    for number, line in enumerate(source.lines, 1):
        if isinstance(line, Unreadable):
            yield Reading(number, line.head, why=line.why)
            continue
        try:
            told = log.take(number, line)
        except UNREADABLE as error:
            yield Reading(number, line, why=reason(error))
        else:
            yield from told
    yield from log.rest()


class _Log:
    """The attacks of a log that may go on."""

    def __init__(self, source: Input, says: Callable[[Attack], Finding]) -> None:
        self._zone = source.setting.zone
        self._still_open = source.as_of - PAUSE
        self._says = says
        self._open: dict[Key, _Open] = {}

    def take(self, number: int, line: bytes) -> Sequence[Reading]:
        """Take a line; return what is finished by it."""
        text = line.decode()
        told: Sequence[Reading] = ()
        if (start := text.find("{")) >= 0:
            told = self._request(number, line, text[start:])
        elif "Threshold reached" in text:
            self._of(_cut_off(text), number, line).attack.is_cut_off = True
        elif found := _REFUSED.search(text):
            service = "ntp" if "NTP" in text else "ssdp"
            refused = self._of((service, found[1], "malformed"), number, line)
            refused.attack.attributes = {"malformed": True}
            refused.attack.count = refused.lines
        else:
            told = (Reading(number, line),)
        return told if len(self._open) <= MAX_OPEN else (*told, *self.rest())

    def rest(self) -> Sequence[Reading]:
        """Tell all attacks."""
        for known in self._open.values():
            seen = known.attack.last_seen
            known.attack.may_go_on = seen is None or seen > self._still_open
        return [self._told(key) for key in list(self._open)]

    def _request(self, number: int, line: bytes, text: str) -> Sequence[Reading]:
        request = _decode(text)
        seen = local_time(request.time, self._zone)
        key = _key(request)
        known = self._open.get(key)
        if known and known.attack.is_cut_off and request.dns_name is None:
            attack = self._of(key, number, line).attack
            attack.count += 1
            attack.first_seen = attack.first_seen or seen
            attack.last_seen = max(attack.first_seen, seen)
            return (self._told(key),)
        told = (self._told(key),) if known else ()
        attack = self._of(key, number, line).attack
        attack.first_seen = attack.last_seen = seen
        attack.name = request.dns_name or ""
        attack.attributes = _attributes(request)
        return told

    def _of(self, key: Key, number: int, line: bytes) -> _Open:
        """Return the attack that a line belongs to, which may be a new one."""
        known = self._open.get(key)
        if known is None:
            attack = Attack(service=key[0], source=ip(key[1]))
            known = self._open[key] = _Open(number, line, attack)
        known.lines += 1
        return known

    def _told(self, key: Key) -> Reading:
        ended = self._open.pop(key)
        findings = (self._says(ended.attack),)
        return Reading(ended.number, ended.raw, findings, lines=ended.lines)


def _cut_off(text: str) -> Key:
    if found := _QUERY_CUT_OFF.search(text):
        return ("dns", *found.groups())
    if found := _CUT_OFF.search(text):
        service = _SERVICES[found[2]]
        return (service, found[1], found[3] if service in {"ssdp", "generic"} else "")
    raise MalformedError("line of DDoSPot", text, "not clear whose threshold was reached")


def _key(request: _Request) -> Key:
    if request.dns_name is not None:
        asked = request.dns_name, request.dns_type or "", request.dns_cls or ""
        return ("dns", request.src_ip, *asked)
    if request.st is not None:
        return ("ssdp", request.src_ip, request.st)
    if request.dst_port is not None:
        return ("generic", request.src_ip, str(request.dst_port))
    return ("chargen" if request.mode is None else "ntp", request.src_ip, "")


def _attributes(request: _Request) -> dict[str, Any]:
    said = {
        "mode": request.mode,
        "search_target": request.st,
        "port": request.dst_port,
        "dns_type": request.dns_type,
        **sizes(request.req_size, request.resp_size),
    }
    return {name: value for name, value in said.items() if value not in (None, "")}
