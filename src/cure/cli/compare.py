"""`cure compare`: how alike two addresses behave."""

from typing import Annotated

import typer

from cure.asking import span
from cure.cli.accounts import counted
from cure.cli.asking import answers
from cure.cli.options import Csv, Data, Json, Url, Window
from cure.cli.output import show, show_csv, show_json
from cure.enrichers.alike.answers import Compared


def compare(  # noqa: PLR0913 - each is an option
    ip: Annotated[str, typer.Argument(metavar="IP")],
    other: Annotated[str, typer.Argument(metavar="IP")],
    *,
    window: Window = "30d",
    data: Data = None,
    url: Url = None,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Tell how alike two addresses behave, and what sets them apart.

    Example: cure compare 192.0.2.7 198.51.100.20
    """
    with answers(data, url) as known:
        found = known.compare(ip, other, span(window))
    if json:
        show_json(found)
    elif csv:
        show_csv(("fact", "value"), _facts(found))
    else:
        one, two = found.ips
        seen = ", ".join(counted(count, "time") for count in found.events)
        show(f"{one} and {two}  seen {seen}", "bold")
        if found.score is None:
            show("Too little was seen of one of them to compare: it takes three.", "yellow")
        for name, said in _facts(found):
            show(f"  {name:24}  {said}")


def _facts(found: Compared) -> list[tuple[str, str]]:
    """Return what there is to say, each with its name."""
    scores = {"score": found.score} | {
        name: getattr(found.views, name) for name in ("what", "how", "when")
    }
    said = [(name, f"{score}") for name, score in scores.items() if score is not None]
    said += [("where", " ".join(found.views.where))] if found.views.where else []
    said += [("shared", one) for one in found.shared]
    for ip, only in zip(found.ips, found.differs, strict=True):
        said += [(f"only {ip}", one) for one in only]
    return said
