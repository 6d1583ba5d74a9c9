"""Readers as strangers' documents make them: one that dies, one that lies, one that is slow."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from cure.interfaces import Input, Reading
from cure.model import Finding, Kind, Mention, Topic, ip, mention


def finding(*mentions: Mention) -> Finding:
    return Finding(Kind.SIGHTING, mentions)


def echo(source: Input) -> Iterator[Reading]:
    """Say each line, an address; die at `die`, be slow at `wait`, and never end at `hang`."""
    for number, line in enumerate(source.lines, 1):
        assert isinstance(line, bytes)
        if line == b"die":
            os._exit(1)
        if line == b"wait":
            time.sleep(3)
        elif line == b"hang":
            time.sleep(3600)  # longer than anybody waits: it is ended
        else:
            yield Reading(number, line, (finding(mention(ip(line.decode())), *source.about),))


def lie(source: Input) -> Iterator[Reading]:
    """Say what no publisher says."""
    yield Reading(1, source.head, (finding(Mention(Topic.URL, "no URL at all")),))
    yield Reading(2, source.head, (finding(Mention(Topic.DOMAIN, "EXAMPLE.org")),))


def tell(source: Input) -> Iterator[Reading]:
    """Say what was told of the input."""
    told = f"{source.name} {source.as_of:%Y} {'192.0.2.1' in source.setting.own}"
    yield Reading(1, b"", why=f"{told} {source.setting.zone} {source.head[:3]!r}")


def crash_once(source: Input) -> Iterator[Reading]:
    """Say each line, an address; at a path, crash unless there is a directory of that name."""
    for number, line in enumerate(source.lines, 1):
        assert isinstance(line, bytes)
        if line.startswith(b"/"):
            place = Path(line.decode())
            time.sleep(0 if place.is_dir() else 1.1)
            yield Reading(number, line)  # and what was said before is passed on
            if not place.is_dir():
                place.mkdir()
                os._exit(1)
        else:
            yield Reading(number, line, (finding(mention(ip(line.decode()))),))


def babble(_: Input) -> Iterator[object]:
    """Say what is no reading at all."""
    yield {"anything": ["but", "a reading"]}


def exaggerate(source: Input) -> Iterator[Reading]:
    """Claim numbers that no document has, and a role that nobody knows."""
    yield Reading(1 << 62, source.head, lines=1 << 62)
    yield Reading(1, source.head, (finding(mention(ip("192.0.2.1"), "NOBODY")),))
