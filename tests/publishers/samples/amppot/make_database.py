"""Makes the sample `database/input.sqlite3`: python make_database.py database/input.sqlite3."""

import sqlite3
import sys
from ipaddress import IPv4Address

SCHEMA = """
CREATE TABLE ntpot_sources (src_ip INTEGER NOT NULL PRIMARY KEY, src_port INTEGER,
    first_seen DATETIME, last_seen DATETIME);
CREATE TABLE ntpot_attack (src_id INTEGER NOT NULL, mode SMALLINT NOT NULL,
    start DATETIME NOT NULL, latest DATETIME, request_pkt BLOB, response_pkt BLOB,
    request_size INTEGER, response_size INTEGER, count INTEGER,
    PRIMARY KEY (src_id, mode, start));
CREATE TABLE ssdpot_attack (src_id INTEGER NOT NULL, st VARCHAR NOT NULL,
    start DATETIME NOT NULL, latest DATETIME, mx SMALLINT, request_pkt BLOB, response_pkt BLOB,
    request_size INTEGER, response_size INTEGER, count INTEGER,
    PRIMARY KEY (src_id, st, start));
CREATE TABLE dnspot_domains (id INTEGER NOT NULL PRIMARY KEY, domain_name VARCHAR(255),
    opcode SMALLINT, dns_type VARCHAR(255), dns_cls VARCHAR(255), first_seen DATETIME);
CREATE TABLE dnspot_attack (src_id INTEGER NOT NULL, domain_id INTEGER NOT NULL,
    start DATETIME NOT NULL, latest DATETIME, count INTEGER, num_entries INTEGER,
    response BLOB, amplification FLOAT, PRIMARY KEY (src_id, domain_id, start));
"""
VICTIM, SCANNER = int(IPv4Address("203.0.113.9")), int(IPv4Address("198.51.100.4"))
NTP = [
    (VICTIM, 7, "08:00:00.000001", "08:12:30.750000", 8, 736, 4321),
    (VICTIM + 191, 7, "09:00:00", "09:00:09", 8, 736, 99),
    (VICTIM + 192, 7, "09:00:00", "09:00:09", 8, 736, 100),
    (SCANNER, 6, "08:00:01.250000", None, 12, 12, None),
    (SCANNER, 2, "09:30:00", "09:30:00", 0, 48, 1),
    (0, 3, "10:00:00", "10:00:00", 48, 48, 1),
    (2**32, 3, "10:00:00", "10:00:00", 48, 48, 1),
    ("198.51.100.8", 3, "10:30:00", "10:30:00", 48, 48, 1),
    (SCANNER + 5, 3, "soon", None, 48, 48, 1),
]
INSERTS = [
    ("ntpot_sources", [(VICTIM, 80, "08:00:00.000001", "08:12:30.750000")]),
    ("ntpot_attack", [(*row[:4], "FwADKgAAAAA=", "AA==", *row[4:]) for row in NTP]),
    (
        "ssdpot_attack",
        [(SCANNER, "upnp:rootdevice", "11:00:00", "11:00:00", 3, "AA==", "AA==", 97, 235, 1)],
    ),
    ("dnspot_domains", [(1, "example.com", 0, "ALL_RECORDS", "IN", "12:00:00")]),
    ("dnspot_attack", [(VICTIM, 1, "12:00:00", "12:05:00", 500, 12, "AA==", 45.5)]),
]


def dated(value: object) -> object:
    return f"2025-10-01 {value}" if isinstance(value, str) and value[2:3] == ":" else value


if __name__ == "__main__":
    with sqlite3.connect(sys.argv[1]) as database:
        database.executescript(SCHEMA)
        for table, rows in INSERTS:
            marks = ",".join("?" * len(rows[0]))
            database.executemany(
                f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608 - our own words
                [tuple(map(dated, row)) for row in rows],
            )
