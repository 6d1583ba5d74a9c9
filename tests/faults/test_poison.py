"""F7: what cannot be read lies in quarantine with its reason, and the rest arrives."""

from pathlib import Path

import pytest

from faults.enriching import beside_an_enricher
from faults.figures import note
from faults.poison import poisoned
from faults.sizes import sized

_FAILING = {
    "enricher_crashes": "enricher",
    "enricher_hangs": "none",
    "enricher_starves": "enricher",
    "enricher_needs_too_much": "enricher",
    "enricher_babbles": "enricher",
    "enricher_lies": "enricher",
}


def test_all_that_is_good_arrives_and_all_that_is_bad_is_quarantined(tmp_path: Path):
    count = sized(100_000, 1_000_000)
    found = poisoned(tmp_path, count)
    note("F7", findings=count, quarantined=found.reasons.total(), ask_ms=found.ask_ms)

    assert found.posted.total() == count
    assert found.reasons.total() == found.posted[False]
    assert found.stored == found.posted[True] + 1
    assert len(found.streamed) >= found.posted[True]
    assert set(found.streamed.values()) == {1}
    assert found.undelivered == set()


@pytest.mark.parametrize("change", _FAILING)
def test_an_enricher_that_fails_holds_nobody_up(tmp_path: Path, change: str):
    found = beside_an_enricher(tmp_path, change)
    note(f"F7 {change}", answers=found.answers, ask_ms=found.ask_ms, acked=found.acknowledged)

    assert found.answers.keys() == {_FAILING[change]}
    assert min(found.acknowledged) > 0
    (before_ms, _), (meanwhile_ms, _) = found.ask_ms
    assert meanwhile_ms <= 3 * before_ms + 20.0  # others may keep the machine busy
    assert (found.stored.lost, found.stored.twice, found.stored.same) == (set(), [], True)
