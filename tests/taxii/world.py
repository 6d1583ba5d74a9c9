"""A server full of records, and clients of TAXII that ask it as real ones do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from cure.access.grants import Verb
from cure.access.principal import Scope
from cure.publishers.reports import PUBLISHER as REPORTS
from guarded import BY, World, guarded
from servers import PUBLISHERS as THEIRS
from servers import finding

PUBLISHERS = {**THEIRS, REPORTS.name: REPORTS}
MEDIA_TYPE = "application/taxii+json;version=2.1"
ACCEPT = {"Accept": MEDIA_TYPE}
ALL = "/taxii2/bank/collections/all/objects/"


@contextmanager
def trusted(directory: Path, *, is_served: bool = True) -> Iterator[World]:
    """Serve an installation whose member ``bank`` may send objects."""
    with guarded(directory, is_served=is_served, publishers=PUBLISHERS) as world:
        accounts = world.accounts
        accounts.grants.add(BY, Verb.PUBLISH, "bank", ["partner@bank"], world.clock())
        world.key("bank mute", "bank", Scope.PUBLISH)
        yield world


def attacks(count: int, start: int = 0) -> list[dict[str, Any]]:
    """Return so many findings, each of another address and malware of five families."""
    return [
        finding(
            f"2001:db8::{number + 1:x}",
            observables=[
                {"topic": "ip", "value": f"2001:db8::{number + 1:x}", "role": "attacker"},
                {"topic": "tag", "value": f"malware:family-{number % 5}", "role": "tag"},
            ],
        )
        for number in range(start, start + count)
    ]


@dataclass
class Taxii:
    """A client of one collection, over HTTP.

    Attributes:
        http: Asks.
        path: Where its objects are.
        got: The objects that came.
        answers: The answers that they came in.
    """

    http: httpx.Client
    path: str = ALL
    got: list[dict[str, Any]] = field(default_factory=list)
    answers: list[httpx.Response] = field(default_factory=list)

    def ask(self, **query: str | int) -> httpx.Response:
        """Ask for a page, and read it as Elastic does: without looking whether it has objects."""
        answer = self.http.get(self.path, params=query, headers=ACCEPT, follow_redirects=False)
        assert answer.status_code == 200, answer.text
        self.got += answer.json()["objects"]
        self.answers.append(answer)
        return answer

    @property
    def ids(self) -> list[str]:
        return [one["id"] for one in self.got]


def last_of(answer: httpx.Response) -> str:
    return answer.headers["X-TAXII-Date-Added-Last"]
