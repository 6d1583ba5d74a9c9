"""Asking a server: what is known of values."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from cure.client.connection import Connection, Json, When, decode

_VALUES_AT_ONCE = 5000
_VALUES_A_REQUEST = 1_000_000


class Asking(Connection):
    """What an analyst asks."""

    def card(self, value: str) -> Json:
        """Return all that is known of a value; its topic is found by itself.

        Raises:
            UnknownValueError: If nothing is known of it.
        """
        return self._get("observables", value=value)

    def match(self, values: Iterable[str]) -> Iterator[Json]:
        """Yield for each value what is known of it, in order; blanks stand for line breaks."""
        rest, asked = iter(values), 0
        for first in rest:
            some = chain([first], islice(rest, _VALUES_A_REQUEST - 1))
            with (
                self._reaching(),
                self._http.stream("POST", "/api/v1/match", content=_lines(some)) as answer,
            ):
                if answer.is_error:
                    answer.read()
                    self._read(answer)
                for line in answer.iter_lines():
                    told = decode(line)
                    yield told | {"line": told["line"] + asked}
            asked += _VALUES_A_REQUEST

    def records(
        self,
        value: str,
        *,
        source: str | None = None,
        before: When = None,
        after: When = None,
    ) -> Iterator[Json]:
        """Yield the records that mention a value, the latest first."""
        question = {"value": value, "source": source, "before": before, "after": after}
        cursor: str | None = None
        while True:
            answer = self._get("observables/records", **question, limit=1000, cursor=cursor)
            yield from answer["records"]
            cursor = answer["next"]
            if cursor is None:
                return

    def pivot(self, value: str, *, hops: int = 2, limit: int = 100) -> Json:
        """Return what is connected with a value."""
        return self._get("pivot", value=value, hops=hops, limit=limit)

    def links(self, topic: str | None = None, *, since: When = None) -> Json:
        """Return how many values each pair of sources has in common."""
        return self._get("links", topic=topic, since=since)

    def campaign(self, value: str, *, limit: int = 200) -> Json:
        """Return the story around a value, a tag or a name."""
        return self._get("campaign", value=value, limit=limit)

    def search(
        self, pattern: str, *, since: When = None, until: When = None, limit: int = 1000
    ) -> Json:
        """Return the values that fit a pattern."""
        return self._get("search", pattern=pattern, since=since, until=until, limit=limit)

    def sources(self) -> list[Json]:
        """Return what each source has said, in sum."""
        return self._get("sources")

    def publishers(self) -> list[Json]:
        """Return the publishers that the server has."""
        return self._get("publishers")

    def timeline(
        self,
        *,
        bucket: int = 3600,
        since: When = None,
        until: When = None,
        value: str | None = None,
    ) -> Json:
        """Return how many records of each source began when, in buckets of so many seconds."""
        return self._get("timeline", bucket=bucket, since=since, until=until, value=value)


def _lines(values: Iterable[str]) -> Iterator[bytes]:
    """Write values one a line, some thousand lines at a time."""
    rest = iter(values)
    while some := list(islice(rest, _VALUES_AT_ONCE)):
        yield "".join(" ".join(value.splitlines()) + "\n" for value in some).encode()
