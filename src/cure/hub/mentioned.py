"""Narrowing records to those of a source, and their mentions to those in certain roles."""

from collections.abc import Set as AbstractSet

import numpy as np

from cure.hub.visible import Numbers, Visible


def of_source(sight: Visible, records: Numbers, source: str | None) -> Numbers:
    """Return those of the records that a source said; None: any."""
    if source is None:
        return records
    own = [n for n in sight.source_numbers() if sight.source_name(n) == source]
    return records[np.isin(sight.sources_of(records), own)]


def in_roles(sight: Visible, records: Numbers, roles: AbstractSet[str]) -> tuple[Numbers, Numbers]:
    """Return the mentions of records in one of these roles: row in `records`, place in the columns.

    Cost: 5 ns a mention.
    """
    columns = sight.moment.records
    # Behind those that have a number of their own stand all others: `OTHER_ROLE`.
    wanted = np.array([role in roles for role in sight.moment.roles] + [False], bool)
    rows, at = columns.mentions(records)
    keep = wanted[np.minimum(columns.roles[at], len(wanted) - 1)]
    return rows[keep], at[keep]
