"""What a list says, in few words; for the tests of the formats of open feeds."""

from datetime import UTC, datetime
from typing import Any

from cure.interfaces import Input, Reading
from cure.model import Finding
from cure.model.finding import complete
from cure.publishers.exist import PUBLISHER

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
"""The moment of a list that does not tell its own."""


def read(text: str | bytes, name: str = "list.txt") -> list[Reading]:
    """Read a whole file as `cure` would."""
    raw = text.encode() if isinstance(text, str) else text
    *lines, rest = raw.split(b"\n")
    lines = [line.removesuffix(b"\r") for line in ([*lines, rest] if rest else lines)]
    return list(PUBLISHER.read(Input(name=name, as_of=AS_OF, lines=iter(lines))))


def words(finding: Finding) -> list[str]:
    """Return its observables, those that follow too: ``role value``."""
    whole = complete(finding, AS_OF, AS_OF)
    return [f"{one.role} {one.value}" for one in whole.observables]


def span(finding: Finding) -> str:
    """Return from when to when it was seen, or nothing."""
    if finding.first_seen is None or finding.last_seen is None:
        return ""
    first, last = (f"{at:%Y-%m-%d %H:%M}" for at in (finding.first_seen, finding.last_seen))
    return first if first == last else f"{first} - {last}"


def extras(finding: Finding) -> dict[str, Any]:
    """Return its attributes besides the name of the list."""
    return {name: value for name, value in finding.attributes.items() if name != "feed"}


def all_words(text: str | bytes, name: str = "list.txt") -> list[list[str]]:
    """Return the words of all findings of a file in which everything can be read."""
    readings = read(text, name)
    assert [reading.why for reading in readings if reading.why] == []
    return [words(finding) for reading in readings for finding in reading.findings]


def reasons(text: str | bytes, name: str = "list.txt") -> list[str]:
    """Return the fate of each line: ``said``, nothing, or why it could not be read."""
    return [reading.why or ("said" if reading.findings else "") for reading in read(text, name)]


def only(text: str | bytes, name: str = "list.txt") -> Finding:
    """Return the one finding of a file in which everything can be read."""
    readings = read(text, name)
    assert [reading.why for reading in readings if reading.why] == []
    (finding,) = (finding for reading in readings for finding in reading.findings)
    return finding
