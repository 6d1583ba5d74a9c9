"""The command line: which commands there are, and what becomes of their errors.

A command's module is imported when the command is called, so that `cure --help` needs none.
"""

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import msgspec
import typer
from typer.core import TyperGroup

from cure.cli.plain import version, warn
from cure.errors import ConfigError, CureError, ExhaustedError

COMMANDS = {
    "Fill": {
        "ingest": "Read files into a data directory or a server.",
        "parse": "Print what files say as JSON lines, and store nothing.",
        "extract": "Find the observables and keywords of a document, and which belong together.",
        "ticket": "Keep tickets: what an incident team worked on.",
    },
    "Ask": {
        "ask": "Show all that is known of values, per source.",
        "match": "Tell which values of a list are known, and to whom.",
        "search": "Find the known values that fit a pattern.",
        "records": "Show the records that mention a value, the latest first.",
        "pivot": "Show what stands beside a value, and beside that.",
        "campaign": "Tell the story around a tag or a value, in order of time.",
        "links": "Count the values that each pair of sources has in common.",
        "sources": "Sum up what each source has said.",
        "export": "Write what is known in formats of other programs.",
        "similar": "Find the addresses that behave like one, and say in what.",
        "compare": "Tell how alike two addresses behave, and what sets them apart.",
        "groups": "List the groups of addresses that behave alike.",
        "group": "Show the members of a group, those in its middle first.",
        "score": "Tell how malicious values are, as of a moment, and why.",
        "reliability": "Tell how far each source is believed, and how it compares with the others.",
        "rate": "Rate a value or a source in the Admiralty code, or show how it was rated.",
    },
    "Be told": {
        "watch": "Watch for what is your own or of interest, and see what was met.",
        "alerts": "Show own alerts, with all that is known of their outside; matched ones first.",
        "deliver": "Have hits of watches sent, and look after what is sent.",
    },
    "Look after": {
        "init": "Write a commented configuration, and a list of public feeds beside it.",
        "publishers": "List the formats that can be read.",
        "retract": "Take back what a source said; all who could read it are told.",
        "retain": "Let go of records that are older than the settings say.",
        "quarantine": "List the lines that could not be read, and read them again.",
        "doctor": "Check this installation, and say what to do.",
        "verify": "Check the log, the stores, the audit chain and the state; or a backup.",
        "backup": "Copy all data as of one moment, also while a server runs, and check the copy.",
        "restore": "Check a backup, copy it into a new data directory, and compare the state.",
    },
    "Let in": {
        "org": "Manage the organisations that may read here, and what is agreed with each.",
        "user": "Manage people: what they may do and see, and what they prove themselves by.",
        "key": "Manage the keys by which programs are let in; a key is shown once.",
        "grant": "Grant sources to organisations: to read them, or to publish as them.",
        "rating": "Rate sources: one person proposes, another approves, and stored records follow.",
        "audit": "Look into the audit log, and check that nothing in it was changed or cut.",
    },
    "Serve": {
        "run": "Run the server.",
        "demo": "Generate a small world, read it, and serve it.",
        "cluster": "Try a cluster on this machine: three servers, three hubs.",
        "mcp": "Answer an assistant's questions, read-only: MCP over standard input and output.",
    },
}
"""The commands in families, each with the first line of its help."""
_FAILED = 1
_WRONGLY_ASKED = 2


class _Commands(TyperGroup):
    """The commands, each of them in the module ``cure.cli.<name>``."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 - as the base has it
        if not any(cmd_name in family for family in COMMANDS.values()):
            return None
        module = import_module(f"cure.cli.{cmd_name}")
        if (family := getattr(module, "commands", None)) is not None:
            group = typer.main.get_command(family)
            group.name = cmd_name
            return group
        one = typer.Typer(add_completion=False, rich_markup_mode=None)
        one.command(cmd_name)(getattr(module, cmd_name))
        return typer.main.get_command(one)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 - as above
        for family, commands in COMMANDS.items():
            with formatter.section(family):
                formatter.write_dl(list(commands.items()))


_app = typer.Typer(cls=_Commands, add_completion=False, rich_markup_mode=None)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"cure {version()}")
        raise typer.Exit


@_app.callback()
def _cure(
    *,
    _: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Fuse what many sources say, compare it at once, and ask.

    Begin with: cure demo
    """


def main() -> None:
    """Run a command and exit with its code: 0 done, 1 failed, 2 wrongly asked."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run a command, say what went wrong, and return the exit code."""
    sys.stdout.reconfigure(errors="backslashreplace")  # pyright: ignore[reportAttributeAccessIssue]
    try:
        code = typer.main.get_command(_app)(
            arguments or ["--help"], prog_name="cure", standalone_mode=False
        )
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads on, as of `cure parse … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FAILED
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        see = f"See: {context.command_path if context else 'cure'} --help"
        return _say(arguments, "usage", f"{error.format_message()} {see}", None, _WRONGLY_ASKED)
    except OSError as error:
        if not ExhaustedError.explains(error):
            raise
        return _say(arguments, ExhaustedError.code, f"cannot go on: {error}", None, _FAILED)
    except CureError as error:
        exit_code = _WRONGLY_ASKED if isinstance(error, ConfigError) else _FAILED
        return _say(arguments, error.code, str(error), vars(error) or None, exit_code)
    return code or 0


def _say(
    arguments: list[str], code: str, message: str, detail: dict[str, str] | None, exit_code: int
) -> int:
    """Say what is wrong: to programs on standard output, to people on standard error."""
    if "--json" in arguments:
        error = {"error": {"code": code, "message": message, "detail": detail}}
        sys.stdout.buffer.write(msgspec.json.encode(error) + b"\n")
        sys.stdout.flush()
    else:
        warn(message)
    return exit_code
