"""Suricata's reputation of addresses: ``address,category,score``.

https://docs.suricata.io/en/latest/reputation/ipreputation/ip-reputation-format.html
"""

from collections.abc import Iterator, Sequence

from cure.model import Topic
from cure.subscribers.lists.entries import Entry
from cure.subscribers.lists.form import Heading, ListForm

CATEGORY = 1
"""The number that the file of categories has to give a name: ``1,cure,Listed by CURE``."""
_HIGHEST = 127


def write(entries: Sequence[Entry], _: Heading) -> Iterator[str]:
    """Yield each address or network with its score, on the scale of 1 to 127."""
    for entry in entries:
        score = max(1, round(entry.score / 100 * _HIGHEST))
        yield f"{entry.observable.value},{CATEGORY},{score}"


FORM = ListForm(
    name="suricata-iprep",
    title="reputation of addresses for Suricata",
    media_type="text/plain",
    suffix="list",
    topics=(Topic.IP,),
    blocks=True,
    write=write,
)
