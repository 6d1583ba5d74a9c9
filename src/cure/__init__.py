"""CURE: security-information fusion. Every source in memory, compared at once."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cure.client import Client as Client

__all__ = ["Client"]


def __getattr__(name: str) -> object:
    """Load the client when somebody asks for it: most of the program does without."""
    if name in __all__:
        return getattr(import_module("cure.client"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
