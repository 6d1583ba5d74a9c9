"""`cure reliability`: how far each source is believed, and how it compares with the others."""

from cure.cli.options import Data, Json, Url
from cure.cli.output import show, show_json, show_table, span
from cure.cli.score_books import score_book
from cure.cli.tables import Csv, show_csv
from cure.enrichers.reliability.sources import SourceReliability


def reliability(
    *, data: Data = None, url: Url = None, json: Json = False, csv: Csv = False
) -> None:
    """Tell how far each source is believed, and how it compares with the others.

    A letter that analysts gave goes before the reputation that judged values made.

    Example: cure reliability --url http://127.0.0.1:8080
    """
    with score_book(data, url) as book:
        found = book.reliability()
    if json:
        show_json(*found)
    elif csv:
        show_csv(_COLUMNS, [_cells(one) for one in found])
    elif not found:
        show("No source has said anything yet.")
    else:
        show_table(
            _HEAD,
            [_shown(one) for one in found],
        )
        for one in found:
            if one.copies_of:
                show(f"{one.source} copies {', '.join(one.copies_of)}: beside it, it adds nothing.")


_HEAD = (
    "source",
    "rated",
    "believed",
    "right",
    "wrong",
    "earned",
    "values",
    "alone",
    "first",
    "late",
    "clean",
)
_COLUMNS = (
    "source",
    "letter",
    "suggested",
    "rho",
    "reputation",
    "low",
    "high",
    "confirmed",
    "refuted",
    "values",
    "coverage",
    "exclusive",
    "first",
    "latency_s",
    "accuracy",
    "copies_of",
)


def _cells(one: SourceReliability) -> tuple[str | float | None, ...]:
    return (
        one.source,
        one.letter,
        one.suggested,
        one.rho,
        one.reputation,
        *one.interval,
        one.confirmed,
        one.refuted,
        one.values,
        one.coverage,
        one.exclusive,
        one.first,
        one.latency_s,
        one.accuracy,
        " ".join(one.copies_of),
    )


def _shown(one: SourceReliability) -> tuple[str | int, ...]:
    low, high = one.interval
    return (
        one.source,
        one.letter,
        f"{one.rho:.2f}",
        one.confirmed,
        one.refuted,
        f"{low:.2f}-{high:.2f} {one.suggested}",
        one.values,
        f"{one.exclusive:.0%}",
        f"{one.first:.0%}",
        "" if one.latency_s is None else span(one.latency_s),
        f"{one.accuracy:.0%}",
    )
