"""How what was seen loses its weight: curves from 1 at once to 0 at the end of a lifetime.

Sources: the polynomial of MISP (Iklody et al., arXiv 1803.11052; Mokaddem et al., arXiv
1902.03914), of which the curves of OpenCTI's decay rules are a case; our own are fitted to
whether attackers and scanners came back (`docs/scores.md`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.model import Topic

Days = NDArray[np.float64]


class Curve(NamedTuple):
    """A polynomial decay.

    Attributes:
        lifetime_days: After so many days nothing is left.
        delta: The higher it is, the faster the first days take away.
    """

    lifetime_days: float
    delta: float

    def left(self, age_days: float) -> float:
        """Return what is left after some days, from 1 to 0.

        >>> round(80 * MISP_NIDS.left(7), 4), round(100 * OPENCTI_ADDRESS.left(7), 4)
        (60.6782, 68.4654)
        """
        return float(left(np.array([age_days]), self.lifetime_days, self.delta)[0])

    def days_to(self, part: float) -> float:
        """Return after how many days only a part is left.

        >>> round(OPENCTI_ADDRESS.days_to(0.5), 2)
        14.98
        """
        return self.lifetime_days * (1 - part) ** self.delta


def left(age_days: Days, lifetime_days: Days | float, delta: Days | float) -> Days:
    """Return what is left of each; ages below 0 are 0.

    ``max(0, 1 - (age / lifetime) ** (1 / delta))``
    """
    share = np.clip(age_days / lifetime_days, 0.0, 1.0)
    return 1.0 - share ** (1.0 / delta)


def opencti(lifetime_days: float, pound: float) -> Curve:
    """Return a curve of OpenCTI, given as its rules give it."""
    return Curve(lifetime_days, 3 * pound)


MISP_NIDS = Curve(120, 2)
OPENCTI_ADDRESS = opencti(47, 0.55)
OPENCTI_DOMAIN = opencti(300, 0.7)
OPENCTI_FILE = opencti(460, 0.3)
OPENCTI_OTHER = opencti(470, 0.35)
ATTACKER = Curve(30, 3)
SCANNER = Curve(90, 2.5)
"""Of acknowledged scanners, to compare with: who is one is a list's word, which moves no score."""

CURVES = {
    Topic.IP: ATTACKER,
    Topic.DOMAIN: OPENCTI_DOMAIN,
    Topic.URL: OPENCTI_ADDRESS,
    Topic.HASH: OPENCTI_FILE,
    Topic.EMAIL: OPENCTI_OTHER,
    Topic.TAG: OPENCTI_OTHER,
}
"""By which curve evidence against values of a topic decays."""
