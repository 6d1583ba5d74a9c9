"""CURE and its peers answer alike, and the page about them says what was measured."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"


def test_the_page_about_peers_is_made_from_the_figures(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    from peers import page  # noqa: PLC0415 - scripts, and only here

    assert page.PAGE.read_text() == page.page(json.loads(page.FIGURES.read_text()))


@pytest.mark.parametrize("question", ["card", "match_1k", "match_1m", "matrix", "pivot"])
def test_an_answer_that_differs_is_marked_and_never_best(monkeypatch, question):
    monkeypatch.syspath_prepend(str(BENCH))
    from peers import page  # noqa: PLC0415 - as above

    [row] = [row for row in page.ROWS if row[3] == question][:1]
    ours = {row[0]: 10.0, "answers": {question: "right"}}
    other = {row[0]: 1.0, "answers": {question: "wrong"}}
    peers = {"cure": ours, "duckdb": other, "sqlite": ours | {row[0]: 20.0}}

    assert page.cell(peers, "duckdb", row).endswith("≠")
    assert page.cell(peers, "cure", row).startswith("**")


def test_all_that_is_installed_gives_the_same_answers(tmp_path):
    out = tmp_path / "peers.json"
    options = ["--peers", "cure,sqlite,duckdb,clickhouse,redis", "--sizes", "10000"]
    places = ["--work", str(tmp_path), "--out", str(out)]
    subprocess.run(
        [sys.executable, "-m", "peers", *options, *places],
        cwd=BENCH,
        check=True,
        capture_output=True,
    )
    measured = json.loads(out.read_text())["sizes"]["10000"]
    answers = {name: one["answers"] for name, one in measured.items() if one.get("answers")}

    assert {"cure", "sqlite"} <= answers.keys()
    assert len(answers["cure"]) == 7
    assert all(one == answers["cure"] for one in answers.values())
