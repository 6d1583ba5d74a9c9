"""Deliveries: where an organisation wants its hits sent, which of them, and when."""

import secrets
from collections.abc import Mapping
from datetime import datetime, time
from enum import StrEnum
from typing import Annotated
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from cure.access.forms import TLP, TlpName
from cure.access.principal import Principal
from cure.errors import MalformedError
from cure.model import Audience, Confidentiality, email


class Way(StrEnum):
    """How hits travel."""

    WEBHOOK = "webhook"
    MAIL = "mail"
    SYSLOG = "syslog"


class Pace(StrEnum):
    """When hits are sent: each at once, or those of an hour or a day together."""

    IMMEDIATE = "immediate"
    HOURLY = "hourly"
    DAILY = "daily"


class EventForm(StrEnum):
    """How an appliance's event is written."""

    CEF = "cef"
    LEEF = "leef"


class Language(StrEnum):
    """In what language people are told."""

    JA = "ja"
    EN = "en"


class Limits(msgspec.Struct, frozen=True):
    """What whoever made a delivery might read; it sends no more than that.

    Attributes:
        tlp: The highest marking.
        confidentiality: The highest 機密性.
        groups: The groups; None: all of the organisation.
    """

    tlp: TlpName
    confidentiality: Confidentiality
    groups: frozenset[str] | None

    @classmethod
    def of(cls, by: Principal) -> "Limits":
        """Return the limits of somebody; the operator at this machine has none of his own."""
        groups = None if by.strength == "local" else by.groups
        return cls(by.tlp.title, by.confidentiality, groups)  # pyright: ignore[reportArgumentType] - a title is a name

    def narrowed(self, audience: Audience) -> Audience:
        """Return an audience that sees no more than this."""
        groups = audience.groups if self.groups is None else audience.groups & self.groups
        return msgspec.structs.replace(
            audience,
            tlp=min(audience.tlp, TLP[self.tlp]),
            confidentiality=min(audience.confidentiality, self.confidentiality),
            groups=groups,
        )


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Where hits are sent. Its secret is kept beside it, and shown once.

    Attributes:
        id: Its id.
        organisation: Whose hits; nobody else sees it.
        way: How they travel.
        address: Where to: an https URL; a mail address; ``tls://``, ``tcp://`` or ``udp://``
            with host and port.
        watches: Of which watches, by id; empty: of all.
        meanings: Of which meanings, by code; empty: of all.
        pace: When they are sent.
        daily_at: At what time of the day, as ``09:00``, where that is once a day.
        quiet: When nothing is sent, as ``22:00-07:00``; empty: never. What comes then waits.
        zone: The time zone of these times.
        batch: Whether a webhook takes many events at once.
        form: How syslog writes an event.
        language: In what language mails are.
        created: When it was made, UTC.
        by: By whom.
        limits: What he might read.
    """

    id: str
    organisation: str
    way: Way
    address: str
    watches: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()
    pace: Pace = Pace.IMMEDIATE
    daily_at: str = "09:00"
    quiet: str = ""
    zone: str = "UTC"
    batch: bool = False
    form: EventForm = EventForm.CEF
    language: Language = Language.EN
    created: datetime
    by: str
    limits: Limits


_Word = Annotated[str, Meta(min_length=1, max_length=100)]
_MOST = 1000


class DeliveryForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A delivery to be; what its fields mean: `Delivery`."""

    way: Way
    address: Annotated[str, Meta(min_length=1, max_length=2000)]
    watches: Annotated[tuple[_Word, ...], Meta(max_length=_MOST)] = ()
    meanings: Annotated[tuple[_Word, ...], Meta(max_length=100)] = ()
    pace: Pace = Pace.IMMEDIATE
    daily_at: Annotated[str, Meta(max_length=5)] = "09:00"
    quiet: Annotated[str, Meta(max_length=11)] = ""
    zone: Annotated[str, Meta(min_length=1, max_length=64)] = "UTC"
    batch: bool = False
    form: EventForm = EventForm.CEF
    language: Language = Language.EN


def delivery_of(
    form: DeliveryForm, by: Principal, at: datetime, *, allow_private: bool
) -> tuple[Delivery, str]:
    """Return the delivery that a form asks for, and its secret; empty: it needs none.

    Args:
        form: The form.
        by: Who asks.
        at: When.
        allow_private: Whether webhooks without TLS may be, by the operator's word.

    Raises:
        MalformedError: If the address, a time or the zone is none.
    """
    hours(form.quiet)
    clock_time(form.daily_at)
    time_zone(form.zone)
    said: Mapping[str, object] = msgspec.structs.asdict(form)
    made = Delivery(
        id=secrets.token_hex(8),
        organisation=by.organisation,
        created=at,
        by=by.name,
        limits=Limits.of(by),
        **{**said, "address": _address(form, allow_private=allow_private)},  # pyright: ignore[reportArgumentType] - the fields of the form
    )
    secret = secrets.token_urlsafe(32) if form.way is Way.WEBHOOK else ""
    return made, secret


def _address(form: DeliveryForm, *, allow_private: bool) -> str:
    match form.way:
        case Way.WEBHOOK:
            url = _split(form.address)
            schemes = {"https", "http"} if allow_private else {"https"}
            if url.scheme not in schemes or not url.hostname or url.username is not None:
                raise MalformedError("webhook", form.address, "want https://host/path")
            return form.address
        case Way.MAIL:
            return email(form.address).value
        case Way.SYSLOG:
            syslog_address(form.address)
            return form.address


def syslog_address(text: str) -> tuple[str, str, int]:
    """Return protocol, host and port of a syslog server.

    Raises:
        MalformedError: If one is missing.

    >>> syslog_address("tls://siem.example.jp:6514")
    ('tls', 'siem.example.jp', 6514)
    """
    url = _split(text)
    if url.scheme not in {"tls", "tcp", "udp"} or not url.hostname or not url.port:
        raise MalformedError("syslog server", text, "want tls://host:port, tcp:// or udp://")
    return url.scheme, url.hostname, url.port


def _split(text: str) -> SplitResult:
    if not text.isprintable() or " " in text:
        raise MalformedError("address", text, "it holds blanks or control characters")
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as error:
        raise MalformedError("address", text, str(error)) from error
    return url


def hours(text: str) -> tuple[time, time] | None:
    """Read from when to when nothing is sent; None: never.

    Raises:
        MalformedError: If it is not two times.

    >>> hours("22:00-07:00")
    (datetime.time(22, 0), datetime.time(7, 0))
    """
    if not text:
        return None
    begin, dash, end = text.partition("-")
    if not dash or begin == end:
        raise MalformedError("quiet hours", text, "want two times, such as 22:00-07:00")
    return clock_time(begin), clock_time(end)


def clock_time(text: str) -> time:
    """Read a time of the day.

    Raises:
        MalformedError: If it is none.
    """
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - of any day, in any zone
    except ValueError as error:
        raise MalformedError("time", text, "want hours and minutes, such as 09:00") from error


def time_zone(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        MalformedError: If there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise MalformedError("time zone", name, "want one such as Asia/Tokyo") from error
