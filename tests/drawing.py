"""Draws audiences and labels with a plain random generator: a million of them in a minute."""

from random import Random

from cure.model import Audience, Caveat, Confidentiality, Label, Pap, Purpose, Tlp
from strategies import NAMED, ORGANISATIONS, SOURCES, TURNS


def an_audience(random: Random) -> Audience:
    return Audience(
        random.choice(ORGANISATIONS),
        random.choice(list(Tlp)),
        random.choice([None, frozenset(random.sample(SOURCES, random.randrange(len(SOURCES))))]),
        random.choice(list(Confidentiality)),
        random.choice([frozenset[str](), frozenset({"isac"})]),
        random.choice(["", "rin", "ken"]),
        random.choice(list(Purpose)),
    )


def a_label(random: Random) -> Label:
    return Label(
        random.choice(list(Tlp)),
        random.choice(ORGANISATIONS),
        tuple(sorted(random.sample(NAMED, random.randrange(3)))),
        random.choice(list(Confidentiality)),
        tuple(sorted(random.sample(list(Caveat), random.randrange(3)))),
        random.choice(list(Pap)),
        random.choice([None, None, *TURNS]),
        random.choice([None, None, *TURNS]),
        random.random() < 0.2,
    )
