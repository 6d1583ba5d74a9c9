"""Retention: how long what each source says is kept, as the operator configured it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from cure.asking import span
from cure.installation import Installation
from cure.interfaces import Cards

FOREVER = "forever"


class Keeping(NamedTuple):
    """How long something is kept.

    Attributes:
        age: How long; None: for ever.
        cards: What becomes of cards after that.
    """

    age: timedelta | None = None
    cards: Cards = Cards.KEEP


class Policy(NamedTuple):
    """How long the records of each source are kept.

    Attributes:
        usual: Those of all others.
        of: Those of some sources, by name.
    """

    usual: Keeping = Keeping()
    of: Mapping[str, Keeping] = {}


class LetGo(NamedTuple):
    """What is let go of a source.

    Attributes:
        source: The source.
        until: What was kept by then goes.
        cards: What becomes of cards.
        records: How many records that concerns which were kept until now.
    """

    source: str
    until: datetime
    cards: Cards
    records: int


def keeping(age: str | None, cards: str | None, usual: Keeping) -> Keeping:
    """Read how long something is kept; what is not told is as usual.

    Raises:
        MalformedError: If the age is none.

    >>> keeping("400d", "drop", Keeping()).age.days
    400
    """
    read = usual.age if age is None else (None if age == FOREVER else span(age))
    return Keeping(read, usual.cards if cards is None else Cards(cards))


def due(installation: Installation, policy: Policy, now: datetime) -> Iterator[LetGo]:
    """Yield of which sources something is too old now. Cost: 3 ns a record and source."""
    for source in installation.sources():
        age, cards = policy.of.get(source, policy.usual)
        if age is not None:
            until = now - age
            if count := installation.aged(source, until, cards):
                yield LetGo(source, until, cards, count)


def retain(
    installation: Installation,
    policy: Policy,
    now: datetime,
    is_enough: Callable[[], bool] = lambda: False,
) -> list[LetGo]:
    """Let go of all that is too old, on the disk as well; also of what a crash left there.

    `is_enough` is called between two steps, of about 20 ms each; true: stop.

    Raises:
        LogError: If that could not be kept; what is left is done the next time.
    """
    done: list[LetGo] = []
    for one in due(installation, policy, now):
        installation.retain(one.source, one.until, one.cards, is_enough)
        done.append(one)
    installation.forget(is_enough)
    return done
