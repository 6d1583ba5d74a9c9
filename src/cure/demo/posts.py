"""Social media of the generated world: a table of TweetFeed, and posts of Mastodon."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from cure.demo.campaigns import Campaign, invented_hash
from cure.demo.files import iso, write_json, write_text
from cure.demo.web_history import lures
from cure.demo.world import Delivery, World

_OTHERS_A_DAY = 15
_POSTED_AFTER_DAYS = 2.8
_HUNTERS = ("hunter_one", "hunter_two", "night_reader")
_TAGS = ("#phishing", "#malware", "#phishing #scam", "#CobaltStrike", "")


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the table and the posts."""
    own = folder / "social"
    write_text(own / "tweetfeed.csv", _tweetfeed(world))
    yield Delivery("social", "tweetfeed", own / "tweetfeed.csv")
    write_json(own / "mastodon.json", _mastodon(world))
    yield Delivery("social", "mastodon", own / "mastodon.json")


def _tags(campaign: Campaign) -> str:
    return f"#{campaign.software} #{campaign.kin.replace(' ', '')}"


def _tweetfeed(world: World) -> Iterator[str]:
    dice = world.dice("tweetfeed")
    rows: list[tuple[datetime, str, str, str]] = []
    for campaign in world.campaigns:
        posted = world.told(campaign, _POSTED_AFTER_DAYS)
        rows += [
            (posted, kind, value, _tags(campaign))
            for kind, value in (
                ("url", campaign.dropper),
                ("ip", campaign.c2_ip),
                ("domain", campaign.c2_domain),
                ("sha256", campaign.samples[0]),
            )
        ]
    rows += [(lure.listed, "url", lure.url, "#phishing #Evilginx") for lure in lures(world)[::3]]
    for moment in world.moments(dice, _OTHERS_A_DAY):
        number = dice.getrandbits(32)
        kind, value = dice.choice(
            (
                ("url", f"http://{number:x}.example.com/login"),
                ("url", f"https://{number:x}.example.net/"),
                ("domain", f"{number:x}.example.org"),
                ("ip", f"192.0.2.{number % 160 + 1}"),
                ("sha256", invented_hash(f"posted {number}")),
            )
        )
        rows.append((moment, kind, value, dice.choice(_TAGS)))
    for number, (moment, kind, value, tags) in enumerate(sorted(rows, key=itemgetter(0))):
        author = dice.choice(_HUNTERS)
        page = f"https://x.com/{author}/status/{15_000_000_000_000_000 + number}"
        yield f"{moment:%Y-%m-%d %H:%M:%S},{author},{kind},{value},{tags},{page}"


def _mastodon(world: World) -> list[dict[str, object]]:
    """Return posts, some of which only chat."""
    posts: list[tuple[datetime, str, list[str]]] = []
    botnet, loader, phishing, reflection, targeted = world.campaigns
    for lure in lures(world)[:6]:
        said = f"{lure.brand}をかたるフィッシング {lure.url.replace('.', '[.]')} #フィッシング"
        posts.append((lure.listed, said, ["フィッシング", "Evilginx"]))
    for campaign in (botnet, loader, phishing, reflection, targeted):
        said = f"{campaign.software}: {campaign.kin} again? C2 {campaign.c2_domain}, "
        said += f"sample {campaign.samples[1]} {_tags(campaign)}"
        tags = _tags(campaign).replace("#", "").split()
        posts.append((world.told(campaign, _POSTED_AFTER_DAYS + 1), said, tags))
    dice = world.dice("mastodon")
    chat = ("おはようございます", "Nice talk today", "今日のハニーポットは静か")
    posts += [(moment, dice.choice(chat), []) for moment in world.moments(dice, 1)]
    return [
        {
            "id": str(9_000_000 + number),
            "created_at": iso(moment),
            "content": f"<p>{said}</p>",
            "url": f"https://social.example.org/@{_HUNTERS[number % 3]}/{9_000_000 + number}",
            "account": {"acct": _HUNTERS[number % 3]},
            "tags": [{"name": tag} for tag in tags],
        }
        for number, (moment, said, tags) in enumerate(sorted(posts))
    ]
