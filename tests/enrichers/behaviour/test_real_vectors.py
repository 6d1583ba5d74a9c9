"""Floors on labelled data of others, which lies beside the checkout; how: docs/similar.md."""

import csv
import gzip
import runpy
from pathlib import Path

import pytest

from cure.enrichers.behaviour.event_lists import read_events
from cure.enrichers.behaviour.vectors import build

SHARED = Path(__file__).parents[4] / "shared"
DATA = SHARED / "data" / "similar"
SCORER = SHARED / "tools" / "similar" / "score_similar.py"
pytestmark = pytest.mark.skipif(not SCORER.exists(), reason="the labelled events are not there")


def scores(events, labels, queries=None):
    with gzip.open(DATA / labels, "rt") as lines:
        said = {row["src_ip"]: row["label"] for row in csv.DictReader(lines)}
    read = read_events(DATA / events)
    vectors = build(read.events)
    assert read.unreadable == []
    return runpy.run_path(str(SCORER))["score"](vectors.ips, vectors.joined(), said, queries)


def test_operators_are_told_apart_across_networks():
    queries = set((DATA / "q_selfdeploy24.txt").read_text().split())
    found = scores("selfdeploy24_events.csv.gz", "selfdeploy24_labels.csv.gz", queries)["X24"]

    assert found["n"] == 1448
    assert found["acc"] >= 0.70
    assert found["weightedF1"] >= 0.65
    assert found["p10"] >= 0.63


def test_operators_are_told_apart_by_ports_of_five_honeypots():
    found = scores("uqo_multihoneypot_events.csv.gz", "uqo_labels_public.csv.gz")["X24"]

    assert found["acc"] >= 0.60
    assert found["weightedF1"] >= 0.58
