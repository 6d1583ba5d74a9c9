"""Zeek's intelligence framework: a table with tabs, one value a row.

https://docs.zeek.org/en/master/frameworks/intel.html
"""

from collections.abc import Iterator, Sequence

from cure.model import Observable, Topic
from cure.subscribers.lists.entries import Entry
from cure.subscribers.lists.form import Heading, ListForm

_COLUMNS = ("indicator", "indicator_type", "meta.source", "meta.desc", "meta.do_notice")
_TYPES = {
    Topic.IP: "Intel::ADDR",
    Topic.DOMAIN: "Intel::DOMAIN",
    Topic.URL: "Intel::URL",
    Topic.HASH: "Intel::FILE_HASH",
    Topic.EMAIL: "Intel::EMAIL",
}


def write(entries: Sequence[Entry], _: Heading) -> Iterator[str]:
    """Yield a head and a row for each value."""
    yield "\t".join(("#fields", *_COLUMNS))
    for entry in entries:
        desc = f"{' '.join(entry.roles)}; score {entry.score:g}; by {' '.join(entry.sources)}"
        yield "\t".join((*_value(entry.observable), "cure", desc, "T"))


def _value(observable: Observable) -> tuple[str, str]:
    """Return a value as Zeek has it, and its type; URLs go without their scheme there."""
    topic, value = observable.topic, observable.value
    if topic is Topic.IP and "/" in value:
        return value, "Intel::SUBNET"
    if topic is Topic.URL:
        value = value.partition("://")[2]
    return value, _TYPES[topic]


FORM = ListForm(
    name="zeek",
    title="intelligence for Zeek",
    media_type="text/plain",
    suffix="dat",
    topics=tuple(_TYPES),
    blocks=False,
    write=write,
)
