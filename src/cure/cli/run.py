"""`cure run`: the server."""

from pathlib import Path
from typing import Annotated

import typer

from cure.cli.opening import opened
from cure.cli.options import Data, settings_of
from cure.cli.output import show
from cure.cli.serving import serve


def run(
    *,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="FILE", help="Settings, such as cure.toml."),
    ] = None,
    data: Data = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", help="Port to listen on; 0: any that is free.")
    ] = None,
) -> None:
    """Run the server.

    It listens on this machine only, unless told otherwise; then whoever asks needs credentials,
    and the first start shows a link that makes the first administrator. It stops on Ctrl-C or
    SIGTERM, once all that was acknowledged is kept and a snapshot is written.

    Example: cure run -c cure.toml
    """
    settings = settings_of(data, file=config, port=port)
    with opened(settings, write=True, serves=True) as installation:
        serve(installation, settings, lambda url: show(f"cure listens on {url}"))
