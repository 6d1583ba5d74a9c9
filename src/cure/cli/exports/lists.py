"""`cure export list`: a list of values in the form of a firewall, resolver or sensor."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import cure
from cure.asking import moment
from cure.cli.exports.leaving import leaving
from cure.cli.options import Data, Since, Url
from cure.enrichers.maliciousness.score import scores
from cure.errors import ConfigError
from cure.hub.view import View
from cure.model import Observable, Topic, tag
from cure.subscribers.lists.entries import MIN_SCORE, MOST, Asked
from cure.subscribers.lists.form import ZONE, Heading, form_called, forms
from cure.subscribers.lists.made import make

FormName = Annotated[
    str, typer.Argument(metavar="FORM", help=f"One of: {', '.join(forms())}.", show_default=False)
]


def values_listed(  # noqa: PLR0913 - each is an option
    form_name: FormName,
    *,
    topic: Annotated[Topic, typer.Option(help="Of what.")],
    min_score: Annotated[
        float | None,
        typer.Option(help=f"The lowest maliciousness; where something is blocked, {MIN_SCORE:g}."),
    ] = None,
    since: Since = None,
    with_tag: Annotated[
        str | None, typer.Option("--tag", help="Only what stands beside this tag.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only what this source says.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most, the worst first.")] = MOST,
    zone: Annotated[str, typer.Option(help="Of a policy zone, its name.")] = ZONE,
    data: Data = None,
    url: Url = None,
) -> None:
    """Write a list of values named as bad, the most malicious first, to standard output.

    A list by which something is blocked has nothing that warning lists name, or whose label
    permits no such action. A server serves the same at /lists/FORM.

    Example: cure export list rpz --topic domain > rpz.zone
    """
    form = form_called(form_name, topic)
    if url is not None:
        if data is not None:
            raise ConfigError("give --data or --url, not both")
        asked_for = {
            "topic": topic,
            "min_score": min_score,
            "since": since,
            "tag": with_tag,
            "source": source,
            "limit": limit,
            "zone": zone,
        }
        with cure.Client(url) as client:
            sys.stdout.write(client.value_list(form_name, asked_for))
        return
    now = datetime.now(UTC)
    asked = Asked(
        topic,
        form.blocks,
        form.lowest(min_score),
        None if since is None else moment(since, now),
        None if with_tag is None else tag(with_tag),
        source,
        limit,
    )
    sys.stdout.write(_made(data, form_name, asked, Heading(made=now, zone=zone)))


def _made(data: Path | None, form_name: str, asked: Asked, heading: Heading) -> str:
    def score(view: View, values: Sequence[Observable]) -> Sequence[float]:
        return scores(view, values, heading.made).tolist()

    with leaving(data, heading.made) as (_, _, view):
        return make(view, form_called(form_name, asked.topic), asked, score, heading).text
