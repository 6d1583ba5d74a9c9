"""`cure export parquet`: all records, for archives and engines that read files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich import progress
from rich.console import Console

from cure.app import operator
from cure.cli.opening import opened
from cure.cli.options import Data, settings_of
from cure.cli.output import show
from cure.model import Purpose
from cure.subscribers.parquet import write_parquet


def parquet(
    directory: Annotated[Path, typer.Argument(metavar="TO", help="A directory, new or empty.")],
    *,
    data: Data = None,
) -> None:
    """Write all records that may leave as Parquet, a directory for each source and day.

    DuckDB, Spark, ClickHouse, Trino and polars read them as they are. Needs cure[parquet].

    Example: cure export parquet lake --data ./data
    """
    settings = settings_of(data)
    audience = msgspec.structs.replace(operator(settings.organisation), purpose=Purpose.EXPORT)
    with (
        opened(settings) as installation,
        progress.Progress(console=Console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("writing", total=len(installation))
        view = installation.gate.view(audience, datetime.now(UTC))
        count = write_parquet(
            view,
            installation.log,
            audience,
            directory,
            lambda done: bar.update(task, completed=done),
        )
    show(f"{count:,} records written to {directory}")
