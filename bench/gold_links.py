"""One ingest of all real data beside the project, against the links that others found in it.

`gold_links.tsv.gz` names values that occur in two databases or more. Printed are how many of
these links are found here, which are not, and a sample of links that the gold does not have.
"""

import argparse
import csv
import gzip
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from cure.app import label_of, publisher_called
from cure.hub.intake import Account, Intake
from cure.ingesting import parts_of, setting_of
from cure.model import Observable, recognise
from cure.origins.files import paths_of

SHARED = Path(__file__).parents[2] / "shared" / "data"
FOLDERS = {
    "cowrie": ("honeypot", "honeypot/cowrie"),
    "dionaea": ("honeypot", "honeypot/dionaea"),
    "glastopf": ("honeypot", "honeypot/glastopf", "honeypot/tanner"),
    "haguregumo": ("haguregumo", "haguregumo"),
    "amppot": ("amppot", "amppot"),
    "exist": ("exist", "exist"),
    "nicter": ("nicter", "nicter"),
    "nirvana": ("nirvana_kai", "nirvana_kai"),
    "stardust": ("stardust", "stardust"),
    "endpoint": ("endpoint", "endpoint"),
    "warpdrive": ("warpdrive", "warpdrive"),
    "chorus": ("chorus", "chorus"),
    "malmail": ("malmail", "malmail"),
    "spamdb": ("spamdb", "spamdb"),
    "attack": ("attack", "attack"),
    "reports": ("security_reports", "security_reports"),
    "social": ("social_media", "social_media"),
    "tickets": ("trouble_ticket", "trouble_ticket"),
}
"""Publisher → the database as the gold calls it, and where its files lie."""


def values_of(name: str) -> tuple[set[Observable], Account]:
    """Return all values that a publisher finds in its folders, and what became of the lines."""
    publisher = publisher_called(name)
    now = datetime.now(UTC)
    _, *folders = FOLDERS[name]
    files = paths_of([SHARED / folder for folder in folders])
    setting = setting_of(publisher, files, now)
    intake = Intake(publisher, name, label_of(publisher, "local"), now, setting)
    values: set[Observable] = set()
    account = Account()
    for part in parts_of(files, intake, now, lambda _: None):
        account.add(part.account)
        for record in part.records:
            values.update(Observable(one.topic, one.value) for one in record.finding.observables)
    return values, account


def main() -> None:
    """Read everything, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missing", type=int, default=10, help="how many to print a database")
    parser.add_argument("--extra", type=int, default=0, help="how many other links to print")
    parser.add_argument("--json", action="store_true", help="print figures for programs")
    options = parser.parse_args()
    spoken: dict[str, set[Observable]] = defaultdict(set)
    accounts: dict[str, Account] = {}
    for name, (database, *_) in FOLDERS.items():
        values, accounts[name] = values_of(name)
        spoken[database] |= values
    compared = Compared.of(spoken)
    if options.json:
        print(json.dumps({"publishers": _accounts(accounts), **compared.figures()}))
        return
    for name, account in _accounts(accounts).items():
        print(f"{name:12}", *(f"{count:>10,} {word}" for word, count in account.items()))
        for why, count in accounts[name].reasons.most_common(4):
            print(f"{'':14}{count:>6,}  {why[:100]}")
    figures = compared.figures()
    for name, count in {**figures["databases"], "all links": figures["links"]}.items():
        share = count["found"] / count["there"]
        print(f"{name:22}{count['found']:>7,} of {count['there']:>7,}  {share:.2%}")
    for name, values in sorted(compared.missing.items()):
        print(f"not in {name}: {Random(7).sample(values, min(options.missing, len(values)))}")
    if options.extra:
        _print_extra(spoken, compared.gold, options.extra)


def _accounts(accounts: dict[str, Account]) -> dict[str, dict[str, int]]:
    words = ("lines", "spoke", "silent", "quarantined", "records")
    return {name: {w: getattr(one, w) for w in words} for name, one in accounts.items()}


@dataclass
class Compared:
    """What the gold has, and what of it was found."""

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    links: list[bool] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    gold: set[tuple[Observable, str]] = field(default_factory=set)

    @classmethod
    def of(cls, spoken: dict[str, set[Observable]]) -> "Compared":
        """Look every link up."""
        compared = cls()
        with gzip.open(SHARED / "gold_links.tsv.gz", "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                one, databases = recognise(row["indicator"]), row["publishers"].split(";")
                for database in databases:
                    compared.gold.add((one, database))
                    compared.there[database] += 1
                    if one in spoken[database]:
                        compared.found[database] += 1
                    else:
                        compared.missing[database].append(one.value)
                compared.links.append(all(one in spoken[database] for database in databases))
        return compared

    def figures(self) -> dict[str, Any]:
        """Return how much of it was found."""
        return {
            "databases": {
                name: {"there": count, "found": self.found[name]}
                for name, count in sorted(self.there.items())
            },
            "links": {"there": len(self.links), "found": sum(self.links)},
        }


def _print_extra(
    spoken: dict[str, set[Observable]], gold: set[tuple[Observable, str]], count: int
) -> None:
    """Print a sample of values in two databases or more that the gold has not in both."""
    holders: dict[Observable, list[str]] = defaultdict(list)
    for database, values in spoken.items():
        for one in values:
            holders[one].append(database)
    extra = [
        (one, sorted(databases))
        for one, databases in holders.items()
        if len(databases) > 1
        and one.topic in ("ip", "domain", "hash", "email")
        and not all((one, database) in gold for database in databases)
    ]
    print(f"{len(extra):,} other links")
    for one, databases in Random(7).sample(sorted(extra), min(count, len(extra))):
        print(f"  {one.topic} {one.value}  {' '.join(databases)}")


if __name__ == "__main__":
    main()
