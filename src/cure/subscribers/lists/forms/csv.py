"""Tables of values with what is known of each, RFC 4180; for people and spreadsheets."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import StringIO

from cure.model import Topic
from cure.printable import no_formula
from cure.subscribers.lists.entries import Entry
from cure.subscribers.lists.form import Heading, ListForm

COLUMNS = ("topic", "value", "score", "first_seen", "last_seen", "records", "roles", "sources")


def write(entries: Sequence[Entry], _: Heading) -> Iterator[str]:
    """Yield a head and a row for each value."""
    yield row(COLUMNS)
    for entry in entries:
        yield row(
            (
                entry.observable.topic,
                entry.observable.value,
                f"{entry.score:g}",
                _utc(entry.first_seen),
                _utc(entry.last_seen),
                str(entry.records),
                " ".join(entry.roles),
                " ".join(entry.sources),
            )
        )


def row(cells: Sequence[str]) -> str:
    """Write a row whose cells no spreadsheet takes for formulas.

    >>> print(row(("=1+1", "a,b", "ok")))
    '=1+1,"a,b",ok
    """
    written = StringIO()
    csv.writer(written, lineterminator="").writerow(map(no_formula, cells))
    return written.getvalue()


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


FORM = ListForm(
    name="csv",
    title="table: people, spreadsheets, Splunk look-ups",
    media_type="text/csv",
    suffix="csv",
    topics=(Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH, Topic.EMAIL),
    blocks=False,
    write=write,
)
