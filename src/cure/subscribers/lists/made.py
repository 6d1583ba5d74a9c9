"""Making a list: its text, and the tag by which a client knows that nothing in it has changed."""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

from cure.hub.view import View
from cure.subscribers.lists.entries import Asked, Entry, Scores, entries
from cure.subscribers.lists.form import Heading, ListForm

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Made(NamedTuple):
    """A list that was made.

    Attributes:
        text: The list.
        tag: Digest of what it says, whenever it was made.
        entries: What is in it.
    """

    text: str
    tag: str
    entries: list[Entry]


def make(view: View, form: ListForm, asked: Asked, scores: Scores, heading: Heading) -> Made:
    """Make a list.

    Args:
        view: Made for Purpose.EXPORT.
        form: In which form.
        asked: What is to be in it; whether it blocks is for the form to say.
        scores: Says how malicious values are.
        heading: What it says of itself.
    """
    listed = entries(view, asked._replace(blocks=form.blocks), scores)
    timeless = Heading(made=_NO_TIME, zone=heading.zone)
    said = "\n".join(form.write(listed, timeless)).encode()
    text = "".join(f"{line}\n" for line in form.write(listed, heading))
    return Made(text, blake2b(said, digest_size=16).hexdigest(), listed)
