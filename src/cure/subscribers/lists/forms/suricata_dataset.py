"""Suricata datasets: one value a line, in the form that the type of the set wants.

https://docs.suricata.io/en/latest/rules/datasets.html: strings are Base64, hashes and
addresses stand as they are.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence

from cure.model import Topic
from cure.subscribers.lists.entries import Entry
from cure.subscribers.lists.form import Heading, ListForm

_STRINGS = frozenset({Topic.DOMAIN, Topic.URL})
_SHA256_DIGITS = 64


def write(entries: Sequence[Entry], _: Heading) -> Iterator[str]:
    """Yield the values; of hashes SHA-256 only, of addresses no networks, as the types want."""
    for entry in entries:
        topic, value = entry.observable.topic, entry.observable.value
        if topic in _STRINGS:
            yield b64encode(value.encode()).decode()
        elif topic is Topic.HASH:
            if len(value) == _SHA256_DIGITS:
                yield value
        elif "/" not in value:
            yield value


FORM = ListForm(
    name="suricata-dataset",
    title="dataset for Suricata's rules: type string, sha256 or ip",
    media_type="text/plain",
    suffix="lst",
    topics=(Topic.DOMAIN, Topic.URL, Topic.HASH, Topic.IP),
    blocks=True,
    write=write,
)
