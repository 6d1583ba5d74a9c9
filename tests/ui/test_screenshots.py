"""What the views look like: as committed, where the browser and the fonts are the same.

Elsewhere pixels differ for reasons that are not ours; there each view has to come out the same
twice, and to show something. After a change that is meant: `make ui-screens`.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pages import Pages
from pictures import colours, different
from screens import BASELINE_SIZE, BASELINES, draw, drawn_with, make_world, serving
from worlds import made_once

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COMMITTED = Path(__file__).parent / "screenshots"
MOST_DIFFERENT = 0.002


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the world whose days never change."""
    folder = tmp_path_factory.mktemp("still")
    shutil.copytree(made_once(tmp_path_factory, "still", make_world), folder, dirs_exist_ok=True)
    with serving(folder) as url:
        yield url


@pytest.mark.parametrize("name", BASELINES)
def test_a_view_looks_as_it_did(browser: "Browser", still: str, name: str):
    is_comparable = json.loads((COMMITTED / "drawn_with.json").read_text()) == drawn_with(browser)
    with Pages(browser, still) as pages:
        seen = draw(pages.open, name, BASELINE_SIZE)
        committed = (COMMITTED / f"{name}.png").read_bytes() if is_comparable else None
        expected = draw(pages.open, name, BASELINE_SIZE) if committed is None else committed

    share = different(seen, expected)
    assert share <= (0 if committed is None else MOST_DIFFERENT)
    assert colours(seen) > 100
