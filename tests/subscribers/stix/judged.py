"""What the OASIS validator and the OASIS library say of objects."""

from collections.abc import Iterable, Mapping
from typing import Any

import stix2
from stix2validator import ValidationOptions, validate_instance

_STRICT = ValidationOptions(strict=True, version="2.1")
_BUNDLE = "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d"


def wrong_with(objects: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what the strict validator finds wrong; the library raises if it cannot read them."""
    bundle = {"type": "bundle", "id": _BUNDLE, "objects": list(objects)}
    stix2.parse(bundle, version="2.1")
    found = validate_instance(bundle, _STRICT)
    return [str(one.message) for one in (*found.errors, *found.warnings)]
