"""`cure export`: what is known, in the formats of other programs."""

import typer

from cure.cli.exports.lists import values_listed
from cure.cli.exports.misp import misp
from cure.cli.exports.parquet import parquet
from cure.cli.exports.stix import stix

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@commands.callback()
def export() -> None:
    """Write what is known in formats of other programs.

    Example: cure export stix --source cowrie > cowrie.json
    """


commands.command("list")(values_listed)
commands.command()(stix)
commands.command()(misp)
commands.command()(parquet)
