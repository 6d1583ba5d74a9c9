"""The options that several commands share."""

import os
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from cure.settings import Settings, read_settings

Data: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Data directory; else CURE_DATA, else ./cure-data."),
]
Url: TypeAlias = Annotated[
    str | None, typer.Option(metavar="URL", help="A running server, instead of a directory.")
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Csv: TypeAlias = Annotated[bool, typer.Option("--csv", help="Answer in CSV, for spreadsheets.")]
Window: TypeAlias = Annotated[
    str, typer.Option(metavar="SPAN", help="How far back from the latest that is known.")
]
_TIME = "ISO 8601 with a zone, or 30m, 24h, 7d ago."
Since: TypeAlias = Annotated[
    str | None, typer.Option(metavar="TIME", help=f"Only what was seen since: {_TIME}")
]
Until: TypeAlias = Annotated[
    str | None, typer.Option(metavar="TIME", help=f"Only what was seen before: {_TIME}")
]
PublisherName: TypeAlias = Annotated[
    str, typer.Argument(metavar="PUBLISHER", help="Who wrote the files; see: cure publishers")
]
Files: TypeAlias = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="Files, folders and archives; - is standard input."),
]
Own: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(metavar="NETWORK", help="A network of the own side; else the private ranges."),
]
Zone: TypeAlias = Annotated[
    str, typer.Option(metavar="NAME", help="Time zone of times that name none, as Asia/Tokyo.")
]
Blocklists: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--blocklist", metavar="FILE", help="For sources that tell of what block lists name."
    ),
]


def settings_of(
    data: Path | None, *, file: Path | None = None, port: int | None = None
) -> Settings:
    """Return the settings: options before the environment before the file.

    Without a file it is the `cure.toml` of the data directory, if there is one.

    Raises:
        ConfigError: If one of them is wrong.
    """
    environment = dict(os.environ)
    for variable, given in (("CURE_DATA", data), ("CURE_PORT", port)):
        if given is not None:
            environment[variable] = str(given)
    if file is None:
        own = Path(environment.get("CURE_DATA") or Settings().data) / "cure.toml"
        file = own if own.exists() else None
    return read_settings(file, environment)
