"""What is asked of a collection: the filters of a request (TAXII 2.1, section 3.4.1)."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from cure.errors import MalformedError
from cure.formats.moments import in_utc
from cure.hub.batch import microseconds

WORDS = frozenset({"first", "last", "all"})
"""Versions that are no moment."""
_MAX_VALUES = 200
_NAMES = ("id", "type", "version", "spec_version")


class Asked(msgspec.Struct, frozen=True, omit_defaults=True, rename={"kind": "type"}):
    """Which objects are asked for; an empty filter demands nothing.

    Attributes:
        id: Their identifiers.
        kind: Their types.
        version: Their versions: words of `WORDS`, or moments in microseconds since 1970.
        spec_version: The versions of STIX that they are in.
    """

    id: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    version: tuple[str | int, ...] = ()
    spec_version: tuple[str, ...] = ()

    @property
    def is_anything(self) -> bool:
        """Whether nothing is demanded."""
        return self == Asked()

    def agreed(self, earlier: "Asked") -> "Asked":
        """Return what the pages of one question are asked for, as the first one was.

        Old clients of Elastic repeat none of the filters.

        Raises:
            MalformedError: If this page is asked for something else.
        """
        for name in self.__struct_fields__:
            if getattr(self, name) not in {(), getattr(earlier, name)}:
                raise MalformedError("next", name, "another filter than on the page before")
        return earlier


def read_filters(query: Iterable[tuple[str, str]]) -> Asked:
    """Read the filters in a query; each value may hold several, with commas between.

    Raises:
        MalformedError: If there are too many, or a version is neither a word nor a moment.
    """
    found: dict[str, list[str]] = {name: [] for name in _NAMES}
    for key, value in query:
        name = key.removeprefix("match[").removesuffix("]")
        if key == f"match[{name}]" and name in found:
            found[name] += [one.strip() for one in value.split(",") if one.strip()]
    for name, values in found.items():
        if len(values) > _MAX_VALUES:
            raise MalformedError(f"match[{name}]", values[0], f"want {_MAX_VALUES} at most")
    versions = tuple(
        one if one in WORDS else microseconds(read_moment(one)) for one in found["version"]
    )
    return Asked(tuple(found["id"]), tuple(found["type"]), versions, tuple(found["spec_version"]))


def read_moment(text: str) -> datetime:
    """Read a moment of any precision, with a zone, as UTC.

    Raises:
        MalformedError: If it is none.
    """
    clean = text.strip().replace(" ", "+")  # an unquoted + in a query means a blank
    try:
        read = msgspec.convert(clean, datetime)
    except msgspec.ValidationError as error:
        raise MalformedError("timestamp", text, "want 2025-01-31T12:00:00Z") from error
    if read.tzinfo is None:
        raise MalformedError("timestamp", text, "no zone; write Z behind it")
    return in_utc(read)
