"""`cure extract`: the observables and keywords of a document, and which belong together."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from cure.cli.options import Json
from cure.cli.output import show, show_json, show_table
from cure.cli.reading import files_of
from cure.errors import SourceError
from cure.extract.bonds import bonds
from cure.extract.documents import read
from cure.extract.keywords import keywords, without_values
from cure.extract.observables import observables
from cure.interfaces import Input, Unreadable
from cure.origins.files import inputs

_SHOWN = 40
"""Rows of each table that people are shown; programs get all."""
_COLUMNS = {
    "observables": ("topic", "value", "section"),
    "keywords": ("tag", "as_written", "why"),
    "bonds": ("observable", "tag", "score", "why"),
    "ignored": ("value", "reason"),
}

Extracted: TypeAlias = dict[str, list[dict[str, Any]]]


def extract(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A document; - is standard input.")],
    *,
    json: Json = False,
) -> None:
    """Find the observables and keywords of a document, and which belong together.

    It may be text, Markdown, AsciiDoc, HTML, PDF, DOCX, STIX, MISP, CSV or mail, in English or
    Japanese. Start and end are numbers of characters in its text, from 0. What no catalogue has
    a name for is a keyword `candidate:...`.

    Example: cure extract report.pdf --json | jq .bonds
    """
    for path in files_of([file]):
        for one in inputs(path, datetime.now(UTC)):
            answer = _extracted(one)
            if json:
                show_json(answer)
            else:
                _show(answer)


def _extracted(one: Input) -> Extracted:
    document = read(b"".join(_blocks(one)), one.name)
    found, ignored = observables(document)
    spoken = without_values(keywords(document), found)
    return {
        "observables": [
            {
                "topic": named.observable.topic,
                "value": named.observable.value,
                "as_written": named.as_written,
                "start": named.start,
                "end": named.end,
                "section": named.section,
            }
            for named in found
        ],
        "keywords": [
            {
                "tag": keyword.tag,
                "as_written": keyword.as_written,
                "start": keyword.start,
                "end": keyword.end,
                "why": keyword.why,
            }
            for keyword in spoken
        ],
        "bonds": [
            {
                "observable": bond.observable.value,
                "tag": bond.tag,
                "score": bond.score,
                "why": bond.why,
            }
            for bond in bonds(document, found, spoken)
        ],
        "ignored": [{"value": other.value, "reason": other.reason} for other in ignored],
    }


def _blocks(one: Input) -> Iterator[bytes]:
    for block in one.blocks:
        if isinstance(block, Unreadable):
            raise SourceError(f"cannot read {one.name}: {block.why}")
        yield block


def _show(answer: Extracted) -> None:
    for name, rows in answer.items():
        show(f"{name}: {len(rows)}", "bold")
        head = _COLUMNS[name]
        unlike = list(dict.fromkeys(tuple(str(row[column]) for column in head) for row in rows))
        show_table(head, unlike[:_SHOWN], indent=2)
        if len(unlike) > _SHOWN:
            show(f"  and {len(unlike) - _SHOWN} more; --json shows all")
