"""The ways in: how the lines of each source come, as the operator configured it."""

from dataclasses import dataclass, field

from cure.interfaces import Publisher, Setting
from cure.model import Label
from cure.origins.delivering import Address, Looked


@dataclass(frozen=True)
class Hpfeeds:
    """Published by a sensor on our broker.

    Attributes:
        address: Where the broker listens.
        ident: What the sensor calls itself.
        secret: What proves it.
        channels: What it publishes on.
    """

    address: Address
    ident: str
    secret: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Syslog:
    """Sent as syslog.

    Attributes:
        address: Where we listen.
        udp: Whether for datagrams.
        tcp: Whether for connections; with a certificate, for TLS.
        senders: The networks whose messages are this source's.
    """

    address: Address
    udp: bool
    tcp: bool
    senders: tuple[str, ...]


@dataclass(frozen=True)
class Hec:
    """Sent to the endpoint that is like Splunk's HTTP Event Collector, with a token."""

    token: str


@dataclass(frozen=True)
class Push:
    """Posted to the source's own address under /api/v1/sources, with a token."""

    token: str


@dataclass(frozen=True, kw_only=True)
class SourceSetting:
    """A source, as the operator configured it.

    Attributes:
        name: Its name: that of its publisher, or ``publisher@instance``.
        publisher: Who reads its lines.
        kind: How they come, in the word of the configuration.
        way: The same, with all that it takes.
        label: How far its records may travel.
        setting: What else the operator tells of it.
    """

    name: str
    publisher: Publisher
    kind: str
    way: Looked | Hpfeeds | Syslog | Hec | Push
    label: Label
    setting: Setting = field(default_factory=Setting)
