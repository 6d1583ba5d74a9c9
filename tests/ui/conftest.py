"""A real browser, looking at a real server that holds the demo's world."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsers import CHROMIUM, started
from pages import Pages
from program import Program
from worlds import made_once

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the demo's world."""
    program = Program(tmp_path_factory.mktemp("ui"))
    world = made_once(tmp_path_factory, "world", _make)
    shutil.copytree(world / "d", program.directory / "d")
    with program.serving("--data", "d") as there:
        yield there


def _make(folder: Path) -> None:
    made = Program(folder)("demo", "--no-serve", "--data", "d")
    assert made.code == 0, made.err


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Start a browser."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "in CI there has to be a Chromium"
        pytest.skip("no Chromium on PATH: the pages are not looked at")
    with started() as running:
        yield running


@pytest.fixture
def pages(browser: "Browser", url: str) -> Iterator[Pages]:
    """Open pages of the server; at the end of a test nothing may have gone wrong on them."""
    with Pages(browser, url) as opened:
        yield opened


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the program that looks for what keeps people out."""
    found = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
    if not found.exists():
        assert not os.environ.get("CI"), "in CI there has to be ui/node_modules: npm ci"
        pytest.skip("no ui/node_modules: run npm ci in ui/")
    return found.read_text("utf-8")
