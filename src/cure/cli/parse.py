"""`cure parse`: what files say, as JSON lines; nothing is stored."""

import sys
from datetime import UTC, datetime

import msgspec

from cure.app import label_of, publisher_called
from cure.cli.accounts import account_in_words
from cure.cli.options import Blocklists, Files, Own, PublisherName, Zone
from cure.cli.reading import files_of, progress_bar
from cure.extract.apart import apart
from cure.hub.intake import Account, Intake
from cure.ingesting import parts_of, setting_of
from cure.printable import printable

_NOBODY = "local"
"""Whose records they would be; no record is kept."""


def parse(
    publisher: PublisherName,
    file: Files,
    *,
    own: Own = None,
    zone: Zone = "UTC",
    blocklist: Blocklists = None,
) -> None:
    """Print what files say as JSON lines, and store nothing.

    Each line is a finding, as POST /api/v1/records takes it. Lines that cannot be read, with
    their reasons, and the account at the end go to standard error.

    Example: cure parse cowrie cowrie.json | head -3
    """
    one = publisher_called(publisher)
    files = files_of(file)
    now = datetime.now(UTC)
    setting = setting_of(
        one, files, now, own=own or (), zone=zone, blocklists=files_of(blocklist or ())
    )
    intake = Intake(apart(one), one.name, label_of(one, _NOBODY), now, setting)
    account = Account()
    with progress_bar(files) as progress:
        for part in parts_of(files, intake, now, progress):
            findings = [record.finding for record in part.records]
            sys.stdout.buffer.write(msgspec.json.Encoder().encode_lines(findings))
            for line in part.quarantined:
                why = printable(f"{line.input_name}:{line.number}: {line.why}")
                sys.stderr.write(f"{why}\n")
            account.add(part.account)
    sys.stdout.buffer.flush()
    for line in account_in_words(one.name, len(files), account):
        sys.stderr.write(f"{printable(line)}\n")
