"""Trust: what scores need to know of sources."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary

from cure.enrichers.reliability.admiralty import LETTERS, UNKNOWN_LETTER
from cure.enrichers.reliability.feeds import Copies, copies
from cure.enrichers.reliability.judgements import source_tag
from cure.enrichers.reliability.reputation import UNJUDGED, Tally, judged
from cure.hub.view import View
from cure.model import Caveat

_copies: WeakKeyDictionary[View, Copies] = WeakKeyDictionary()


class Trust(NamedTuple):
    """How far sources are believed.

    Attributes:
        letters: Tag of a source → the letter that analysts gave it.
        tallies: Source → what became of what it said.
        copies: Source → whom it copies.
    """

    letters: Mapping[str, str]
    tallies: Mapping[str, Tally]
    copies: Copies

    def letter(self, source: str) -> str:
        """Return the letter that analysts gave a source; F: none."""
        return self.letters.get(source_tag(source).value, UNKNOWN_LETTER)

    def rho(self, source: str) -> float:
        """Return how far a source is believed: by its letter, else by its reputation, 0 to 1."""
        letter = self.letter(source)
        if letter != UNKNOWN_LETTER:
            return LETTERS[letter] / 100
        return self.tallies.get(source, UNJUDGED).rho


def derivable(view: View) -> View:
    """Return a view without the records from which nothing may be derived."""
    return view.narrowed(lambda label: Caveat.NO_DERIVE not in label.caveats)


def trust_in(view: View, at: datetime, copied: Copies | None = None) -> Trust:
    """Return how far the sources of a view are believed, as of a moment.

    Args:
        view: The view; what may not be derived from is left out.
        at: The moment; what analysts said later does not count.
        copied: Who copies whom, if that is known; else it is found out once for the view.
    """
    told = judged(derivable(view), at)
    if copied is None:
        copied = _copies.get(view)
    if copied is None:
        copied = _copies[view] = copies(derivable(view))
    return Trust(told.letters, told.tallies, copied)
