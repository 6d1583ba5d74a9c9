"""Fields of findings that only their owner sees, and what is left for everybody else."""

from enum import StrEnum

import msgspec

from cure.model.finding import Finding


class FieldClass(StrEnum):
    """What a field may give away: a role, such as ``victim``, or an attribute, is a field."""

    PUBLIC = "public"
    SENSOR = "sensor"  # where the observers are
    VICTIM = "victim"  # who was hit
    PERSON = "person"
    RAW = "raw"  # what the source recorded, word for word


OWNERS_FIELDS = frozenset(("sensor", "victim", "person"))
"""The roles and attributes that are cut for others, unless the rating of a source says more."""


def without(finding: Finding, fields: frozenset[str]) -> Finding | None:
    """Return a finding without some roles and attributes.

    Returns:
        The finding itself if it has none of them; None if nothing is left of what it is about.
    """
    kept = tuple([one for one in finding.observables if one.role not in fields])
    if len(kept) == len(finding.observables) and fields.isdisjoint(finding.attributes):
        return finding
    if not kept:
        return None
    attributes = {name: said for name, said in finding.attributes.items() if name not in fields}
    return msgspec.structs.replace(finding, observables=kept, attributes=attributes)
