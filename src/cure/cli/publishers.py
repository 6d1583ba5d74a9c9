"""`cure publishers`: the formats that can be read."""

from cure.app import publishers as find_publishers
from cure.cli.options import Json
from cure.cli.output import show_json, show_table


def publishers(*, json: Json = False) -> None:
    """List the formats that can be read.

    Example: cure publishers --json
    """
    found = find_publishers().values()
    if json:
        show_json(
            [
                {
                    "name": one.name,
                    "title": one.title,
                    "title_ja": one.title_ja,
                    "layer": one.layer,
                    "topics": sorted(one.topics),
                    "tlp": one.tlp.title,
                }
                for one in found
            ]
        )
        return
    show_table(
        ("name", "layer", "topics", "marking", "title"),
        [
            (one.name, one.layer, " ".join(sorted(one.topics)), one.tlp.title, one.title)
            for one in found
        ],
    )
