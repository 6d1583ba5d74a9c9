"""Chromium, set up so that it draws the same each time."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from waiting import PATIENCE_S

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
_FLAGS = (
    *("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader"),
    *("--enable-unsafe-swiftshader", "--force-color-profile=srgb", "--disable-lcd-text"),
    *("--font-render-hinting=none", "--hide-scrollbars", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@contextmanager
def started() -> "Iterator[Browser]":
    """Start a browser that draws with a software card: slow, and always the same."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - not everybody has it

    expect.set_options(timeout=1000 * PATIENCE_S)
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()
