"""External dynamic lists: one value a line, as firewalls and proxies fetch them."""

from collections.abc import Iterator, Sequence

from cure.model import Topic
from cure.subscribers.lists.entries import Entry
from cure.subscribers.lists.form import Heading, ListForm


def write(entries: Sequence[Entry], _: Heading) -> Iterator[str]:
    """Yield the values."""
    for entry in entries:
        yield entry.observable.value


FORM = ListForm(
    name="edl",
    title="plain list: firewalls (External Dynamic List), proxies, scripts",
    media_type="text/plain",
    suffix="txt",
    topics=(Topic.IP, Topic.DOMAIN, Topic.URL, Topic.HASH, Topic.EMAIL),
    blocks=True,
    write=write,
)
