"""`cure ingest`: files read, kept, and every line accounted for."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import cure
from cure.access.in_force import rated_intake, ratings_in
from cure.app import label_of, publisher_called
from cure.cli.accounts import account_in_words, counted
from cure.cli.opening import opened
from cure.cli.options import (
    Blocklists,
    Data,
    Files,
    Json,
    Own,
    PublisherName,
    Url,
    Zone,
    settings_of,
)
from cure.cli.output import show, show_json
from cure.cli.plain import warn
from cure.cli.reading import files_of, progress_bar
from cure.errors import ConfigError
from cure.extract.apart import apart
from cure.hub.intake import Intake
from cure.ingesting import AsSaid, Ingested, keep_at, keep_in, parts_of, setting_of
from cure.ingesting import ingest as read_and_keep
from cure.installation import SNAPSHOT_AFTER, Installation
from cure.interfaces import Publisher

_SENDER = "local"
"""Whose findings they are says the server."""
_INSTANCE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def ingest(  # noqa: PLR0913 - each is an option
    publisher: PublisherName,
    file: Files,
    *,
    instance: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which of several; the source is PUBLISHER@NAME."),
    ] = None,
    own: Own = None,
    zone: Zone = "UTC",
    blocklist: Blocklists = None,
    data: Data = None,
    url: Url = None,
    json: Json = False,
) -> None:
    """Read files into a data directory or a server.

    Every line is accounted for: it spoke, was silent, or lies in quarantine with its reason.
    Reading the same file again adds nothing.

    Example: cure ingest cowrie /var/log/cowrie --instance tokyo-1 --data cure-data
    """
    one = publisher_called(publisher)
    source = source_name(one, instance)
    files = files_of(file)
    now = datetime.now(UTC)
    setting = setting_of(
        one, files, now, own=own or (), zone=zone, blocklists=files_of(blocklist or ())
    )
    if url is None:
        settings = settings_of(data)
        label = label_of(one, settings.organisation)
        with (
            opened(settings, write=True) as installation,
            ratings_in(installation.directory) as ratings,
        ):
            intake = rated_intake(ratings, apart(one), source, label, now, setting)
            told = ingest_files(installation, intake, source, files, now)
            installation.snapshot(at_least=SNAPSHOT_AFTER)
    elif data is None:
        intake = AsSaid(apart(one), source, label_of(one, _SENDER), now, setting)
        told = _send_files(url, intake, source, files, now)
    else:
        raise ConfigError("give --data or --url, not both")
    if json:
        show_json(_for_programs(one, told))
    else:
        show_ingested(told)


def ingest_files(
    installation: Installation,
    intake: Intake,
    source: str,
    files: Sequence[Path],
    now: datetime,
) -> Ingested:
    """Read files into an installation and account for every line."""
    with progress_bar(files) as progress:
        parts = parts_of(files, intake, now, progress)
        return read_and_keep(source, files, parts, keep_in(installation, now))


def _send_files(
    url: str, intake: AsSaid, source: str, files: Sequence[Path], now: datetime
) -> Ingested:
    """Send what files say to a server; what cannot be read here is only accounted for."""
    with cure.Client(url) as client, progress_bar(files) as progress:
        parts = parts_of(files, intake, now, progress)
        return read_and_keep(source, files, parts, keep_at(client, source, warn))


def source_name(publisher: Publisher, instance: str | None) -> str:
    """Return the name of a source: its publisher's, and which of several it is.

    Raises:
        ConfigError: If the instance is no plain word.
    """
    if instance is None:
        return publisher.name
    if not _INSTANCE.fullmatch(instance):
        raise ConfigError(f"--instance {instance!r}: want letters, digits, '.', '_' or '-'")
    return f"{publisher.name}@{instance}"


def show_ingested(told: Ingested) -> None:
    """Write the account for people."""
    for line in account_in_words(told.source, told.files, told.account):
        show(line)
    new = f"{counted(told.account.records, 'record')}, {told.new_records:,} of them new"
    rates = f"{told.lines_per_second:,} lines/s, {told.records_per_second:,} records/s"
    show(f"{new}; {told.seconds:.1f} s, {rates}")


def _for_programs(publisher: Publisher, told: Ingested) -> dict[str, object]:
    account = told.account
    return {
        "publisher": publisher.name,
        "source": told.source,
        "files": told.files,
        "lines": account.lines,
        "spoke": account.spoke,
        "silent": account.silent,
        "quarantined": account.quarantined,
        "reasons": dict(account.reasons.most_common()),
        "records": account.records,
        "new_records": told.new_records,
        "seconds": round(told.seconds, 3),
        "lines_per_second": told.lines_per_second,
        "records_per_second": told.records_per_second,
    }
