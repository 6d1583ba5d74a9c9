"""A tour of pages: which are visited, and how politely."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Tour:
    """Which pages are fetched.

    Attributes:
        url: The feed or bundle that names them.
        hosts: The hosts that are visited; none: all that it names.
        every_s: How often it is asked for news, in seconds.
        most: How many pages are fetched each time.
        pause_s: How long to wait between two requests to a host, in seconds.
        keep_s: How long pages are kept, in seconds.
    """

    url: str
    hosts: frozenset[str]
    every_s: float
    most: int
    pause_s: float
    keep_s: float

    def includes(self, place: str) -> bool:
        """Tell whether a URL lies on the tour."""
        try:
            parts = urlsplit(place)
        except ValueError:  # no URL at all
            return False
        is_wanted = not self.hosts or parts.hostname in self.hosts
        return parts.scheme in {"http", "https"} and is_wanted
