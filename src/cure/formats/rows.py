"""Rows: what a table of a feed says in one of its rows."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from cure.errors import MalformedError
from cure.formats.cells import (
    MAX_ITEM,
    MAX_LIST,
    attribute_of,
    first_value,
    is_left_out,
    text_of,
    values_in,
)
from cure.formats.columns import ROLE_OF_CATEGORY, Columns, Meaning
from cure.formats.entries import MAX_TEXT, Entry, Listing, entry
from cure.formats.families import family_tags
from cure.formats.stamps import optional_stamp, stamp
from cure.model import Finding, Topic, mention

_FAMILY_IN_REMARK = re.compile(r"\bfamily: ?([^;]+)|\bmwtype (\S+)")  # Team Cymru
_FAMILY_IN_NOTE = re.compile(r"(?:Domain|IP) used by (.+?)(?: C&C| DGA| -|$)")  # Bambenek
_DATE = re.compile(r"\d{4}([-/])\d\d?\1\d\d?(?:[ T_].*)?", re.ASCII)
_IN_HEX = re.compile(r"[0-9a-fA-F.:]{2,}", re.ASCII)  # as addresses and hashes are
# Kinds of values that look like a hash or a name, and are none of a file or a host.
_NO_TOPIC = re.compile(
    r"imphash|pehash|ja[34]|cert|x509|authentihash|tlsh|ssdeep|mutex|yara|cve|bitcoin|file.?(?:path|name)",
    re.IGNORECASE,
)
_HIGHEST_PORT = 65_535


def row_finding(cells: Sequence[Any], columns: Columns, listing: Listing) -> Finding:
    """Read a row of a table whose columns have names.

    The addresses beside a name or a URL are its hosts; a hash is of the file that is meant.
    What else cannot be read, a time too, stays as text among the attributes.

    Args:
        cells: Their contents, as text or as JSON has them.
        columns: What they mean.
        listing: What holds for the whole table.

    Raises:
        MalformedError: If there is no value to be listed, or it is none.
    """
    place, listed = _listed(cells, columns)
    kind = _cell_of(Meaning.KIND, cells, columns)
    if kind and _NO_TOPIC.search(kind):
        raise MalformedError("value", text_of(cells[place]), f"there is no topic for {kind}")
    category = _cell_of(Meaning.CATEGORY, cells, columns).lower()
    row = _Row(listed, columns.role or ROLE_OF_CATEGORY.get(category, listing.role))
    for number, name, meaning in columns.each:
        if number >= len(cells):
            break
        cell = cells[number]
        if number == place or is_left_out(cell):
            continue
        if meaning is Meaning.TEXT:
            row.attributes[name] = attribute_of(cell)
        elif meaning is not Meaning.VALUE or text_of(cell) not in text_of(cells[place]):
            row.take(name, meaning, cell)  # a name within the URL is its host
    own_id = row.attributes.pop(columns.key[0], None) if columns.key else None
    key = f"{columns.key[1]}:{own_id}" if columns.key and own_id is not None else None
    return listing.says(tuple(dict.fromkeys(row.mentions)), row.attributes, row.span(), key)


def unnamed_row(cells: Sequence[str], listing: Listing) -> Finding:
    """Read a row of a table whose columns have no names: the first value is what is listed.

    Raises:
        MalformedError: If no cell is exactly a value.
    """
    place, listed = first_value(cells)
    row = _Row(listed, listing.role)
    notes: list[str] = []
    for number, cell in enumerate(cells):
        if number == place or is_left_out(cell):
            continue
        if _DATE.fullmatch(cell) and row.saw(cell):
            continue
        if not (_IN_HEX.fullmatch(cell) and row.stands_beside(cell)):
            notes.append(cell)
            if found := _FAMILY_IN_NOTE.search(cell):
                row.mentions += family_tags(found[1].replace("/", ","))
    if notes:
        row.attributes["note"] = " | ".join(notes)[:MAX_TEXT]
    return listing.says(tuple(dict.fromkeys(row.mentions)), row.attributes, row.span())


class _Row:
    """What a row has said so far."""

    def __init__(self, listed: Entry, role: str) -> None:
        self.mentions = [
            mention(found, "sample" if found.topic is Topic.HASH else listed.role or role)
            for found in listed.observables
        ]
        self.attributes: dict[str, Any] = dict(listed.attributes)
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._topic = listed.observables[0].topic

    def take(self, name: str, meaning: Meaning, cell: object) -> None:
        """Add what a cell says; what cannot be read stays as text."""
        try:
            if self._reads(meaning, text_of(cell)):
                return
        except MalformedError:
            pass
        self.attributes[name] = attribute_of(cell)

    def saw(self, text: str) -> bool:
        """Widen the time in which it was seen, or tell that the text is no time."""
        try:
            moment = stamp(text)
        except MalformedError:
            return False
        self.first = min(self.first or moment, moment)
        self.last = max(self.last or moment, moment)
        return True

    def stands_beside(self, text: str) -> bool:
        """Add a host of the name or URL that is listed, or another hash of the file."""
        try:
            return self._reads_beside(text)
        except MalformedError:
            return False

    def span(self) -> tuple[datetime | None, datetime | None]:
        """Return from when to when it was seen."""
        first, last = self.first, self.last
        if (
            first
            and last
            and last < first
            and last.time() == time()
            and last.date() == first.date()
        ):
            return first, first  # the day alone is known
        return first, last

    def _reads(self, meaning: Meaning, text: str) -> bool:
        match meaning:
            case Meaning.FIRST_SEEN:
                self.first = self.first or optional_stamp(text)
            case Meaning.LAST_SEEN:
                self.last = self.last or optional_stamp(text)
            case Meaning.FAMILY:
                tags = family_tags(text)
                self.mentions += tags
                return bool(tags)
            case Meaning.PORT if text.isdecimal() and 0 < int(text) <= _HIGHEST_PORT:
                self.attributes["port"] = int(text)
            case Meaning.IP | Meaning.HASH:
                return self._reads_beside(text)
            case Meaning.REMARK:
                if found := _FAMILY_IN_REMARK.search(text):
                    self.mentions += family_tags(found[1] or found[2])
                return False
            case Meaning.TAGS:
                tags = (one.strip() for one in text.split(","))
                self.attributes["tags"] = [one[:MAX_ITEM] for one in tags if one][:MAX_LIST]
            case _:
                return meaning is Meaning.END
        return True

    def _reads_beside(self, text: str) -> bool:
        found = values_in(text).observables
        topics = {one.topic for one in found}
        if topics == {Topic.HASH}:
            role = "sample"
        elif topics == {Topic.IP} and self._topic in {Topic.DOMAIN, Topic.URL}:
            role = "host"
        else:
            return False
        self.mentions += [mention(one, role) for one in found]
        return True


def _listed(cells: Sequence[Any], columns: Columns) -> tuple[int, Entry]:
    """Return the value that is listed, and the number of its column."""
    for place in columns.values:
        if place >= len(cells) or is_left_out(cells[place]):
            continue
        text = text_of(cells[place])
        if columns.meanings[place] is Meaning.START:
            end = _cell_of(Meaning.END, cells, columns)
            text = f"{text} - {end}" if end else text
        if columns.meanings[place] is Meaning.IP:
            return place, values_in(text)
        return place, entry(text)
    why = (
        "all columns for values are empty" if columns.values else "no column has values of a topic"
    )
    raise MalformedError("row", " ".join(map(text_of, cells)), why)


def _cell_of(meaning: Meaning, cells: Sequence[Any], columns: Columns) -> str:
    """Return what the first column of a meaning says, or nothing."""
    if meaning not in columns.meanings:
        return ""
    place = columns.meanings.index(meaning)
    return "" if place >= len(cells) or is_left_out(cells[place]) else text_of(cells[place])
