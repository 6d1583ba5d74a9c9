"""Asks a server of this process one question of each kind; says what was imported for that."""

import sys
from pathlib import Path

from cure.installation import Installation
from servers import application, client_of, finding, ndjson

_ONE = "topic=ip&value=192.0.2.1"
QUESTIONS = (
    *(f"observables/ip/192.0.2.{one}" for one in range(1, 6)),
    *(f"{what}?{_ONE}" for what in ("pivot", "campaign", "timeline", "stix", "score")),
    *("similar?ip=192.0.2.1", "compare?ip=192.0.2.1&other=192.0.2.2"),
    *("search?pattern=192.0.2.0/24", "links", "publishers/links", "sources"),
    *("groups", "reliability", "lists", "hits"),
)


def imported_for_answers(directory: Path) -> set[str]:
    with (
        Installation(directory, write=True, link_reserved=True) as installation,
        client_of(application(installation)) as client,
    ):
        before = set(sys.modules)
        lines = [finding(f"192.0.2.{one}") for one in range(1, 6)] * 3
        for source in ("nicter", "findings"):
            posted = client.post(f"/api/v1/records?source={source}", content=ndjson(*lines))
            posted.raise_for_status()
        for question in QUESTIONS:
            client.get(f"/api/v1/{question}").raise_for_status()
        return set(sys.modules) - before


if __name__ == "__main__":
    sys.stdout.write(" ".join(sorted(imported_for_answers(Path(sys.argv[1])))))
