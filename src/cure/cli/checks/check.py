"""One thing that the doctor looked at."""

from typing import Literal

import msgspec


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        name: What.
        state: How it is.
        says: What was found.
        todo: What to do about it.
    """

    name: str
    state: Literal["ok", "warn", "fail"]
    says: str
    todo: str = ""
