"""`cure retract` and `cure retain`: what is taken back, and what is too old."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cure.log.sqlite import SqliteLog
from cure.model import Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from program import Ran
from strategies import T0

Call = Callable[..., Ran]


@pytest.fixture
def filled(call: Call, cowrie_log: Callable[..., Path]) -> Path:
    call("ingest", "cowrie", cowrie_log("192.0.2.1", "192.0.2.2"), "--data", "d")
    return Path.cwd() / "d"


def known(call: Call, value: str) -> bool:
    return call("ask", value, "--data", "d", "--json").json()["status"] == "known"


def test_all_that_a_source_says_of_a_value_is_taken_back(call: Call, filled: Path):
    about = ("retract", "cowrie", "--value", "192.0.2.1", "--data", filled)

    assert call(*about, "--dry-run", "--json").json() == {"retracted": 1, "unknown": 0}
    assert known(call, "192.0.2.1")
    assert "1 record taken back" in call(*about).out
    assert not known(call, "192.0.2.1")
    assert known(call, "192.0.2.2")
    assert call(*about, "--json").json() == {"retracted": 0, "unknown": 0}
    assert call("verify", "--data", filled).code == 0


def test_keys_stand_for_records_that_are_there_or_are_not(call: Call, tmp_path: Path):
    lines = tmp_path / "said.jsonl"
    lines.write_text('{"observables": [{"topic": "ip", "value": "192.0.2.1"}], "key": "a"}\n')
    call("ingest", "findings", lines, "--data", "d")
    about = ("retract", "findings", "--key", "a", "--key", "b", "--data", "d")

    for more in (("--dry-run",), ()):
        assert call(*about, *more, "--json").json() == {"retracted": 1, "unknown": 1}
    assert "2 keys stand for nothing that is there" in call(*about).out
    assert not known(call, "192.0.2.1")


def test_it_is_said_what_is_to_be_taken_back(call: Call, filled: Path):
    for asked in ((), ("--all", "--key", "a")):
        ran = call("retract", "cowrie", *asked, "--data", filled)
        assert ran.code == 2
        assert "--key, or --value, or --all" in ran.err


def test_records_are_kept_for_ever_unless_it_is_said_how_long(call: Call, filled: Path):
    assert "nothing is older" in call("retain", "--data", filled).out
    (filled / "cure.toml").write_text('retain = "400d"')
    assert "nothing is older" in call("retain", "--data", filled).out


@pytest.mark.parametrize("cards", ["keep", "drop"])
def test_what_is_too_old_is_let_go_as_configured(call: Call, tmp_path: Path, cards: str):
    data = tmp_path / "d"
    data.mkdir()
    log = SqliteLog(data / "log.sqlite", clock=lambda: T0)
    finding = Finding(Kind.SIGHTING, (mention(ip("192.0.2.1")),), T0, T0)
    log.append([Record("cowrie", Label(Tlp.GREEN, "local"), digest_of("cowrie", finding), finding)])
    log.close()
    table = f'[[source]]\npublisher = "cowrie"\nfollow = "."\nretain = "1d"\ncards = "{cards}"'
    (data / "cure.toml").write_text(table)

    [one] = call("retain", "--data", data, "--dry-run", "--json").lines()
    assert (one["source"], one["records"], one["cards"]) == ("cowrie", 1, cards)
    assert len(call("retain", "--data", data, "--json").lines()) == 1
    assert known(call, "192.0.2.1") == (cards == "keep")
    assert "nothing is older" in call("retain", "--data", data).out
    assert call("verify", "--data", data).code == 0


def test_a_time_that_is_none_is_told_with_its_line(call: Call, filled: Path):
    (filled / "cure.toml").write_text(
        '[[source]]\npublisher = "cowrie"\nfollow = "."\nretain = "old"'
    )

    ran = call("retain", "--data", filled)

    assert ran.code == 2
    assert "cure.toml:4" in ran.err
