"""docs/reference/commands.md: what `cure --help` and the help of every command say."""

from collections.abc import Iterator, Sequence
from inspect import cleandoc
from typing import Any

import typer
from page import begun, table

import cure.cli


def commands_page() -> Iterator[str]:
    """Yield every command with its arguments, options and example."""
    program = typer.main.get_command(cure.cli._app)  # noqa: SLF001 - nothing else needs it
    yield from begun("Commands", "The same as `cure COMMAND --help` says.")
    for family, commands in cure.cli.COMMANDS.items():
        yield from ("", f"## {family}", "")
        for name in commands:
            yield from _command(program.get_command(None, name), f"cure {name}", "###")  # pyright: ignore[reportAttributeAccessIssue]
    yield ""


def _command(command: Any, called: str, heading: str) -> Iterator[str]:  # noqa: ANN401 - Typer's own
    context = command.context_class(command, info_name=called)
    yield from ("", f"{heading} {called}", "")
    yield f"`{called} {' '.join(command.collect_usage_pieces(context))}`"
    for paragraph in cleandoc(command.help or "").split("\n\n"):
        text = " ".join(paragraph.split())
        example = text.removeprefix("Example: ")
        yield from ("", *(_console(example) if example != text else [text]))
    rows = [(f"`{left}`", right) for left, right in _records(command, context)]
    yield from ("", *table(("argument or option", "meaning"), rows))
    for name, one in getattr(command, "commands", {}).items():
        yield from _command(one, f"{called} {name}", f"{heading}#")


def _records(command: Any, context: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as above
    for parameter in command.get_params(context):
        if parameter.name != "help" and (record := parameter.get_help_record(context)):
            yield record


def _console(example: str) -> Sequence[str]:
    return ("```console", f"$ {example}", "```")
