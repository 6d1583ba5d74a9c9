"""Archives that other engines read."""

import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest

from cure.errors import ConfigError
from cure.installation import Installation
from cure.model import Audience, Finding, Kind, Label, Purpose, Record, Tlp, ip, mention
from cure.model.finding import digest_of
from cure.subscribers.parquet import write_parquet

PAGE = Path(__file__).parents[2] / "docs" / "export-parquet.md"
SEEN = datetime(2025, 1, 2, 3, tzinfo=UTC)
BANK = Audience("bank", Tlp.GREEN, purpose=Purpose.EXPORT)


def said(source: str, value: str, tlp: Tlp) -> Record:
    finding = Finding(Kind.SIGHTING, (mention(ip(value), "attacker"),), SEEN, SEEN, 3, {"port": 22})
    return Record(source, Label(tlp, "soc"), digest_of(source, finding), finding)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    opened = Installation(tmp_path / "d", write=True)
    opened.append(
        [
            said("cowrie@tokyo-1", "192.0.2.1", Tlp.GREEN),
            said("exist", "192.0.2.1", Tlp.GREEN),
            said("exist", "192.0.2.9", Tlp.RED),
        ]
    )
    return opened


def test_an_archive_has_what_its_audience_may_take_away_by_source_and_day(
    installation: Installation, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    with installation:
        view = installation.gate.view(BANK, SEEN)
        assert write_parquet(view, installation.log, BANK, lake) == 2

    rows = ds.dataset(lake, format="parquet", partitioning="hive").to_table().to_pylist()
    assert {(one["source"], one["day"], one["count"]) for one in rows} == {
        ("cowrie@tokyo-1", "2025-01-02", 3),
        ("exist", "2025-01-02", 3),
    }
    assert {one["observables"][0]["value"] for one in rows} == {"192.0.2.1"}
    assert {one["attributes"] for one in rows} == {'{"port":22}'}


def test_duckdb_is_asked_as_the_page_says_and_answers_as_the_hub_does(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [question] = re.findall(r"## DuckDB\n\n```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    with installation:
        view = installation.gate.view(BANK, SEEN)
        write_parquet(view, installation.log, BANK, tmp_path / "lake")
        told = view.card(ip("192.0.2.1")).sources

    monkeypatch.chdir(tmp_path)
    [(address, sources, sightings, since)] = duckdb.sql(question).fetchall()
    assert (address, sources) == ("192.0.2.1", len(told))
    assert sightings == sum(one.count for one in told.values())
    assert since == min(one.first_seen for one in told.values())


def test_an_archive_does_not_mix_with_what_is_there_already(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "mine").touch()
    with installation, pytest.raises(ConfigError, match="not empty"):
        write_parquet(installation.gate.view(BANK, SEEN), installation.log, BANK, tmp_path / "lake")
