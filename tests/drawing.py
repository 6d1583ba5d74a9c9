"""Draws what the laws are tested with by a plain random generator: quick, and again the same."""

from datetime import timedelta
from random import Random

from cure.model import (
    Audience,
    Caveat,
    Confidentiality,
    Finding,
    Kind,
    Label,
    Pap,
    Purpose,
    Record,
    Tlp,
    mention,
)
from strategies import NAMED, ORGANISATIONS, ROLES, SOURCES, T0, TURNS, VALUES


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


def a_record(random: Random, number: int) -> Record:
    """Draw a record that stands for itself: no other is a version of it."""
    first = T0 + timedelta(seconds=random.randrange(100_000))
    said = tuple(
        mention(one, random.choice([*ROLES, "reference", "reference"]))
        for one in random.sample(VALUES, random.randrange(1, 5))
    )
    finding = Finding(
        random.choice(list(Kind)),
        said,
        first,
        first + timedelta(seconds=random.choice([0, 60, 90_000])),
        random.choice([1, 3]),
    )
    return Record(random.choice(SOURCES), a_label(random), number.to_bytes(16), finding)
