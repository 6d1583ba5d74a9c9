"""Globs of tags: which tags fit which of many patterns."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from fnmatch import translate
from itertools import accumulate

import numpy as np

from cure.hub.packing import Form
from cure.hub.values import Values
from cure.hub.watched.pairs import Numbers, Pairs

_WILD = re.compile(r"[*?]+")


class Globs:
    """Patterns with ``*`` and ``?``, each with the number of its entry."""

    def __init__(self, patterns: Sequence[str], entries: Numbers) -> None:
        """Take patterns in lower case."""
        self._globs = [
            (max(_WILD.split(pattern), key=len), glob(pattern), entry)
            for pattern, entry in zip(patterns, entries.tolist(), strict=True)
        ]

    def fitting(self, values: Values, ids: Numbers) -> Pairs:
        """Return which of these values are tags that fit.

        Cost: a search of each pattern's longest piece through the text of all tags, about 0.1 ms
        a pattern and 10,000 tags.
        """
        tags = ids[values.forms[ids] == Form.TAG]
        if not self._globs or not len(tags):
            return Pairs.of(())
        texts = [one.value.lower() for one in values.observables(tags)]
        whole = "\n".join(texts)
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        found: list[tuple[int, int]] = []
        for piece, fits, entry in self._globs:
            at = whole.find(piece)
            while 0 <= at < len(whole):
                row = bisect_right(starts, at) - 1
                if fits.fullmatch(texts[row]):
                    found.append((row, entry))
                at = whole.find(piece, starts[row + 1])
        pairs = np.array(found, np.int64).reshape(-1, 2)
        return Pairs(tags[pairs[:, 0]], pairs[:, 1])


def has_wild(pattern: str) -> bool:
    """Tell whether a pattern holds wild cards."""
    return _WILD.search(pattern) is not None


def glob(pattern: str) -> re.Pattern[str]:
    """Return a pattern whose ``*`` stands for any text and ``?`` for any sign.

    However many ``*`` it has, it does not try twice what did not fit (`fnmatch.translate`).
    """
    return re.compile(translate(pattern.replace("[", "[[]")))
