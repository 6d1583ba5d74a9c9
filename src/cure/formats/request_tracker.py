"""Tickets of Request Tracker, as its REST2 gives them in JSON.

Source: https://docs.bestpractical.com/rt/latest/RT/REST2.html
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from cure.formats.entries import MAX_TEXT
from cure.formats.stamps import optional_stamp
from cure.formats.tickets import Element, Ticket


class _Field(msgspec.Struct):
    name: str = ""
    values: list[Any] = []  # that of a picture is an object


class _Ticket(msgspec.Struct, rename="pascal"):
    subject: str | None = None
    created: str | None = None
    content: str | None = None
    custom_fields: list[_Field] | dict[str, Any] = []
    identity: int | str = msgspec.field(name="id", default="")


_decode = msgspec.json.Decoder(_Ticket).decode


def ticket(document: bytes) -> Iterator[Element]:
    """Yield a ticket; its custom fields belong to its text.

    Raises:
        msgspec.DecodeError: If it has another form.
    """
    said = _decode(document)
    subject = said.subject or ""
    whole = Ticket(
        (),
        optional_stamp(said.created or ""),
        (),
        {"title": subject[:MAX_TEXT], "case": said.identity},
        f"rt:{said.identity}" if said.identity else "",
        "\n\n".join((subject, said.content or "", *_lines(said.custom_fields))),
    )
    yield Element(document, lambda: whole)


def _lines(fields: list[_Field] | dict[str, Any]) -> Iterator[str]:
    if isinstance(fields, dict):  # as they are given to a new ticket
        fields = [
            _Field(name, values if isinstance(values, list) else [values])
            for name, values in fields.items()
        ]
    for one in fields:
        texts = [value for value in one.values if isinstance(value, str)]
        if texts:
            yield f"{one.name}: {', '.join(texts)}"
