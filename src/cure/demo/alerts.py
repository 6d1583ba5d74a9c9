"""NIRVANA-Kai in the generated world: Suricata's EVE, notices of Zeek, and a firewall's CEF.

Most that a sensor writes is no alert, and most alerts are scans from outside. Those that matter
are few: own machines that call the servers of the campaigns.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import NamedTuple

from cure.demo.bystanders import (
    CAMERA,
    DNS_SERVER,
    GATEWAY,
    SITES,
    STAFF,
    WEB_SERVER,
    facing,
    server_of,
    stranger,
)
from cure.demo.campaigns import Campaign
from cure.demo.files import iso, write_lines, write_text
from cure.demo.reflectors import abused_name
from cure.demo.world import Delivery, World

_SCANS_A_DAY = 40
_FLOWS_A_DAY = 120
_NOTICES_A_DAY = 4
_BLOCKED_A_DAY = 25
_CALLED_HOME = "Malware Command and Control Activity Detected"
_FIELDS = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto note msg src dst p actions"
_TYPES = "time string addr port addr port enum enum string addr addr port set[enum]"
_ENDS_6 = "c6a2={} c6a2Label=Source IPv6 Address c6a3={} c6a3Label=Destination IPv6 Address"
_SCANS = (
    (2001219, "ET SCAN Potential SSH Scan", 22),
    (2001569, "ET SCAN Behavioral Unusual Port 445 traffic", 445),
    (2010935, "ET SCAN Suspicious inbound to MSSQL port 1433", 1433),
)


class Call(NamedTuple):
    """An alert about an own machine that calls a server of a campaign.

    Attributes:
        victim: The own machine.
        campaign: Whose server.
        begins: On which day of its story.
        ends: Until which.
        times: How often.
    """

    victim: str
    campaign: Campaign
    begins: float
    ends: float
    times: int


def calls(world: World) -> list[Call]:
    """Return which own machines the campaigns have taken, and when they call home."""
    botnet, loader, phishing, _, targeted = world.campaigns
    return [
        Call(CAMERA, botnet, 3.5, 6, 24),
        *(Call(host, loader, 0.35, 2.5, 16) for host in STAFF[:3]),
        *(Call(host, phishing, 0.3, 2, 2) for host in STAFF[10:16]),
        *(Call(host, targeted, 0.2, 9, 20) for host in STAFF[20:27:6]),
    ]


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write what the three appliances say."""
    own = folder / "nirvana"
    dice = world.dice("suricata")
    events = [*_scans(world, dice), *_flows(world, dice), *_called(world, dice)]
    events += _reflected(world, dice)
    write_lines(own / "eve.json", _eve(events))
    yield Delivery("nirvana", "suricata", own / "eve.json")
    write_text(own / "notice.log", _notices(world, world.dice("zeek notice")))
    yield Delivery("nirvana", "zeek", own / "notice.log")
    write_text(own / "firewall.log", _firewall(world, world.dice("firewall")), world.end)
    yield Delivery("nirvana", "firewall", own / "firewall.log")


_Event = tuple[datetime, dict[str, object]]


def _eve(events: list[_Event]) -> Iterator[dict[str, object]]:
    for moment, event in sorted(events, key=itemgetter(0)):
        yield {"timestamp": iso(moment, "+0000")} | event


def _scans(world: World, dice: Random) -> Iterator[_Event]:
    for moment in world.moments(dice, _SCANS_A_DAY):
        number, signature, port = dice.choice(_SCANS)
        source = stranger(world, dice)
        ends = _ends(dice, source, facing(WEB_SERVER, source), port)
        yield moment, ends | _alert(number, signature, "Attempted Information Leak", 2)


def _flows(world: World, dice: Random) -> Iterator[_Event]:
    for moment in world.moments(dice, _FLOWS_A_DAY):
        site = server_of(dice.choice(SITES))
        ends = _ends(dice, facing(dice.choice(STAFF), site), site, 443)
        yield moment, {"event_type": "flow", **ends, "flow": {"pkts_toserver": 9, "age": 3}}


def _called(world: World, dice: Random) -> Iterator[_Event]:
    for call in calls(world):
        campaign = call.campaign
        for _ in range(world.many(call.times)):
            moment = world.told(campaign, dice.uniform(call.begins, call.ends))
            ends = _ends(dice, call.victim, campaign.c2_ip, campaign.c2_port)
            number, signature = 2900000 + campaign.number, f"ET MALWARE {campaign.software} Checkin"
            category = _CALLED_HOME
            if campaign is world.campaigns.phishing:
                signature, category = "ET PHISHING Successful Credential Phish", "Phishing"
            alert = _alert(number, signature, category, 1)
            yield moment, ends | alert | {"tls": {"sni": campaign.c2_domain, "version": "TLS 1.2"}}


def _reflected(world: World, dice: Random) -> Iterator[_Event]:
    """Yield alerts about own reflectors' answers and an own server that reflections hit."""
    reflection = world.campaigns.reflection
    for source in reflection.attackers:
        for _ in range(world.many(3)):
            moment = world.told(reflection, dice.uniform(2.5, 4))
            ends = _ends(dice, source, DNS_SERVER, 53) | {"proto": "UDP"}
            alert = _alert(
                2900100, "ET DOS DNS Amplification Attack Inbound", "Attempted Denial of Service", 1
            )
            asked = {"dns": {"type": "query", "rrname": abused_name(world), "rrtype": "ANY"}}
            yield moment, ends | alert | asked


def _ends(dice: Random, source: str, target: str, port: int) -> dict[str, object]:
    return {
        "src_ip": source,
        "src_port": dice.randrange(1024, 65_536),
        "dest_ip": target,
        "dest_port": port,
        "proto": "TCP",
    }


def _alert(number: int, signature: str, category: str, severity: int) -> dict[str, object]:
    return {
        "event_type": "alert",
        "alert": {
            "action": "allowed",
            "gid": 1,
            "signature_id": number,
            "rev": 1,
            "signature": signature,
            "category": category,
            "severity": severity,
        },
    }


def _notices(world: World, dice: Random) -> Iterator[str]:
    """Yield the log of Zeek's notices: port scans, and certificates that nobody signed."""
    yield from ("#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)")
    yield from ("#unset_field\t-", "#path\tnotice")
    yield "\t".join(("#fields", *_FIELDS.split()))
    yield "\t".join(("#types", *_TYPES.split()))
    rows: list[tuple[datetime, list[str]]] = []
    for moment in world.moments(dice, _NOTICES_A_DAY):
        source = stranger(world, dice)
        target = facing(WEB_SERVER, source)
        said = f"{source} scanned at least 15 unique ports of host {target} in 0m2s"
        ends = ["-"] * 6
        rows.append((moment, [*ends, "Scan::Port_Scan", said, source, target, "-"]))
    for call in calls(world):
        campaign = call.campaign
        if campaign.c2_port in {443, 8443}:
            moment = world.told(campaign, call.begins + 0.01)
            ends = [call.victim, str(dice.randrange(1024, 65_536)), campaign.c2_ip]
            ends += [str(campaign.c2_port), "tcp"]
            said = "SSL certificate validation failed with (self signed certificate)"
            told = ["SSL::Invalid_Server_Cert", said, call.victim, campaign.c2_ip]
            rows.append((moment, ["CInvented", *ends, *told, str(campaign.c2_port)]))
    for moment, row in sorted(rows):
        yield "\t".join((f"{moment.timestamp():.6f}", *row, "Notice::ACTION_LOG"))


def _firewall(world: World, dice: Random) -> Iterator[str]:
    """Yield what a firewall sends to syslog: what it blocked."""
    blocked = [
        (moment, stranger(world, dice), WEB_SERVER, dice.choice((22, 445, 3389, 8080)))
        for moment in world.moments(dice, _BLOCKED_A_DAY)
    ]
    botnet, targeted = world.campaigns.botnet, world.campaigns.targeted
    for campaign, target, port in ((botnet, CAMERA, 23), (targeted, GATEWAY, 8443)):
        for source in campaign.attackers[:6]:
            begins = world.told(campaign, dice.uniform(0.1, 3))
            blocked += [
                (min(begins + timedelta(minutes=minute), world.end), source, target, port)
                for minute in range(0, 40, 10)
            ]
    for moment, source, target, port in sorted(blocked):
        milliseconds = round(moment.timestamp() * 1000)
        ends = _ENDS_6 if ":" in source else "src={} dst={}"
        yield (
            f"<134>{moment:%b} {moment.day:2} {moment:%H:%M:%S} fw1 "
            "CEF:0|Example Networks|NGFW|10.1|9100|Access denied|5|"
            f"rt={milliseconds} {ends.format(source, facing(target, source))} dpt={port} "
            "proto=TCP cat=scan act=blocked"
        )
