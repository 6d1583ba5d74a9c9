"""`cure init`: a configuration to begin with, and public feeds to choose from."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from cure.cli.output import show
from cure.errors import ConfigError

_FEEDS = "feeds.toml"


def init(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where it goes.")] = Path(
        "cure.toml"
    ),
) -> None:
    """Write a commented configuration, and a list of public feeds beside it.

    Nothing that is there is overwritten.

    Example: cure init && cure run -c cure.toml
    """
    feeds = file.with_name(_FEEDS)
    for path in (file, feeds):
        if path.exists():
            raise ConfigError(f"{path} is there already; give another FILE, in another folder")
    for path, template in ((file, "cure.toml"), (feeds, _FEEDS)):
        text = files("cure").joinpath(template).read_text("utf-8")
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            raise ConfigError(f"cannot write {path}: {error.strerror}") from error
    show(f"{file}: look through it, then: cure run -c {file}")
    show(f"{feeds}: public feeds, all of them off")
