"""The Admiralty code: how reliable a source is (A to G), and how credible what it says (1 to 6).

Letter and digit are kept apart. Their numbers are those of MISP's taxonomy `admiralty-scale`,
version 5; F and 6, that it cannot be judged, are 50 there and count as no word here.
"""

import re
from typing import NamedTuple

from cure.errors import MalformedError

LETTERS = {"a": 100, "b": 75, "c": 50, "d": 25, "e": 0, "f": 50, "g": 0}
DIGITS = {"1": 100, "2": 75, "3": 50, "4": 25, "5": 0, "6": 50}
UNKNOWN_LETTER, UNKNOWN_DIGIT = "f", "6"
UNKNOWN_CONFIDENCE = 50
_CODE = re.compile(r"[a-g][1-6]")


class Admiralty(NamedTuple):
    """A code.

    Attributes:
        letter: Of the source, in lower case.
        digit: Of what it says.
    """

    letter: str
    digit: str

    def __str__(self) -> str:
        return self.letter.upper() + self.digit


UNKNOWN = Admiralty(UNKNOWN_LETTER, UNKNOWN_DIGIT)


def admiralty(text: str) -> Admiralty:
    """Read a code.

    Raises:
        MalformedError: If it is none.

    >>> str(admiralty("b2"))
    'B2'
    """
    clean = text.strip().lower()
    if not _CODE.fullmatch(clean):
        raise MalformedError("admiralty", text, "want a letter A to G and a digit 1 to 6: B2")
    return Admiralty(clean[0], clean[1])


def confidence(code: Admiralty) -> int:
    """Return a code on the scale of STIX, 0 to 100.

    That is MISP's base score with equal weights: the mean of letter and digit, or the one of
    them that could be judged; 50 if neither could.

    >>> [confidence(admiralty(code)) for code in ("A1", "B2", "C6", "F5", "F6")]
    [100, 75, 50, 0, 50]
    """
    known = [LETTERS[code.letter]] if code.letter != UNKNOWN_LETTER else []
    if code.digit != UNKNOWN_DIGIT:
        known.append(DIGITS[code.digit])
    return round(sum(known) / len(known)) if known else UNKNOWN_CONFIDENCE
