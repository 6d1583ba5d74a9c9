"""Retention of an installation: what is let go, and what of it is left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cure.installation import Installation
from cure.interfaces import Cards, Retention
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, domain, mention
from cure.model.finding import digest_of
from cure.retaining import FOREVER, Keeping, Policy, due, keeping, retain
from strategies import T0

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def said(name: str, source: str) -> Record:
    finding = Finding(Kind.SIGHTING, (mention(domain(name), "listed"),), T0, T0)
    return Record(source, Label(Tlp.GREEN, "soc"), digest_of(source, finding), finding)


def opened(directory: Path) -> Installation:
    return Installation(directory, write=True)


def is_known(installation: Installation, name: str) -> bool:
    view = installation.gate.view(Audience("soc"))
    return bool(view.is_known([domain(name)])[0])


def is_as_replayed(installation: Installation) -> bool:
    return installation.state_hash() == installation.replayed_hash(lambda *_: None)


def test_no_file_holds_a_value_that_was_dropped_not_even_the_snapshot(tmp_path: Path) -> None:
    with opened(tmp_path) as installation:
        installation.append([said("gone.example.com", "exist"), said("kept.example.com", "attack")])
        installation.snapshot()
        assert b"gone.example.com" in (tmp_path / "hub.snapshot").read_bytes()
        installation.retain("exist", TOMORROW, Cards.DROP)
        files = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    with opened(tmp_path) as again:
        assert not is_known(again, "gone.example.com")
        assert is_known(again, "kept.example.com")
        assert (len(again), again.warnings) == (2, [])
        assert is_as_replayed(again)

    assert not [name for name, content in files.items() if b"gone.example.com" in content]
    assert [name for name, content in files.items() if b"kept.example.com" in content]


def test_a_crash_before_the_disk_has_forgotten_shows_nothing_again(tmp_path: Path) -> None:
    with opened(tmp_path) as installation:
        installation.append([said("gone.example.com", "exist")])
        installation.snapshot()
        installation.log.retain(Retention("exist", Cards.DROP, 1))  # and no more
    with opened(tmp_path) as again:
        assert not is_known(again, "gone.example.com")
        assert is_as_replayed(again)
        assert again.forget() == 1
    with opened(tmp_path) as again:
        assert again.forget() == 0
        assert b"gone.example.com" not in (tmp_path / "hub.snapshot").read_bytes()


def test_a_crash_before_the_snapshot_was_made_anew_leaves_it_to_the_next_start(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as installation:
        installation.append([said("gone.example.com", "exist")])
        installation.snapshot()
        installation.log.retain(Retention("exist", Cards.DROP, 1))
        assert installation.log.forget(10) == 1  # and no more
    with opened(tmp_path) as again:
        assert b"gone.example.com" in (tmp_path / "hub.snapshot").read_bytes()
        again.forget()
        assert b"gone.example.com" not in (tmp_path / "hub.snapshot").read_bytes()


def test_a_snapshot_that_knows_of_more_than_the_log_is_not_taken(tmp_path: Path) -> None:
    with opened(tmp_path) as installation:
        installation.append([said("gone.example.com", "exist")])
        before = (tmp_path / "log.sqlite").read_bytes(), (tmp_path / "log.sqlite-wal").read_bytes()
        installation.retain("exist", TOMORROW, Cards.DROP)
    (tmp_path / "log.sqlite").write_bytes(before[0])
    (tmp_path / "log.sqlite-wal").write_bytes(before[1])
    with opened(tmp_path) as again:
        assert "of another log" in again.warnings[0]
        assert is_known(again, "gone.example.com")
        assert is_as_replayed(again)


def test_each_source_is_kept_as_long_as_was_said_of_it(tmp_path: Path) -> None:
    policy = Policy(
        keeping("400d", "drop", Keeping()), {"attack": keeping(FOREVER, None, Keeping())}
    )
    with opened(tmp_path) as installation:
        installation.append([said("a.example.com", "exist"), said("b.example.com", "attack")])
        in_time = datetime.now(UTC) + timedelta(days=399)

        assert list(due(installation, policy, in_time)) == []
        assert retain(installation, policy, in_time) == []
        late = in_time + timedelta(days=2)
        assert [(one.source, one.records) for one in retain(installation, policy, late)] == [
            ("exist", 1)
        ]
        assert not is_known(installation, "a.example.com")
        assert is_known(installation, "b.example.com")


@pytest.mark.parametrize("cards", list(Cards))
def test_it_stops_where_it_is_when_told_and_goes_on_the_next_time(
    tmp_path: Path, cards: Cards
) -> None:
    with opened(tmp_path) as installation:
        installation.append([said(f"host-{n}.example.com", "exist") for n in range(30)])
        installation.retain("exist", TOMORROW, cards, lambda: True)
        assert installation.aged("exist", TOMORROW, cards) == 30
        installation.retain("exist", TOMORROW, cards)
        assert installation.aged("exist", TOMORROW, cards) == 0
        assert is_as_replayed(installation)
