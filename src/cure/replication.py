"""Changes of a file as all nodes of a cluster execute them: recorded here, and put in order."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from cure.errors import ChangedMeanwhileError

_TRIES = 20
_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
T = TypeVar("T")


class Statement(NamedTuple):
    """What was executed: once for each of the rows, whose values are in order or by name."""

    sql: str
    rows: Sequence[Sequence[Any] | dict[str, Any]]


class Followed(NamedTuple):
    """A transaction of some node, and its number in the order of the cluster."""

    seq: int
    statements: Sequence[Statement]


class Replication(Protocol):
    """What takes the changes of a directory's files to the other nodes of a cluster."""

    def publish(self, name: str, statements: Sequence[Statement], after: int) -> int:
        """Have all nodes execute this, if nothing came after the change of a file known last.

        Returns:
            Its number.

        Raises:
            ChangedMeanwhileError: If something came.
            LogError: If it is not kept; it may be later.
        """
        ...

    def next(self, name: str, after: int) -> Followed | None:
        """Return what changed a file next after something; None: nothing."""
        ...


REPLICATIONS: dict[Path, Replication] = {}
"""Of directories that are nodes of a cluster; before their files are opened."""


class RecordingConnection(sqlite3.Connection):
    """Remembers what has changed something.

    Attributes:
        executed: It, in order.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as sqlite3 has it
        super().__init__(*arguments, **named)
        self.executed: list[Statement] = []

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - likewise
        """Execute a statement."""
        found = super().execute(sql, parameters)
        if sql.lstrip().startswith(_CHANGES):
            self.executed.append(Statement(sql, [parameters]))
        return found

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Execute a statement for each of some rows."""
        rows = list(parameters)
        found = super().executemany(sql, rows)
        self.executed.append(Statement(sql, rows))
        return found


def tried_again(work: Callable[[], T]) -> T:
    """Do something that changes a file, again if another node of a cluster was faster.

    Raises:
        ChangedMeanwhileError: If that goes on for long.
        LogError: If it cannot be kept.
    """
    for _ in range(_TRIES):
        try:
            return work()
        except ChangedMeanwhileError:
            continue
    return work()
