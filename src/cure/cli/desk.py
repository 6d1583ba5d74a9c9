"""The accounts of a data directory, opened by whoever operates it at this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import msgspec
import typer

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.narrowing import principal_of
from cure.access.principal import Principal, local
from cure.cli.hardening import private_files
from cure.cli.options import settings_of
from cure.errors import ConfigError, ForbiddenError

TlpOption: TypeAlias = Annotated[
    str | None, typer.Option("--tlp", metavar="TLP", help="CLEAR GREEN AMBER AMBER+STRICT RED")
]
LevelOption: TypeAlias = Annotated[
    int | None, typer.Option("--confidentiality", min=1, max=3, help="機密性, 1 to 3.")
]
OfOrganisation: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="[ORG]", help="Of this organisation only.")
]
Groups: TypeAlias = Annotated[
    list[str] | None, typer.Option("--group", metavar="NAME", help="A group; may be repeated.")
]
Scopes: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--scope", metavar="SCOPE", help="read publish rate admin audit metrics"),
]


@dataclass(frozen=True)
class Desk:
    """What a command of the operator works with.

    Attributes:
        accounts: The accounts.
        audit: The audit log.
        by: The operator.
        at: Now.
    """

    accounts: Accounts
    audit: Audit
    by: Principal
    at: datetime

    def organisations(self, only: str | None) -> list[str]:
        """Return the names of all organisations, or the one that was asked for."""
        if only is not None:
            return [only]
        return [one.name for one in self.accounts.organisations.all(self.by)]

    def acting_as(self, name: str | None) -> Principal:
        """Return the operator as the person that he says he is.

        Raises:
            ForbiddenError: If he says nothing, or the person is locked.
            MalformedError: If there is no such person.
        """
        if name is None:
            return self.by
        user = self.accounts.users.named(name)
        if user.is_locked:
            raise ForbiddenError(f"{name} is locked")
        agreement = self.accounts.organisations.named(user.organisation)
        return principal_of(agreement, user, None, credential="local", strength="local")


@contextmanager
def desk(data: Path | None, *, make: bool = False) -> Iterator[Desk]:
    """Open the accounts of a data directory, also while a server runs on it.

    Args:
        data: The directory; None: that of the settings.
        make: Whether it is made if it is not there.

    Raises:
        ConfigError: If it does not exist.
    """
    settings = settings_of(data)
    directory = Path(settings.data)
    if make:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    elif not directory.exists():
        raise ConfigError(
            f"{directory} does not exist; begin with: "
            f"cure org add NAME --operator --data {directory}"
        )
    with private_files(), Audit(directory) as audit, Accounts(directory, audit) as accounts:
        by = local(settings.organisation)
        operating = [one for one in accounts.organisations.all(by) if one.operates]
        if operating:
            by = local(operating[0].name)
        yield Desk(accounts, audit, by, datetime.now(UTC))


def given(**options: Any) -> dict[str, Any]:  # noqa: ANN401 - as they are read by forms
    """Return the options that were given, in the form in which forms read them."""
    said = {name: value for name, value in options.items() if value is not None}
    if "tlp" in said:
        said["tlp"] = f"TLP:{said['tlp'].upper().removeprefix('TLP:')}"
    return said


def words(some: frozenset[Any] | None, every: str = "(all)") -> str:
    """Write a set; None is all there is."""
    return every if some is None else " ".join(sorted(map(str, some))) or "-"


def shown(one: msgspec.Struct) -> list[tuple[str, str]]:
    """Return the fields of something, in words."""
    return [(name, _in_words(value)) for name, value in msgspec.to_builtins(one).items()]


def _in_words(value: object) -> str:
    match value:
        case None:
            return "(no limit)"
        case list():
            return ", ".join(map(str, value)) or "-"
        case dict():
            return "; ".join(f"{name}: {said}" for name, said in value.items()) or "-"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
