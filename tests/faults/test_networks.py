"""F6: whatever the network does, each key has one visible record, and every door goes on."""

from pathlib import Path

from faults.broken_network import FATES, published
from faults.doors import after_broken_connections
from faults.figures import note
from faults.sizes import sized


def test_over_a_broken_network_each_key_is_kept_once(tmp_path: Path):
    fates, found = published(tmp_path, sized(500, 5000), seed=6)
    note("F6", connections=fates)

    assert fates.keys() == FATES.keys()
    assert (found.lost, found.twice, found.same) == (set(), [], True)


def test_a_connection_that_breaks_leaves_every_door_open(tmp_path: Path):
    found = after_broken_connections(tmp_path)

    assert found.whole == found.wanted
    assert found.halves == {}
