import numpy as np
import pytest

from cure.enrichers.behaviour.index_faiss import Index, is_installed
from cure.enrichers.behaviour.tallies import unit

pytestmark = pytest.mark.skipif(not is_installed(), reason="faiss is not installed")


@pytest.fixture(scope="module")
def rows():
    """3,000 rows around 60 centres."""
    chance = np.random.default_rng(3)
    centres = chance.normal(size=(60, 128))
    return unit((centres.repeat(50, axis=0) + 0.3 * chance.normal(size=(3000, 128))).astype("f4"))


def test_most_of_the_nearest_are_found(rows):
    index = Index(rows)
    may = np.ones(len(rows), np.bool_)
    found = 0
    for number in range(0, 3000, 100):
        true = set(np.argsort(-(rows @ rows[number]))[:10].tolist())
        found += len(true & set(index.near(rows[number], 50, may).tolist()))

    assert found > 0.9 * 300


def test_those_left_out_are_not_found(rows):
    may = np.arange(len(rows)) % 2 == 0
    near = Index(rows).near(rows[0], 20, may)

    assert len(near) == 20
    assert (near % 2 == 0).all()
