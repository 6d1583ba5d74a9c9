"""Alerts of security appliances, whatever format they come in."""

import re
from datetime import UTC, datetime, tzinfo

import msgspec

from cure.errors import MalformedError
from cure.formats.cells import is_left_out
from cure.formats.moments import in_utc
from cure.formats.syslog_line import calendar_time
from cure.model import Mention, Observable, ip


class Alert(msgspec.Struct, kw_only=True, frozen=True):
    """What an appliance says of one connection.

    Attributes:
        seen: When, UTC; None where it does not say.
        until: When for the last time, where one alert stands for several.
        count: For how many it stands.
        source: Who opened the connection.
        destination: Who was to answer it.
        server: The name that `source` called `destination` by, in HTTP or TLS.
        url: What `source` asked `destination` for.
        asked: What `source` wants to reach through `destination`: a name that it resolves
            there, or a URL that it fetches there as from a proxy.
        others: What else the connection carried, with its role: files, senders.
        product: What sort of appliance it is, never which.
        signature: The rule that matched, in words.
        signature_id: Its number or name for programs.
        category: The class of the rule.
        severity: As the product counts it.
        action: What the appliance did about it.
        port: Of `destination`.
        protocol: Lower case.
        message: What it says of this case.
    """

    seen: datetime | None
    until: datetime | None = None
    count: int = 1
    source: Observable | None
    destination: Observable | None
    server: Observable | None = None
    url: Observable | None = None
    asked: tuple[Observable, ...] = ()
    others: tuple[Mention, ...] = ()
    product: str
    signature: str
    signature_id: int | str | None = None
    category: str | None = None
    severity: int | str | None = None
    action: str | None = None
    port: int | None = None
    protocol: str | None = None
    message: str | None = None


# The kinds of what firewalls send besides, in their own words (PAN-OS, FortiOS, Barracuda).
_RECORD = re.compile(
    r"(?:traffic|tr$|event|system|config|audit|globalprotect|hip-?match|userid)\b", re.IGNORECASE
)
_MAX_PORT = 65535
_MAX_DIGITS = 18
_EPOCH = re.compile(r"(?P<whole>\d{10}(?:\d{3}){0,3})(?:\.\d+)?", re.ASCII)
_DIGITS_OF_SECONDS = 10


def is_alert(kind: str) -> bool:
    """Tell alerts from records of traffic and of the appliance itself, by their category."""
    return _RECORD.match(kind) is None


def address(text: str | None) -> Observable | None:
    """Read the address of one machine, or that there is none.

    Raises:
        MalformedError: If it is none, or a network.
    """
    if not text or is_left_out(text):
        return None
    if "/" in text:
        raise MalformedError("address", text, "it is a network")
    return ip(text)


def port(text: str | None) -> int | None:
    """Read the number of a port, or that there is none.

    Raises:
        MalformedError: If it is none.
    """
    number = whole_number(text)
    if number is not None and number > _MAX_PORT:
        raise MalformedError("port", str(text), f"want at most {_MAX_PORT}")
    return number


def whole_number(text: str | None) -> int | None:
    """Read a number, or that there is none.

    Raises:
        MalformedError: If it is something else.
    """
    if not text or is_left_out(text):
        return None
    if not text.isdecimal() or not text.isascii() or len(text) > _MAX_DIGITS:
        raise MalformedError("number", text, "want decimal digits")
    return int(text)


def number_or_text(text: str | None) -> int | str | None:
    """Read what some products count and others say in words."""
    return int(text) if text and text.isdecimal() and len(text) <= _MAX_DIGITS else text or None


def appliance_time(text: str | None, as_of: datetime, zone: tzinfo) -> datetime | None:
    """Read a time of CEF or LEEF: since 1970, or as `calendar_time` reads it.

    Since 1970 it should be in milliseconds; its digits tell where it is in another unit.

    Raises:
        MalformedError: If it is neither.
    """
    if not text or is_left_out(text):
        return None
    epoch = _EPOCH.fullmatch(text)
    if epoch is None:
        return calendar_time(text, as_of, zone)
    units = 10 ** (len(epoch["whole"]) - _DIGITS_OF_SECONDS)
    return in_utc(datetime.fromtimestamp(float(text) / units, UTC))
