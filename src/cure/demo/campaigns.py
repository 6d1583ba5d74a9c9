"""The five campaigns of the generated world: who attacks, with what, from where, and when."""

import hashlib
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

_REPORTS = "https://reports.example.org"


class Campaign(NamedTuple):
    """Who attacks, with what, from where; and who says so later.

    Attributes:
        group: Name of the group.
        group_alias: Another name of it.
        software: Name of its malware, its kit or its service.
        kin: A well-known family that the software descends from, loads or resembles.
        name: What analysts call the campaign.
        techniques: Ids of ATT&CK's techniques that the software stands for.
        c2_domain: Name of the server that the malware calls, or that collects what is stolen.
        c2_port: Its port.
        from_day: The day of the story on which it begins.
        number: Its number, from 1, as part of the ids that it has in ATT&CK.
        dropper: URL from which the malware is fetched, or of the page that deceives.
        attackers: Addresses that scan, log in, send mails or ask for reflections.
        servers: Addresses of its servers; the malware calls the first one.
        files: The content of its files: invented texts, and no programs.
    """

    group: str
    group_alias: str
    software: str
    kin: str
    name: str
    techniques: tuple[str, ...]
    c2_domain: str
    c2_port: int
    from_day: int
    number: int = 0
    dropper: str = ""
    attackers: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def samples(self) -> tuple[str, ...]:
        """SHA-256 of its files."""
        return tuple(map(invented_hash, self.files))

    @property
    def c2_ip(self) -> str:
        """Address of the server that the malware calls."""
        return self.servers[0]

    @property
    def family(self) -> str:
        """The software as file names and tags have it."""
        return self.software.lower()

    @property
    def group_id(self) -> str:
        """Id of the group in ATT&CK."""
        return f"G{9000 + self.number}"

    @property
    def software_id(self) -> str:
        """Id of the software in ATT&CK."""
        return f"S{9000 + self.number}"

    @property
    def name_id(self) -> str:
        """Id of the campaign in ATT&CK."""
        return f"C{9000 + self.number}"

    @property
    def report(self) -> str:
        """URL of the report that was written about it."""
        return f"{_REPORTS}/{self.family}"


# example0.jp to example9.jp are reserved as example.jp is; other than example.com, and what lies
# below it, they are sites of their own, which those who read reports do not pass over:
# https://jprs.jp/whatsnew/notice/before2011/200508-rule.html
_BOTNET = Campaign(
    group="Paper Heron",
    group_alias="Origami Wader",
    software="LanternBot",
    kin="Mirai",
    name="Night Market",
    techniques=("T1110.001", "T1105", "T1498"),
    c2_domain="cdn.lantern.example1.jp",
    c2_port=48101,
    from_day=1,
    dropper="http://{server}/lanternbot.sh",
)
_LOADER = Campaign(
    group="Quiet Harbour",
    group_alias="Still Quay",
    software="TideLoader",
    kin="Cobalt Strike",
    name="Slow Tide",
    techniques=("T1566.002", "T1204.002", "T1059.001"),
    c2_domain="gate.tide.example2.jp",
    c2_port=443,
    from_day=3,
    dropper="http://files.tide.example3.jp/seikyusho/invoice.zip",
)
_PHISHING = Campaign(
    group="Glass Cricket",
    group_alias="Autumn Singer",
    software="MirrorKit",
    kin="Evilginx",
    name="Pale Mirror",
    techniques=("T1566.002", "T1557", "T1539"),
    c2_domain="collect.mirror.example5.jp",
    c2_port=443,
    from_day=4,
    dropper="https://card.mirror.example4.jp/login/",
)
_REFLECTION = Campaign(
    group="Hollow Drum",
    group_alias="Empty Barrel",
    software="DrumStress",
    kin="Gafgyt",
    name="Long Roll",
    techniques=("T1498.002", "T1583.005"),
    c2_domain="panel.drum.example6.jp",
    c2_port=8080,
    from_day=5,
    dropper="http://{server}:8080/drum.x86",
)
_TARGETED = Campaign(
    group="Winter Reed",
    group_alias="Frozen Marsh",
    software="ReedRAT",
    kin="PlugX",
    name="Long Reed",
    techniques=("T1566.001", "T1574.001", "T1071.001"),
    c2_domain="update.reed.example7.jp",
    c2_port=8443,
    from_day=2,
    dropper="http://update.reed.example7.jp/kaigi/shiryo.zip",
)
_ATTACKERS, _SERVERS, _FILES = 16, 4, 3


class Campaigns(NamedTuple):
    """The campaigns, by what they are."""

    botnet: Campaign
    loader: Campaign
    phishing: Campaign
    reflection: Campaign
    targeted: Campaign


def invented(dice: Random, seed: int) -> Campaigns:
    """Return the campaigns, each with addresses and files of its own."""
    stories = (_BOTNET, _LOADER, _PHISHING, _REFLECTION, _TARGETED)
    attackers = dice.sample(range(1, 255), _ATTACKERS * len(stories))
    servers = dice.sample(range(1, 250), _SERVERS * len(stories))
    return Campaigns(
        *(
            _told(
                story,
                number,
                [f"203.0.113.{host}" for host in attackers[number :: len(stories)]],
                [f"198.51.100.{host}" for host in servers[number :: len(stories)]],
                seed,
            )
            for number, story in enumerate(stories)
        )
    )


def _told(
    story: Campaign, number: int, attackers: Sequence[str], servers: Sequence[str], seed: int
) -> Campaign:
    return story._replace(
        number=number + 1,
        dropper=story.dropper.format(server=servers[1]),
        attackers=tuple(attackers),
        servers=tuple(servers),
        files=tuple(f"{seed} {story.software} {build}" for build in range(_FILES)),
    )


def invented_hash(text: str) -> str:
    """Return the SHA-256 of an invented text: the hash of no file."""
    return hashlib.sha256(text.encode()).hexdigest()
