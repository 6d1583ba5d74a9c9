"""The quarantined lines of a source in a data directory here, read again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.in_force import rated_intake
from cure.access.ratings import Ratings
from cure.app import label_of, publisher_called, publishers
from cure.cli.opening import opened
from cure.cli.options import settings_of
from cure.errors import ConfigError
from cure.extract.apart import apart
from cure.hub.intake import Account, Intake
from cure.hub.rereading import POSTED, read_again
from cure.installation import Installation
from cure.interfaces import Setting
from cure.log.quarantine_table import Place

_AT_ONCE = 1000
_FINDINGS = "findings"


class Replayed(msgspec.Struct, frozen=True):
    """What became of the lines: ``lines == spoke + silent + quarantined``.

    Attributes:
        lines: How many were read again.
        spoke: How many said something now: they have left the quarantine.
        silent: How many say nothing, read alone: they stay.
        quarantined: How many still cannot be read.
        records: How many records they made.
        new_records: How many of these were not known before.
        reasons: Why lines stay, each with how many.
    """

    lines: int
    spoke: int
    silent: int
    quarantined: int
    records: int
    new_records: int
    reasons: dict[str, int]


def replay_here(data: Path | None, source: str, reason: str | None, setting: Setting) -> Replayed:
    """Read all quarantined lines of a source again, or those with a reason.

    Raises:
        ConfigError: If the source is of several organisations, so that nobody knows whose they are.
    """
    settings = settings_of(data)
    name = source.partition("@")[0]
    reads = publisher_called(name if name in publishers() else _FINDINGS)
    now = datetime.now(UTC)
    account, new = Account(), 0
    with (
        opened(settings, write=True) as installation,
        _accounts_in(installation.directory) as accounts,
    ):
        owner = _owner_of(source, installation, accounts) or settings.organisation
        ratings = None if accounts is None else Ratings(accounts.store)

        def intake_of(input_name: str) -> Intake:
            is_posted = input_name == POSTED
            one = publisher_called(_FINDINGS) if is_posted else reads
            told = Setting() if is_posted else setting
            return rated_intake(ratings, apart(one), source, label_of(reads, owner), now, told)

        held, after = installation.log.held, None
        while lines := held.page(source, _AT_ONCE, reason=reason, after=after):
            after = Place(lines[-1].at.isoformat(), lines[-1].id)
            done = read_again(lines, intake_of)
            appended, _ = installation.append(done.records)
            held.release(done.spoke)
            account.add(done.account)
            new += sum(not one.record.label.but_owner for one in appended.logged)
    return Replayed(
        account.lines,
        account.spoke,
        account.silent,
        account.quarantined,
        account.records,
        new,
        dict(account.reasons.most_common()),
    )


@contextmanager
def _accounts_in(directory: Path) -> Iterator[Accounts | None]:
    """Give the accounts of a data directory; None: it has none."""
    if not (directory / "access.sqlite").exists():
        yield None
        return
    with Audit(directory) as audit, Accounts(directory, audit) as accounts:
        yield accounts


def _owner_of(source: str, installation: Installation, accounts: Accounts | None) -> str | None:
    """Return to whom what a source says belongs; None: nobody has said so yet."""
    owners = installation.owners_of(source)
    if len(owners) > 1:
        whose = ", ".join(sorted(owners))
        why = f"{source} speaks for {whose}: nobody knows whose a line is; read its file again"
        raise ConfigError(why)
    if owners or accounts is None:
        return next(iter(owners), None)
    return accounts.grants.owner_of(source)


def replayed_there(told: dict[str, Any]) -> Replayed:
    """Read what a server says of it."""
    return msgspec.convert(told, Replayed)
