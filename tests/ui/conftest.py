"""A real browser, looking at a real server that holds the demo's world."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsers import CHROMIUM, started
from pages import Pages
from program import Program
from worlds import world

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the demo's world, to which no test adds: it can be counted."""
    with _served(tmp_path_factory) as there:
        yield there


@pytest.fixture(scope="session")
def changing_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the demo's world once more, for tests that add to it."""
    with _served(tmp_path_factory) as there:
        yield there


@contextmanager
def _served(factory: pytest.TempPathFactory) -> Iterator[str]:
    program = Program(factory.mktemp("ui"))
    shutil.copytree(world(factory), program.directory / "d")
    with program.serving("--data", "d") as there:
        yield there


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


@pytest.fixture
def changing(browser: "Browser", changing_url: str) -> Iterator[Pages]:
    """Open pages of the server whose world tests add to."""
    with Pages(browser, changing_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the program that looks for what keeps people out."""
    found = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
    if not found.exists():
        assert not os.environ.get("CI"), "in CI there has to be ui/node_modules: npm ci"
        pytest.skip("no ui/node_modules: run npm ci in ui/")
    return found.read_text("utf-8")
