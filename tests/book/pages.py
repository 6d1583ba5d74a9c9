"""A page of the documentation, run from its beginning to its end."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from book.blocks import blocks_of, commands_in
from book.fitting import fit
from book.shell import Shell
from program import Ran


def run_page(page: Path, directory: Path, call: Callable[..., Ran]) -> None:
    """Run the commands and the Python of a page in a directory, and compare what it shows.

    Raises:
        AssertionError: If a command fails, or says something else.
    """
    names: dict[str, Any] = {"__name__": "page"}
    with Shell(directory, call) as shell:
        for block in blocks_of(page):
            if block.why is not None:
                continue
            if block.language == "console":
                for command, shown in commands_in(block.text):
                    code, said = shell.run(command)
                    assert code == 0, (command, said)
                    shell.knows(fit([shell.here(line) for line in shown], said))
            elif block.language == "python":
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(shell.here(block.text), names)  # noqa: S102 - it is the page's
