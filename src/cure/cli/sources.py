"""`cure sources`: what each source has said, in sum."""

from cure.cli.asking import answers
from cure.cli.options import Data, Json, Url
from cure.cli.output import show_json, show_table


def sources(*, data: Data = None, url: Url = None, json: Json = False) -> None:
    """Sum up what each source has said.

    Example: cure sources --data cure-data
    """
    with answers(data, url) as known:
        found = known.sources()
    if json:
        show_json(found)
        return
    show_table(
        ("source", "records", "sightings", "first seen", "last seen", "values"),
        [
            (
                one.name,
                one.records,
                one.sightings,
                one.first_seen,
                one.last_seen,
                ", ".join(f"{topic} {count:,}" for topic, count in one.topics.items()),
            )
            for one in found
        ],
    )
