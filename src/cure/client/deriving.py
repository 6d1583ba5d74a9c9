"""Asking a server what its enrichers find: likeness, groups, scores, reliability."""

from collections.abc import Iterable
from urllib.parse import quote

from cure.client.connection import Connection, Json, When


class Deriving(Connection):
    """What enrichers answer."""

    def similar(
        self,
        ip: str,
        *,
        k: int = 20,
        min_score: float = 0.7,
        exclude: Iterable[str] = (),
        window: str = "30d",
    ) -> Json:
        """Return the addresses that behave like one.

        Args:
            ip: The address.
            k: How many at most.
            min_score: How alike they are at least, 0.0 to 1.0.
            exclude: Whom to leave out: ``same-net``, ``known-scanner``.
            window: How far back, such as ``30d``.
        """
        named = ",".join(exclude)
        return self._get("similar", ip=ip, k=k, min_score=min_score, exclude=named, window=window)

    def compare(self, ip: str, other: str, *, window: str = "30d") -> Json:
        """Tell how alike two addresses behave."""
        return self._get("compare", ip=ip, other=other, window=window)

    def groups(self, *, order: str = "size", limit: int = 100) -> Json:
        """Return the groups of addresses that behave alike; waits while they are computed."""
        return self._computed("groups", order=order, limit=limit)

    def group(self, name: str) -> Json:
        """Return a group with its members; waits while it is computed."""
        return self._computed(f"groups/{quote(name, safe='')}")

    def publish_groups(self) -> Json:
        """Publish the groups of what the operating organisation owns."""
        return self._send("POST", "groups/publish", {})

    def score(self, value: str, *, at: When = None) -> Json:
        """Return how malicious a value is, as of a moment, and what that is made of."""
        return self._get("score", value=value, at=at)

    def reliability(self) -> list[Json]:
        """Return how far each source is believed, and how it compares with the others."""
        return self._get("reliability")

    def ratings(self, about: str) -> list[Json]:
        """Return what analysts said of a value or a source, the latest first."""
        return self._get("ratings", about=about)

    def rate(self, about: str, admiralty: str = "F6", **said: str | bool) -> Json:
        """Rate a value or a source in the Admiralty code.

        Args:
            about: The value, or the name of the source.
            admiralty: The code, such as ``B2``.
            said: What else: `note`, `false_positive`, `expired`, `tlp`.
        """
        return self._send("POST", "ratings", {"about": about, "admiralty": admiralty, **said})
