"""Between origins and the log: what an origin is asked, and to whom it hands what it has read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cure.errors import SourceError
from cure.interfaces import Input
from cure.origins.bookmarks import Bookmarks


class Deliver(Protocol):
    """Takes what an origin has read; all of it is durable when it returns."""

    def __call__(self, data: Input, *, before: int = 0, repeated: int = 0) -> None:
        """Take an input, or a further part of one.

        Args:
            data: What was read.
            before: How many of its lines were delivered earlier.
            repeated: How many of its first lines are the beginning of the file once more, for
                formats that explain themselves there.

        Raises:
            LogError: If it was not kept; then it has to be delivered again.
        """
        ...


class Origin(Protocol):
    """What looks after new lines by itself, again and again."""

    def look(self, deliver: Deliver) -> float:
        """Deliver what is new, and remember it once it is durable.

        Returns:
            After how many seconds to look again.

        Raises:
            SourceError: If there is nothing to read, or it cannot be read now.
        """
        ...


@dataclass(frozen=True)
class Looked:
    """A way in that has to be looked after.

    Attributes:
        begin: Makes the origin, which goes on where its bookmarks are.
        every_s: How often it looks, in seconds.
    """

    begin: Callable[[Bookmarks], Origin]
    every_s: float


@dataclass(frozen=True)
class Address:
    """Where to listen.

    Attributes:
        host: The address of this machine.
        port: The port; 0: any that is free.
        cert: File with the certificate chain, in PEM; None: no TLS.
        key: File with the private key, in PEM.
    """

    host: str
    port: int
    cert: str | None = None
    key: str | None = None


class LaterError(SourceError):
    """A source asks to be left alone for a while.

    Attributes:
        retry_after_s: For how many seconds.
    """

    def __init__(self, sentence: str, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(sentence)
