"""WarpDrive in the generated world: what own users visited, and the list of phishing sites.

Of a proxy's log hardly a line in a hundred names a listed site.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import NamedTuple

from cure.demo.bystanders import SITES, STAFF, server_of
from cure.demo.files import iso, write_database, write_json, write_text
from cure.demo.world import Delivery, World

_VISITS_A_DAY = 220
_HISTORY_A_DAY = 25
_LISTED_A_DAY = 3
_1601 = datetime(1601, 1, 1, tzinfo=UTC)
_LINK, _REDIRECT = 0, 0x80000000
_SCHEMA = """
CREATE TABLE urls (id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR,
    visit_count INTEGER, last_visit_time INTEGER);
CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER,
    from_visit INTEGER, transition INTEGER);
"""
_BRANDS = ("例カード", "例銀行", "例ショッピング", "例モバイル", "例宅配便")


class Lure(NamedTuple):
    """A page that deceives.

    Attributes:
        url: Where it is.
        brand: Whose page it imitates.
        listed: When the list of phishing sites got it.
    """

    url: str
    brand: str
    listed: datetime


def lures(world: World) -> list[Lure]:
    """Return the pages of the kit: one a brand at first, and new names for each every day."""
    phishing = world.campaigns.phishing
    dice = world.dice("lures")
    pages = [Lure(phishing.dropper, _BRANDS[0], world.told(phishing, 1.3))]
    for number in range(20):
        name = f"{dice.choice(('card', 'bank', 'shop'))}-{dice.getrandbits(24):06x}"
        site = f"{name}.mirror.example{4 + number % 2 * 4}.jp"
        listed = world.told(phishing, 1.3 + number / 4)
        pages.append(Lure(f"https://{site}/login/", _BRANDS[number % len(_BRANDS)], listed))
    return pages


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the list, with a proxy's log, a browser's history and a session beside it."""
    own = folder / "warpdrive"
    write_text(own / "phishurl.csv", _list(world))
    write_text(own / "access.log", _proxy(world, world.dice("squid")))
    write_database(own / "History", _SCHEMA, _history(world, world.dice("chrome")))
    write_json(own / "session.har", _session(world))
    yield Delivery("warpdrive", None, own)


def _list(world: World) -> Iterator[str]:
    dice = world.dice("phishing list")
    rows = [(lure.listed, lure.url, lure.brand) for lure in lures(world)]
    for moment in world.moments(dice, _LISTED_A_DAY):
        name = f"{dice.getrandbits(32):x}.example9.jp"
        rows.append((moment, f"https://{name}/", dice.choice(_BRANDS)))
    yield "date,URL,description"
    for moment, url, brand in sorted(rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow((f"{moment:%Y/%m/%d %H:%M:%S}", url, brand))
        yield line.getvalue()


def _proxy(world: World, dice: Random) -> Iterator[str]:
    phishing = world.campaigns.phishing
    visits = [
        (moment, dice.choice(STAFF), site, server_of(site))
        for moment in world.moments(dice, _VISITS_A_DAY)
        for site in dice.choices(SITES)
    ]
    pages = lures(world)
    for _ in range(world.many(25)):
        moment = world.told(phishing, dice.uniform(0.2, 6))
        host = dice.choice(pages).url.split("/")[2]
        visits.append((moment, dice.choice(STAFF[10:16]), host, phishing.servers[1]))
    for moment, client, host, server in sorted(visits):
        yield (
            f"{moment.timestamp():.3f} {dice.randrange(20, 900):6} {client} TCP_TUNNEL/200 "
            f"{dice.randrange(900, 90_000)} CONNECT {host}:443 - HIER_DIRECT/{server} -"
        )


def _history(world: World, dice: Random) -> dict[str, list[tuple[object, ...]]]:
    """Return the history of one browser: a mail leads to a redirecting page, that to a lure."""
    phishing = world.campaigns.phishing
    usual = [
        (moment, (f"https://{dice.choice(SITES)}/{dice.randrange(400)}",))
        for moment in world.moments(dice, _HISTORY_A_DAY)
    ]
    chains = [
        (
            world.told(phishing, dice.uniform(0.2, 4)),
            ("https://webmail.example.jp/inbox", f"https://go.example.net/{number:x}", lure.url),
        )
        for number, lure in enumerate(lures(world)[:6])
    ]
    ids: dict[str, int] = {}
    visits: list[tuple[object, ...]] = []
    for moment, pages in sorted((*usual, *chains), key=itemgetter(0)):
        for hop, page in enumerate(pages):
            number = ids.setdefault(page, len(ids) + 1)
            time = (moment + timedelta(seconds=hop) - _1601) // timedelta(microseconds=1)
            before = len(visits) if hop else 0
            kind = _REDIRECT if hop > 1 else _LINK
            visits.append((len(visits) + 1, number, time, before, kind))
    return {"urls": [(number, page, "", 1, 0) for page, number in ids.items()], "visits": visits}


def _session(world: World) -> dict[str, object]:
    """Return a session in which a user followed the first lure, and typed something there."""
    phishing = world.campaigns.phishing
    lure, collector = phishing.dropper, f"https://{phishing.c2_domain}/post"
    steps = (
        ("https://webmail.example.jp/inbox", "", server_of("mail.example.org")),
        (lure, "https://webmail.example.jp/", phishing.servers[1]),
        (collector, lure, phishing.c2_ip),
        ("https://www.example.org/", collector, server_of("www.example.org")),
    )
    moment = world.told(phishing, 0.3)
    entries = [
        {
            "startedDateTime": iso(moment + timedelta(seconds=9 * number), "+00:00"),
            "time": 1,
            "request": {
                "method": "GET",
                "url": url,
                "headers": [{"name": "Referer", "value": before}] if before else [],
            },
            "response": {
                "status": 200,
                "redirectURL": "",
                "headers": [],
                "content": {"size": 1, "mimeType": "text/html"},
            },
            "serverIPAddress": server,
        }
        for number, (url, before, server) in enumerate(steps)
    ]
    creator = {"name": "demonstration", "version": "1"}
    return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries}}
