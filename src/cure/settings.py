"""What an operator can set, in one place: name, kind, default and what it means.

A setting stands in a TOML file under its name, or in the environment as ``CURE_`` and its name
in capitals; the environment goes before the file, and an option of a command before both.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from cure.errors import ConfigError
from cure.places import line_of


class Settings(Struct, frozen=True, kw_only=True):
    """The settings; the text beside each is its help."""

    data: Annotated[str, Meta(min_length=1, description="directory that holds all data")] = (
        "cure-data"
    )
    organisation: Annotated[
        str, Meta(min_length=1, description="who owns what is read here, as labels say it")
    ] = "local"
    host: Annotated[str, Meta(min_length=1, description="address to listen on")] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65535, description="port to listen on; 0: any that is free")
    ] = 8080
    public_url: Annotated[
        Annotated[str, Meta(pattern=r"^https?://[A-Za-z0-9.\[\]:-]+/?\Z")] | None,
        Meta(
            description="URL by which others call the server, such as https://cure.example.jp; "
            "needed where host lets other machines in",
        ),
    ] = None
    accounts: Annotated[
        bool, Meta(description="ask for credentials although there is no organisation yet")
    ] = False
    proxies: Annotated[
        tuple[str, ...],
        Meta(description="addresses of proxies that are believed from where a request comes"),
    ] = ()
    requests_a_minute: Annotated[
        int, Meta(ge=1, description="how often each principal may ask")
    ] = 60_000
    oidc_issuer: Annotated[
        Annotated[str, Meta(pattern=r"^https?://[^\s?#]+\Z")] | None,
        Meta(
            description="OpenID Connect provider through which people may log in, as it names "
            "itself; needs public_url, to which /api/v1/oidc/callback is added",
        ),
    ] = None
    oidc_client_id: Annotated[
        str | None, Meta(description="what that provider calls this installation")
    ] = None
    oidc_secret_file: Annotated[
        str | None, Meta(description="file with the secret that it gave, read by nobody else")
    ] = None
    oidc_allow_private: Annotated[
        bool, Meta(description="let that provider be in your own network, also without TLS")
    ] = False
    link_reserved: Annotated[
        bool, Meta(description="let private and documentation addresses link sources, too")
    ] = False
    hpfeeds_host: Annotated[
        str, Meta(min_length=1, description="address on which the hpfeeds broker listens")
    ] = "127.0.0.1"
    hpfeeds_port: Annotated[
        int | None, Meta(description="its port, such as 10000; without one there is no broker")
    ] = None
    hpfeeds_cert: Annotated[
        str | None, Meta(description="file with its certificate, in PEM, for TLS")
    ] = None
    hpfeeds_key: Annotated[
        str | None, Meta(description="file with the private key of that certificate")
    ] = None
    social_media: Annotated[
        bool, Meta(description="gather from social media; sources of `social` are refused without")
    ] = False
    asn_table: Annotated[
        str | None,
        Meta(
            description="file that tells which autonomous system announces which addresses, as "
            "ip2asn-combined.tsv.gz of iptoasn.com; read where it lies, never fetched",
        ),
    ] = None
    include: Annotated[
        tuple[str, ...], Meta(description="further files with [[source]] tables, beside this one")
    ] = ()
    push_allow_private: Annotated[
        bool,
        Meta(description="let webhooks and syslog go to your own network, also without TLS"),
    ] = False
    mail_server: Annotated[
        Annotated[str, Meta(pattern=r"^[A-Za-z0-9.\[\]:-]+\Z")] | None,
        Meta(description="mail server for deliveries, as mail.example.jp:587; needs mail_from"),
    ] = None
    mail_from: Annotated[
        Annotated[str, Meta(pattern=r"^[^\s@]+@[^\s@]+\Z")] | None,
        Meta(description="address from which mails come, such as cure@example.jp"),
    ] = None
    mail_security: Annotated[
        Literal["starttls", "tls", "none"],
        Meta(description="how the connection to the mail server is protected"),
    ] = "starttls"
    mail_user: Annotated[
        str | None, Meta(description="who logs in to the mail server; needs mail_password_file")
    ] = None
    mail_password_file: Annotated[
        str | None, Meta(description="file with that user's password, read by nobody else")
    ] = None
    log_format: Annotated[
        Literal["text", "json"],
        Meta(description="form of what the server says of itself, a line each, on standard error"),
    ] = "text"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="from which level on it is said; info: also a line for each answer"),
    ] = "warning"
    log: Annotated[
        Annotated[str, Meta(pattern=r"^(nats|tls)://[^\s@]+\Z")] | None,
        Meta(
            description="servers of NATS JetStream that keep the log for several machines, such as "
            "nats://a:4222,nats://b:4222,nats://c:4222; else it is kept here alone",
        ),
    ] = None
    log_credentials: Annotated[
        str | None,
        Meta(description="file with user, password, system_user and system_password for them"),
    ] = None
    log_trusted: Annotated[
        str | None,
        Meta(
            description="file with the certificates by which tls:// knows them; else the system's"
        ),
    ] = None
    partitions: Annotated[
        Annotated[int, Meta(ge=1, le=256)] | None,
        Meta(
            description="how many partitions the hub has, which the nodes of `log` divide among "
            "them; else each node holds all of it",
        ),
    ] = None
    retain: Annotated[
        str | None,
        Meta(
            description="how long records are kept, such as 400d, unless their source says "
            "otherwise; else for ever",
        ),
    ] = None
    cards: Annotated[
        Literal["keep", "drop"],
        Meta(description="whether cards stay once the records they were made from are gone"),
    ] = "keep"
    snapshot_every: Annotated[
        int, Meta(ge=1000, description="records after which a new snapshot is written")
    ] = 500_000
    max_body_mb: Annotated[
        int, Meta(ge=1, le=4096, description="largest request body, also once expanded, in MiB")
    ] = 64
    file: Annotated[str | None, Meta(description="where they were read from; not to be set")] = None


PREFIX = "CURE_"
SOURCES = "source"
"""The tables of this name in the file are read by `cure.sources`."""
_KINDS = {
    field.name: field.type for field in msgspec.structs.fields(Settings) if field.name != "file"
}
_NOT_IN_ENVIRONMENT = frozenset({"include", "proxies"})


def read_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Read the settings from a TOML file, if there is one, and the environment.

    Raises:
        ConfigError: If the file cannot be read or a setting is wrong: where, which, and what it
            should be.
    """
    found: dict[str, Any] = {}
    if file is not None:
        text, values = _toml(file)
        for name, value in values.items():
            if name == SOURCES:
                continue
            try:
                found[name] = _checked(name, value)
            except ConfigError as error:
                raise ConfigError(f"{file}:{line_of(text, (name,))}: {error}") from error
        found["file"] = str(file)
    for name in _KINDS.keys() - _NOT_IN_ENVIRONMENT:
        variable = PREFIX + name.upper()
        if environment.get(variable):
            found[name] = _checked(name, environment[variable], variable=variable)
    return Settings(**found)


def _toml(file: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = file.read_text("utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise ConfigError(f"{file} is not TOML: {error}") from error


def _checked(name: str, value: object, *, variable: str = "") -> object:
    """Read one setting; in a variable of the environment a number is a text."""
    kind = _KINDS.get(name)
    if kind is None:
        raise ConfigError(f"there is no setting {name!r}; want {', '.join(_KINDS)}, {SOURCES}")
    try:
        return msgspec.convert(value, kind, strict=not variable)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{variable or name} = {value!r}: {error}") from error
