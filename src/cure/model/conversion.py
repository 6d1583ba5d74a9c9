"""What reads forms from objects that are decoded already, also in several threads at once."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec

Form = TypeVar("Form")


def converter(form: type[Form], *, strict: bool = True) -> Callable[[object], Form]:
    """Return what reads a form from an object of JSON or TOML; to be made once, on import.

    msgspec 0.22 crashes if two threads are the first to look at a form with others in it, so we
    look at it here. Decoders do likewise, which is why they are made on import too.

    Args:
        form: What is to be read.
        strict: Whether a number in a text is none.
    """
    msgspec.json.Decoder(form)
    return partial(msgspec.convert, type=form, strict=strict)
