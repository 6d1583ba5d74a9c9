"""`cure mcp`: what is known, for assistants, over the Model Context Protocol."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from cure.access.narrowing import principal_of
from cure.cli.answers import Answers
from cure.cli.asking import answers
from cure.cli.desk import desk
from cure.cli.here import Here
from cure.cli.opening import opened
from cure.cli.options import Data, Url, settings_of
from cure.cli.plain import version
from cure.errors import ConfigError


def mcp(
    *,
    data: Data = None,
    url: Url = None,
    audience: Annotated[
        str | None,
        typer.Option("--as", metavar="ORG", help="See what this organisation may see, no more."),
    ] = None,
) -> None:
    """Answer an assistant's questions, read-only: MCP over standard input and output.

    With --url it asks a server with the key in CURE_KEY, and sees what that key may. With --data
    it sees what the directory held when it began, as its owner, or with --as as an organisation.

    Whoever runs the assistant's model reads what you read: give it a key of its own, narrowed to
    what may go there.

    Example: CURE_KEY=cure_… cure mcp --url https://cure.example.jp
    """
    try:
        assistant = import_module("cure.cli.assistant")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"mcp", "mcp_types", "pydantic"}:
            raise
        raise ConfigError(
            "cure mcp needs the SDK of MCP: install cure with the extra mcp"
        ) from error
    with _answers(data, url, audience) as known:
        assistant.mcp_server(known, version()).run("stdio")


@contextmanager
def _answers(data: Path | None, url: str | None, audience: str | None) -> Iterator[Answers]:
    if audience is None:
        with answers(data, url) as known:
            yield known
        return
    if url is not None:
        raise ConfigError("a server sees by the key in CURE_KEY who asks: leave out --as")
    settings = settings_of(data)
    with desk(data) as books:
        agreement = books.accounts.organisations.named(audience)
    who = principal_of(agreement, None, None, credential="local", strength="local")
    with opened(settings) as installation:
        yield Here(installation, settings.organisation, settings.asn_table, who.audience())
