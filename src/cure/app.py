"""What is plugged in, and on whose behalf: publishers, the operator, labels."""

import pkgutil
from importlib import import_module, metadata

import cure.publishers
from cure.errors import ConfigError
from cure.interfaces import Publisher
from cure.model import Audience, Label, Tlp

ENTRY_POINTS = "cure.publishers"
"""Group of entry points under which other packages offer a `Publisher`."""


def publishers() -> dict[str, Publisher]:
    """Return every publisher that is installed, by name: ours, then those of other packages.

    Raises:
        ConfigError: If another package offers something else, or a name that is taken.
    """
    found: dict[str, Publisher] = {}
    for module in pkgutil.iter_modules(cure.publishers.__path__):
        ours: Publisher = import_module(f"cure.publishers.{module.name}").PUBLISHER
        found[ours.name] = ours
    for entry in metadata.entry_points(group=ENTRY_POINTS):
        other = entry.load()
        if not isinstance(other, Publisher):
            raise ConfigError(f"{entry.value} of group {ENTRY_POINTS} is not a Publisher")
        if other.name in found:
            raise ConfigError(f"{entry.value} offers a publisher {other.name!r}, which is there")
        found[other.name] = other
    return dict(sorted(found.items()))


def publisher_called(name: str) -> Publisher:
    """Return a publisher.

    Raises:
        ConfigError: If there is none of this name; it lists those that there are.
    """
    known = publishers()
    if name not in known:
        raise ConfigError(f"there is no publisher {name!r}; there are: {', '.join(known)}")
    return known[name]


def operator(organisation: str) -> Audience:
    """Return the audience of whoever sits at this machine, until there are accounts."""
    return Audience(organisation, Tlp.RED)


def label_of(publisher: Publisher, organisation: str) -> Label:
    """Return the label of what a publisher reads here."""
    return Label(publisher.tlp, organisation)
