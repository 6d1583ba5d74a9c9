"""What speaks for a value: lists of well-known values, known scanners, and analysts who say so.

It is a number of its own, never taken off the maliciousness: a compromised top site is both.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from cure.model import Observable, Topic
from cure.model.observable import host_of
from cure.warninglists import warned_of


class _Kind(NamedTuple):
    """Lists that say the same of what they name."""

    name: str
    weight: float
    lists: re.Pattern[str]


# Lists of clouds, CDNs, VPNs and the like are in none of them: anybody can be behind these.
_KINDS = (
    _Kind("known scanner", 0.8, re.compile(r".*-scanning|.*-scanner|shadowserver|tenable-.*")),
    _Kind("resolver", 0.8, re.compile(r"public-dns-.*")),
    _Kind("harmless file", 0.9, re.compile(r".*hash.*|common-ioc-.*|mozilla-.*|eicar.*")),
    _Kind("known false positive", 0.9, re.compile(r"ti-falsepositives")),
    _Kind(
        "top site",
        0.6,
        re.compile(r"alexa|cisco_top.*|majestic_million|moz-top500|tranco10k|dax30"),
    ),
    _Kind(
        "well-known site",
        0.8,
        re.compile(
            r"google|googlebot|apple|microsoft|microsoft-office365|microsoft-win10-.*|wikimedia"
            r"|bank-website|university_domains|security-provider-blogpost|automated-malware-.*"
            r"|captive-portals|crl-.*|covid.*|whats-my-ip|findip-host|umbrella-.*"
        ),
    ),
)


class Speaking(NamedTuple):
    """Something that speaks for a value.

    Attributes:
        what: What it is: a kind of list, or analysts.
        by: The lists, or the source.
        weight: How much it says, from 0 to 1.
    """

    what: str
    by: tuple[str, ...]
    weight: float


def known_benign(observable: Observable) -> list[Speaking]:
    """Return what lists say for a value, each kind once; for a URL what they say of its host.

    Cost: some microseconds; 0.3 s for the first value of a topic, when its lists are read.
    """
    asked = host_of(observable.value) if observable.topic is Topic.URL else observable
    lists = [one.list for one in warned_of(asked)]
    return [
        Speaking(kind.name, named, kind.weight)
        for kind in _KINDS
        if (named := tuple(name for name in lists if kind.lists.fullmatch(name)))
    ]


def together(speaking: Iterable[Speaking]) -> float:
    """Return how much speaks for a value in all, from 0 to 100: noisy-or."""
    doubt = 1.0
    for one in speaking:
        doubt *= 1 - one.weight
    return 100 * (1 - doubt)
