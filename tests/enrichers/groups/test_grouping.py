"""From events to named, described groups."""

from datetime import UTC, datetime

import msgspec
import numpy as np

from cure.enrichers.behaviour.events import Events
from cure.enrichers.behaviour.vectors import build
from cure.enrichers.groups.group import ChangeKind, Groups
from cure.enrichers.groups.grouping import groups

START = 1_735_689_600  # 2025-01-01 00:00 UTC
CAMERAS = tuple(f"192.0.2.{number}" for number in range(1, 13))
MAILERS = tuple(f"2001:db8:{number:x}::25" for number in range(1, 10))
LONER = "198.51.100.1"
SHY = "203.0.113.9"

Row = tuple[str, int, str]


def camera(ip: str, number: int) -> list[Row]:
    """Ask for telnet twice a minute for a quarter of an hour, each camera at its own hour."""
    return [(ip, 3600 * number + 30 * turn, "tcp/23") for turn in range(30)]


def mailer(ip: str, number: int) -> list[Row]:
    """Try all mailers' ports together, every second hour of three days."""
    ports = ("tcp/25", "tcp/465", "tcp/587")
    return [
        (ip, 7200 * turn + 240 * place + number, port)
        for turn in range(36)
        for place, port in enumerate(ports)
    ]


def said() -> list[Row]:
    """Return what everybody does."""
    rows = [row for number, ip in enumerate(CAMERAS) for row in camera(ip, number)]
    rows += [row for number, ip in enumerate(MAILERS) for row in mailer(ip, number)]
    rows += [(LONER, 86_400 * turn + 17, "udp/53") for turn in range(3)]
    return [*rows, (SHY, 0, "tcp/23"), (SHY, 30, "tcp/23")]


def events(rows: list[Row]) -> Events:
    """Return rows as columns; addresses and tokens are numbered as they come."""
    ips = list(dict.fromkeys(ip for ip, _, _ in rows))
    tokens = [*dict.fromkeys(token for _, _, token in rows), "path:/HNAP1"]
    paths = [number for number, ip in enumerate(ips) if ip.startswith("192.0.2.")]
    return Events(
        ips,
        tokens,
        np.array([ips.index(ip) for ip, _, _ in rows], np.uint32),
        np.array([(START + second) * 1_000_000 for _, second, _ in rows], np.int64),
        np.array([tokens.index(token) for _, _, token in rows], np.uint32),
        np.ones(len(rows), np.uint32),
        np.array(paths, np.uint32),
        np.full(len(paths), len(tokens) - 1, np.uint32),
        np.ones(len(paths), np.uint32),
    )


def grouped(rows: list[Row], previous: Groups | None = None) -> Groups:
    told = events(rows)
    return groups(build(told), told, previous)


def test_who_behaves_alike_is_one_group_and_the_loner_is_in_none():
    found = grouped(said())
    assert [{*group.members} for group in found.groups] == [{*CAMERAS}, {*MAILERS}]
    assert found.compared == len(CAMERAS) + len(MAILERS) + 1  # not who came twice only


def test_a_group_tells_what_sets_it_apart():
    told = events(said())
    cameras, mailers = groups(
        build(told),
        told,
        scanners=(*MAILERS[:3], LONER),
        networks={ip: 64496 + number % 2 for number, ip in enumerate(MAILERS)},
    ).groups
    assert {token.token for token in cameras.tokens} == {"tcp/23", "path:/HNAP1"}
    assert (cameras.tokens[0].share, cameras.tokens[0].lift) == (1, round(22 / 12, 2))
    assert cameras.first_seen == datetime(2025, 1, 1, tzinfo=UTC)
    assert cameras.last_seen == datetime(2025, 1, 1, 11, 14, 30, tzinfo=UTC)
    assert (cameras.network_count, mailers.network_count) == (1, 9)
    assert (cameras.asn_count, mailers.asn_count) == (0, 2)
    assert (cameras.scanner_share, mailers.scanner_share) == (0, round(3 / 9, 3))
    assert 0.5 < cameras.cohesion <= 1
    assert (cameras.joined, cameras.left) == (12, 0)


def test_the_near_identical_stand_in_their_group():
    for group in grouped(said()).groups:
        assert all({*core} <= {*group.members} and len(core) >= 5 for core in group.identical)
    cameras, mailers = grouped(said()).groups
    assert mailers.identical == (tuple(sorted(MAILERS)),)
    assert cameras.size == 12


def test_the_order_of_events_and_addresses_changes_nothing():
    rows = said()
    found = grouped(rows)
    for shift in (1, 100, 500):
        assert grouped(rows[shift:] + rows[:shift]) == found
    assert grouped(rows[::-1]) == found


def test_groups_become_json_and_come_back():
    found = grouped(said())
    assert msgspec.json.decode(msgspec.json.encode(found), type=Groups) == found


def test_the_next_run_keeps_the_names_and_counts_who_joined_and_left():
    before = grouped(said())
    rows = [row for row in said() if row[0] != CAMERAS[0]]
    for number in range(12, 17):
        rows += camera(f"192.0.2.{number + 100}", number)
    after = grouped(rows, before)
    assert [group.id for group in after.groups] == [group.id for group in before.groups]
    assert (after.groups[0].joined, after.groups[0].left) == (5, 1)
    assert after.changes == ()


def test_a_group_that_falls_silent_is_told_and_its_id_is_never_given_again():
    before = grouped(said())
    without = grouped([row for row in said() if row[0] not in CAMERAS], before)
    assert [change.kind for change in without.changes] == [ChangeKind.GONE]
    again = grouped(said(), without)
    assert without.retired == (before.groups[0].id,)
    assert again.groups[0].members == before.groups[0].members
    assert again.groups[0].id not in without.retired


def test_nobody_makes_no_groups():
    assert grouped([]) == Groups((), (), 0, ())


def test_rows_that_are_equal_are_one_and_all_of_them_join():
    turns = [(number, turn) for number in range(40) for turn in range(5)]
    rows = [(f"203.0.113.{number}", 60 * turn, "tcp/23") for number, turn in turns]
    rows += [(f"198.51.100.{number}", 900 * turn, "udp/53") for number, turn in turns]
    found = grouped(rows)
    assert [group.size for group in found.groups] == [40, 40]
    assert [len(core) for group in found.groups for core in group.identical] == [40, 40]
