"""Files read into an installation or a server: one thread reads, another keeps."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from cure.errors import ConfigError, MalformedError
from cure.hub.intake import BATCH_RECORDS, Account, Intake, TakenIn
from cure.installation import Installation
from cure.interfaces import Publisher, Setting
from cure.model import Finding, Observable, Record
from cure.model.networks import PRIVATE, Networks
from cure.origins.files import Progress, inputs

if TYPE_CHECKING:  # it speaks HTTP, which most do without
    from cure.client import Client

Keep = Callable[[TakenIn], int]
"""Keeps what was read, durably when it returns; returns how many of the records were new."""
_encode = msgspec.json.Encoder().encode
_WAITING = 3
"""So many parts may wait to be kept; then reading waits, so that memory stays bounded."""


@dataclass(frozen=True)
class Ingested:
    """What came of reading files.

    Attributes:
        source: Whose they are.
        files: How many there were.
        account: What became of their lines.
        new_records: How many records were not known before.
        seconds: How long it took.
    """

    source: str
    files: int
    account: Account
    new_records: int
    seconds: float

    @property
    def lines_per_second(self) -> int:
        """How many lines were read in a second."""
        return round(self.account.lines / self.seconds)

    @property
    def records_per_second(self) -> int:
        """How many records were kept in a second."""
        return round(self.account.records / self.seconds)


def ingest(
    source: str,
    files: Sequence[Path],
    parts: Iterator[TakenIn],
    keep: Keep,
) -> Ingested:
    """Read all parts of files to their end and keep all that they say.

    Raises:
        SourceError: If a file cannot be opened; what was read before it is kept.
        LogError: If something could not be kept; what was kept before it stays.
    """
    started = perf_counter()
    account, new = Account(), 0
    waiting: deque[Future[int]] = deque()
    with ThreadPoolExecutor(1, "keep") as keeper:
        for part in parts:
            account.add(part.account)
            waiting.append(keeper.submit(keep, part))
            if len(waiting) > _WAITING:
                new += waiting.popleft().result()
        new += sum(kept.result() for kept in waiting)
    return Ingested(source, len(files), account, new, perf_counter() - started)


def parts_of(
    files: Sequence[Path], intake: Intake, now: datetime, progress: Progress
) -> Iterator[TakenIn]:
    """Read files, in parts of about 8,000 records; small files share a part, and its sync."""
    gathered = TakenIn()
    for file in files:
        for data in inputs(file, now, progress):
            for part in intake.take_in(data):
                gathered.records += part.records
                gathered.quarantined += part.quarantined
                gathered.account.add(part.account)
                if len(gathered.records) + len(gathered.quarantined) >= BATCH_RECORDS:
                    yield gathered
                    gathered = TakenIn()
    yield gathered


def setting_of(  # noqa: PLR0913 - each is told by an operator
    publisher: Publisher,
    files: Sequence[Path],
    now: datetime,
    *,
    own: Sequence[str] = (),
    zone: str = "UTC",
    blocklists: Sequence[Path] = (),
) -> Setting:
    """Return what an operator tells of a source, and what its block lists name.

    A publisher that tells only of listed values is asked for the lists among its own files too.

    Raises:
        ConfigError: If a network or the time zone is none.
        SourceError: If a file cannot be opened.
    """
    return Setting(
        own=networks_of(own),
        zone=zone_called(zone),
        listed=listed_in((*blocklists, *files), publisher, now),
    )


def networks_of(own: Sequence[str]) -> Networks:
    """Return the networks of the own side; where none is told, the private ones.

    Raises:
        ConfigError: If one is no network.
    """
    try:
        return Networks(own) if own else PRIVATE
    except MalformedError as error:
        raise ConfigError(str(error)) from error


def zone_called(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        ConfigError: If there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise ConfigError(f"there is no time zone {name!r}; want one such as Asia/Tokyo") from error


def listed_in(files: Sequence[Path], publisher: Publisher, now: datetime) -> frozenset[Observable]:
    """Return what the block lists among files name, for a publisher that asks for that.

    Raises:
        SourceError: If a file cannot be opened.
    """
    if publisher.lists is None:
        return frozenset()
    return frozenset(
        one for file in files for data in inputs(file, now) for one in publisher.lists(data)
    )


class AsSaid(Intake):
    """Checks findings as any intake does, but leaves them as their publisher said them.

    For a server, which completes them itself: its records are then those of an ingest there.
    """

    def _stamped(self, finding: Finding, as_of: datetime) -> Iterator[Record]:
        yield msgspec.structs.replace(self._stamp(finding, as_of), finding=finding)


def keep_in(installation: Installation, now: datetime) -> Keep:
    """Return what keeps parts in an installation."""

    def keep(part: TakenIn) -> int:
        installation.quarantine(part.quarantined, now)
        appended, _ = installation.append(part.records)
        return sum(not one.record.label.but_owner for one in appended.logged)

    return keep


def keep_at(client: "Client", source: str, refused: Callable[[str], None]) -> Keep:
    """Return what keeps parts at a server; what that cannot read, it keeps in quarantine.

    Args:
        refused: Told of findings that the server could not read.
    """

    def keep(part: TakenIn) -> int:
        told = client.publish(source, [_encode(record.finding) for record in part.records])
        if told["quarantined_count"]:
            why = told["quarantined"][0]["why"]
            refused(f"the server could not read {told['quarantined_count']} findings: {why}")
        return told["accepted"]

    return keep
