"""ThreatFox of abuse.ch: the values of its export, its API and its CSV files.

Source: https://threatfox.abuse.ch/export/
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from cure.errors import MalformedError
from cure.formats.cells import LEFT_OUT
from cure.formats.entries import MAX_TEXT, Entry, entry
from cure.formats.families import family_tags
from cure.formats.plain import is_silent
from cure.formats.stamps import optional_stamp
from cure.formats.tables import Table, split
from cure.model import Finding, Kind, Observable, domain, email, filehash, mention, url
from cure.model.conversion import converter

_CONSTRUCTORS: dict[str, Callable[[str], Observable]] = {
    "domain": domain,
    "url": url,
    "md5_hash": filehash,
    "sha1_hash": filehash,
    "sha256_hash": filehash,
    "envelope_from": email,
    "body_from": email,
}
_DELIVERS = frozenset({"payload", "payload_delivery"})


class Published(msgspec.Struct):
    """The part of an element that we use; CSV has it all as text, the API other names."""

    ioc_type: str
    threat_type: str
    ioc_value: str = ""
    ioc: str = ""
    id: str | int = ""
    ioc_id: str | int = ""
    malware_printable: str | None = None
    first_seen_utc: str | None = None
    first_seen: str | None = None
    last_seen_utc: str | None = None
    last_seen: str | None = None
    confidence_level: int | None = None
    is_compromised: bool = False
    reference: str | None = None
    reporter: str | None = None


_published_of = converter(Published, strict=False)


def threatfox(element: dict[str, Any], own_id: str = "") -> list[Finding]:
    """Read an element of the export, of the API's answer, or a row of the CSV.

    Args:
        element: What it holds, by name.
        own_id: ThreatFox's number of it, where that does not stand inside.

    Raises:
        MalformedError: If it is of a kind for which there is no topic, or its value is none.
        msgspec.ValidationError: If it has another form.
    """
    said = _published_of(element)
    listed = _listed(said)
    role = _role(said)
    number = own_id or said.id or said.ioc_id
    attributes = {
        "feed": "threatfox",
        "threat_type": said.threat_type,
        "confidence": said.confidence_level,
        "compromised": said.is_compromised or None,
        "reporter": _text(said.reporter),
        "reference": _text(said.reference),
        **listed.attributes,
    }
    first = optional_stamp(said.first_seen_utc or said.first_seen or "")
    last = optional_stamp(said.last_seen_utc or said.last_seen or "")
    return [
        Finding(
            Kind.SIGHTING,
            (
                *(mention(one, role) for one in listed.observables),
                *family_tags((said.malware_printable or "").replace(",", " ")),
            ),
            first or last,
            last or first,
            attributes={name: said for name, said in attributes.items() if said is not None},
            key=f"threatfox:{number}" if number else None,
        )
    ]


def _listed(said: Published) -> Entry:
    value = said.ioc_value or said.ioc
    if said.ioc_type == "ip:port":
        return entry(value)
    form = _CONSTRUCTORS.get(said.ioc_type)
    if form is None:
        raise MalformedError("value", value, f"there is no topic for {said.ioc_type}")
    return Entry((form(value),))


def _role(said: Published) -> str:
    if said.ioc_type.endswith("_hash"):
        return "sample"
    if said.ioc_type.endswith("_from"):
        return "sender"
    if said.threat_type == "botnet_cc":
        return "c2"
    return "payload" if said.ioc_type == "url" and said.threat_type in _DELIVERS else "listed"


def _text(text: str | None) -> str | None:
    return None if text is None or text.strip().lower() in LEFT_OUT else text.strip()[:MAX_TEXT]


def threatfox_line(table: Table) -> Callable[[bytes], Sequence[Finding]]:
    """Make the parser of a CSV file's lines."""
    names = table.columns.names if table.columns else ()

    def parse(line: bytes) -> Sequence[Finding]:
        text = line.decode().strip()
        if is_silent(line) or text == table.heading:
            return ()
        cells = split(text, table.delimiter)
        if len(cells) != len(names):
            raise MalformedError("row", text, f"want {len(names)} columns")
        said = zip(names, cells, strict=True)
        return threatfox({name: cell for name, cell in said if cell.lower() not in LEFT_OUT})

    return parse
