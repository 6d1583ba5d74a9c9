"""What an operator can set, in one place: name, kind, default and what it means.

A setting stands in a TOML file under its name, or in the environment as ``CURE_`` and its name
in capitals; the environment goes before the file, and an option of a command before both.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from cure.errors import ConfigError


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
    link_reserved: Annotated[
        bool, Meta(description="let private and documentation addresses link sources, too")
    ] = False
    snapshot_every: Annotated[
        int, Meta(ge=1000, description="records after which a new snapshot is written")
    ] = 1_000_000
    max_body_mb: Annotated[
        int, Meta(ge=1, le=4096, description="largest request body, also once expanded, in MiB")
    ] = 64


PREFIX = "CURE_"
_KINDS = {field.name: field.type for field in msgspec.structs.fields(Settings)}


def read_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Read the settings from a TOML file, if there is one, and the environment.

    Raises:
        ConfigError: If the file cannot be read or a setting is wrong: where, which, and what it
            should be.
    """
    found: dict[str, Any] = {}
    for name, value in ({} if file is None else _toml(file)).items():
        if name not in _KINDS:
            raise ConfigError(f"{file}: there is no setting {name!r}; want {', '.join(_KINDS)}")
        found[name] = _checked(f"{file}: {name}", value, _KINDS[name], strict=True)
    for name, kind in _KINDS.items():
        variable = PREFIX + name.upper()
        if environment.get(variable):
            found[name] = _checked(variable, environment[variable], kind, strict=False)
    return Settings(**found)


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise ConfigError(f"{file} is not TOML: {error}") from error


def _checked(name: str, value: object, kind: type, *, strict: bool) -> object:
    """Read one setting; in the environment a number is a text."""
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name} = {value!r}: {error}") from error
