"""The screens that are looked at: views of a world whose days never change."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.app import operator, publishers
from cure.installation import Installation
from cure.web.server import build
from pages import ready
from program import Program
from servers import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LAST_DAY = "2025-06-14"
NOW = datetime(2025, 6, 15, tzinfo=UTC)
BOT, MALWARE, C2 = "203.0.113.66", "malware:lanternbot", "gate.tide.example2.jp"
PASTED = f"""{BOT}
hxxp://{C2.replace(".", "[.]")}/login
192.0.2.250
From: "Billing" <invoice@mail.example.com> (198.51.100.7)
{BOT}
not a value"""


class Screen(NamedTuple):
    """A view in one of its states.

    Attributes:
        path: Its address.
        query: What it is asked to show.
        act: What is done before it is looked at.
    """

    path: str
    query: Mapping[str, str]
    act: "Callable[[Page], None] | None" = None


def _pasted(page: "Page") -> None:
    page.get_by_role("textbox").fill(PASTED)
    page.keyboard.press("Control+Enter")
    page.locator("section[aria-busy=false]").wait_for()


_LIGHT, _JAPANESE = {"theme": "light"}, {"lang": "ja"}
SCREENS: Mapping[str, Screen] = {
    "whole": Screen("/", {"view": "map"}),
    "picture": Screen("/", {"view": "3d", "campaign": MALWARE}),
    "table": Screen("/", {"view": "table", "db": "cowrie", **_LIGHT}),
    "detail": Screen("/topic/ip", {"campaign": MALWARE}),
    "lookup": Screen("/lookup", {}, _pasted),
    "card": Screen(f"/ip/{BOT}", _LIGHT),
    "similar": Screen(f"/ip/{BOT}/similar", {}),
    "campaign": Screen(f"/campaigns/{MALWARE}", _JAPANESE),
    "alerts": Screen("/alerts", {"matched": "1"}),
    "watch": Screen("/watch", {}),
    "graph": Screen("/graph", {"value": BOT}),
    "sources": Screen("/sources", _JAPANESE | _LIGHT),
    "admin": Screen("/admin", {}),
}
"""Each view once; the map of the whole in three shapes."""
BASELINES = ("whole", "picture", "detail", "lookup", "card", "campaign", "alerts", "sources")
BASELINE_SIZE = (960, 540)


def make_world(folder: Path) -> None:
    """Fill `folder`/d with the demo's world of days long past."""
    made = Program(folder)("demo", "--no-serve", "--until", LAST_DAY, "--data", "d")
    assert made.code == 0, made.err


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve `folder`/d at a moment at which time stands still."""
    data = folder / "d"
    with (
        Installation(data, write=True, link_reserved=True) as installation,
        Audit(data) as audit,
        Accounts(data, audit) as accounts,
    ):
        app = build(
            installation,
            audience=operator("local"),
            owner="local",
            publishers=publishers(),
            accounts=accounts,
            clock=lambda: NOW,
        )
        with running(app) as url:
            # The Enricher's groups would else come a minute later, in the middle of the pictures.
            assert httpx.post(f"{url}/api/v1/groups/publish", timeout=60).is_success
            yield url


def draw(open_page: "Callable[..., Page]", name: str, size: tuple[int, int]) -> bytes:
    """Return what a screen looks like, as PNG; `open_page` is that of `Pages`."""
    screen = SCREENS[name]
    page = open_page(screen.path, {"now": NOW.isoformat(), **screen.query}, size=size)
    if screen.act is not None:
        screen.act(page)
        ready(page)
    return page.screenshot(animations="disabled", caret="hide")


def drawn_with(browser: "Browser") -> dict[str, str]:
    """Return on what the pixels depend besides us: the browser, and the fonts of the machine."""
    list_fonts = partial(subprocess.run, capture_output=True, text=True, check=True)
    fonts = list_fonts(["fc-list", "--format", "%{family} %{style} %{fontversion}\n"]).stdout
    digest = sha256("\n".join(sorted(fonts.splitlines())).encode()).hexdigest()[:16]
    return {"chromium": browser.version, "fonts": digest}
