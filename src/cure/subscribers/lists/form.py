"""Forms of lists: the one shape that all of them have."""

import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module

import cure.subscribers.lists.forms
from cure.errors import MalformedError, NotKnownError
from cure.model import Topic
from cure.subscribers.lists.entries import MIN_SCORE, Entry

ZONE = "rpz.cure"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a list says of itself.

    Attributes:
        made: When it was made, UTC.
        zone: Name of the zone, where the list is one.
    """

    made: datetime
    zone: str = ZONE


@dataclass(frozen=True, kw_only=True)
class ListForm:
    """The name-plate of a form, and the pure function that writes it.

    Attributes:
        name: Short, lower case, unique; part of the URL.
        title: Who takes it, in English.
        media_type: As which it is sent.
        suffix: How files of it are called, without the dot.
        topics: Of what there can be such a list.
        blocks: Whether something is blocked by it.
        write: Yields its lines, without line ends, in the order of the entries.
    """

    name: str
    title: str
    media_type: str
    suffix: str
    topics: tuple[Topic, ...]
    blocks: bool
    write: Callable[[Sequence[Entry], Heading], Iterator[str]]

    def lowest(self, wanted: float | None) -> float:
        """Return the lowest maliciousness on such a list, unless another is wanted."""
        if wanted is not None:
            return wanted
        return MIN_SCORE if self.blocks else 0.0


@cache
def forms() -> dict[str, ListForm]:
    """Return all forms, by name."""
    found = [
        import_module(f"{cure.subscribers.lists.forms.__name__}.{module.name}").FORM
        for module in pkgutil.iter_modules(cure.subscribers.lists.forms.__path__)
    ]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def form_called(name: str, topic: Topic) -> ListForm:
    """Return a form of which there can be a list of a topic.

    Raises:
        NotKnownError: If there is none of this name.
        MalformedError: If it does not list this topic.
    """
    form = forms().get(name)
    if form is None:
        raise NotKnownError(f"there is no list {name!r}; there are: {', '.join(forms())}")
    if topic not in form.topics:
        raise MalformedError("topic", topic, f"{name} lists {', '.join(form.topics)}")
    return form
