"""The files that pages of the documentation speak of, made of the publishers' samples."""

import shutil
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "publishers" / "samples"
FILES = {
    "cowrie.json": "cowrie/both-2026/input.jsonl",
    "dionaea.sqlite": "dionaea/database/input.sqlite",
    "tanner_report.json": "glastopf/tanner/input.json",
    "opencanary.log": "opencanary/input.jsonl",
    "attackers.json": "haguregumo/attackers/input.json",
    "ntpot.sqlite3": "amppot/database/input.sqlite3",
    "darknet.pcap": "nicter/capture/input.pcap",
    "eve.json": "nirvana/eve-lines/input.json",
    "decoy.pcapng": "stardust/capture/input.pcapng",
    "sysmon.json": "endpoint/sysmon-nxlog/input.jsonl",
    "browser.har": "warpdrive/har/input.har",
    "squid.log": "warpdrive/squid/input.log",
    "phishing.csv": "warpdrive/jpcert/input.csv",
    "ipsum.txt": "exist/ipsum/input.txt",
    "feodo.csv": "exist/feodo/input.csv",
    "urlhaus.csv": "chorus/urlhaus-csv/input.csv",
    "mail.eml": "malmail/mail/input.eml",
    "bounces.mbox": "spamdb/mailbox/input.mbox",
    "attack.json": "attack/stix-2.1/input.json",
    "report.md": "reports/markdown/input.md",
    "posts.json": "social/mastodon/input.json",
    "misp.json": "tickets/misp/input.json",
}
"""What pages call a file, and the sample that stands for it."""


def lay_out(folder: Path) -> None:
    """Put the files into a folder."""
    for name, sample in FILES.items():
        shutil.copyfile(SAMPLES / sample, folder / name)
