"""Pages of the web UI in a browser, for tests: what they asked for, and what went wrong on them."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

STILL = {"t": "12", "dpr": "1", "aa": "0", "bf": "0", "seed": "7"}
"""The picture of one second: nothing moves, and a page is the same each time."""
_WATCH_POLICY = """
addEventListener('securitypolicyviolation', (event) => {
  (window.__refused ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
_AXE = """() => axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'],
})"""


class Pages:
    """Opens pages, and keeps what they did.

    Attributes:
        problems: What went wrong on any of them.
        elsewhere: What was asked of other hosts.
    """

    def __init__(self, browser: "Browser", url: str) -> None:
        self.url = url
        self.problems: list[str] = []
        self.elsewhere: list[str] = []
        self._browser = browser
        self._opened: list[BrowserContext] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for context in self._opened:
            if kind is None:
                for page in context.pages:
                    self.problems += page.evaluate("window.__refused ?? []")
            context.close()
        if kind is None:
            assert (self.problems, self.elsewhere) == ([], [])

    def open(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        size: tuple[int, int] = (1280, 800),
        is_still: bool = True,
    ) -> "Page":
        """Open an address of the UI, and wait until it shows what it is going to show."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=1,
            locale="en-US",
            timezone_id="Asia/Tokyo",
        )
        self._opened.append(context)
        page = context.new_page()
        page.add_init_script(_WATCH_POLICY)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", self._note)
        asked = {**(STILL if is_still else {}), **(query or {})}
        page.goto(f"{self.url.rstrip('/')}{path}?{urlencode(asked)}")
        ready(page)
        return page

    def _note(self, request: "Request") -> None:
        there = urlsplit(request.url)
        if there.scheme not in {"data", "blob"} and there.netloc != urlsplit(self.url).netloc:
            self.elsewhere.append(request.url)


def ready(page: "Page") -> None:
    """Wait until a page shows what it is going to show."""
    page.wait_for_selector('html[data-ready="1"]', timeout=60_000)


def barriers(page: "Page", axe: str) -> list[str]:
    """Return what keeps people out: rules of WCAG 2.2 AA that a page breaks, and where."""
    # Markup that is text: the page's policy would not let it in otherwise.
    page.evaluate(axe)
    told: dict[str, Any] = page.evaluate(_AXE)
    return [
        f"{rule['id']}: {json.dumps([node['html'][:120] for node in rule['nodes'][:3]])}"
        for rule in told["violations"]
    ]
