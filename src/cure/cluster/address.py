"""Where the servers of a stream are, and what they let us in by."""

import ssl
import tomllib
from pathlib import Path
from typing import NamedTuple

import msgspec

from cure.errors import ConfigError
from cure.secret import read_secret

SCHEMES = ("nats://", "tls://")


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the file of `log_credentials`, as TOML.

    Attributes:
        user: Who reads and writes the stream.
        password: His password.
        system_user: Who may ask the servers how they are set up: one of their system account.
        system_password: His password.
    """

    user: str
    password: str
    system_user: str
    system_password: str


class Address(NamedTuple):
    """The servers, and the way in.

    Attributes:
        servers: Their URLs.
        credentials: What lets us in.
        trusted: File with the certificates by which `tls://` knows them; None: the system's.
    """

    servers: tuple[str, ...]
    credentials: Credentials
    trusted: Path | None = None

    def tls(self) -> ssl.SSLContext | None:
        """Return how connections are protected; None: they are not."""
        if not self.servers[0].startswith("tls://"):
            return None
        return ssl.create_default_context(cafile=self.trusted)


def read_address(servers: str, credentials: Path, trusted: Path | None = None) -> Address:
    """Read the settings `log`, `log_credentials` and `log_trusted`.

    Raises:
        ConfigError: If one of them is wrong.
    """
    every = tuple(part.strip() for part in servers.split(","))
    schemes = {scheme for one in every for scheme in SCHEMES if one.startswith(scheme)}
    if len(schemes) != 1 or not all(one.startswith(tuple(schemes)) for one in every):
        raise ConfigError(
            f'log = "{servers}" names no servers: want "nats://host:4222", or three or more of '
            "them with commas between; tls:// for all of them where others share the network"
        )
    if len(every) == 2:  # noqa: PLR2004 - two lose both if one of them fails
        raise ConfigError(f'log = "{servers}": two servers stop if one does; want one, or three')
    try:
        text = read_secret(credentials, None, {})
        found = msgspec.convert(tomllib.loads(text), Credentials)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{credentials}: {error}") from error
    return Address(every, found, trusted)
