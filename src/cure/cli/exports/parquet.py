"""`cure export parquet`: all records, for archives and engines that read files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich import progress
from rich.console import Console

from cure.cli.exports.leaving import leaving
from cure.cli.options import Data
from cure.cli.output import show
from cure.subscribers.parquet import write_parquet


def parquet(
    directory: Annotated[Path, typer.Argument(metavar="TO", help="A directory, new or empty.")],
    *,
    data: Data = None,
) -> None:
    """Write all records that may leave as Parquet, a directory for each source and day.

    DuckDB, Spark, ClickHouse, Trino and polars read them as they are. Needs the extra parquet.

    Example: cure export parquet lake --data ./data
    """
    with (
        leaving(data, datetime.now(UTC)) as (installation, audience, view),
        progress.Progress(console=Console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("writing", total=len(installation))
        count = write_parquet(
            view,
            installation.log,
            audience,
            directory,
            lambda done: bar.update(task, completed=done),
        )
    show(f"{count:,} records written to {directory}")
