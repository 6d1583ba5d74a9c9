"""How fast STIX is written, and how long a page of TAXII takes behind many records.

Usage: python bench/stix.py [--records 1000000]
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import msgspec

from cure.hub.batch import microseconds
from cure.hub.view import First, Followed
from cure.installation import Installation
from cure.model import Audience, Finding, Kind, Label, Mention, Record, Tlp, Topic, tag
from cure.model.finding import digest_of
from cure.subscribers.stix.records import Heard, objects_of
from cure.subscribers.taxii.asked import Asked
from cure.subscribers.taxii.contents import START
from cure.subscribers.taxii.derived import Derived
from cure.subscribers.taxii.pages import envelope

NOW = datetime(2025, 1, 1, tzinfo=UTC)
OPERATOR = Audience("soc", Tlp.RED)
SECRET = bytes(32)
BATCH = 50_000


def records(count: int, values: int) -> Iterator[Record]:
    """Sightings of as many sources and values as a busy site has, one source of them rare."""
    draw = random.Random(7)
    labels = [Label(Tlp.GREEN, "soc"), Label(Tlp.AMBER, "soc")]
    for number in range(count):
        seen = NOW + timedelta(milliseconds=number)
        value = str(ip_address((0x20010DB8 << 96) + draw.randrange(values) + 1))
        said = [Mention(Topic.IP, value, "attacker")]
        if number % 10 == 0:
            said.append(Mention(Topic.TAG, f"malware:family-{draw.randrange(500)}", "tag"))
        source = "rare" if number % 50_000 == 7 else f"sensor@{draw.randrange(16)}"
        finding = Finding(Kind.SIGHTING, tuple(said), seen, seen, key=str(number))
        yield Record(source, labels[number % 2], digest_of(source, finding), finding)


def writing() -> None:
    """Measure writing alone: records in memory to bytes."""
    some = list(records(20_000, 5000))
    encode = msgspec.json.Encoder().encode
    heard = [
        Heard(one, NOW, First([True] * mentions, [True] * mentions, source=False, marking=False))
        for one in some
        if (mentions := len(one.finding.observables))
    ]
    began, written = time.perf_counter(), 0
    for one in heard:
        written += sum(1 for said in objects_of(one, OPERATOR, SECRET) if said and encode(said))
    seconds = time.perf_counter() - began
    print(f"written: {written / seconds:,.0f} objects/s")


def paging(count: int) -> None:
    """Measure pages of 500 objects, by token and by date, at places all over the log."""
    with (
        tempfile.TemporaryDirectory() as directory,
        Installation(Path(directory), write=True) as installation,
    ):
        part: list[Record] = []
        for one in records(count, max(1000, count // 4)):
            part.append(one)
            if len(part) == BATCH:
                installation.append(part)
                part = []
        installation.append(part)
        view = installation.gate.view(OPERATOR, NOW)
        kept = installation.log.kept_at(view.latest(count))[0]
        first = installation.log.kept_at(view.latest(1))[0]
        for title, followed in (
            ("all", Followed()),
            ("one source", Followed(sources=frozenset({"sensor@3"}))),
            ("a rare source", Followed(sources=frozenset({"rare"}))),
            ("a topic", Followed(topics=frozenset({Topic.TAG}))),
            ("a tag", Followed(observables=(tag("malware:family-7"),))),
        ):
            contents = Derived(view, installation.log, OPERATOR, followed, SECRET)
            times: list[float] = []
            for share in range(20):
                after = microseconds(first + (kept - first) * share / 20) - 1
                began = time.perf_counter()
                place = START if not share else contents.after(after)
                page = contents.page(Asked(), place, 500)
                msgspec.json.encode(envelope(page, "next"))
                times.append((time.perf_counter() - began) * 1000)
            print(
                f"page of 500, {title}: median {statistics.median(times):.1f} ms, "
                f"worst {max(times):.1f} ms"
            )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    asked = parser.parse_args()
    writing()
    paging(asked.records)


if __name__ == "__main__":
    main()
