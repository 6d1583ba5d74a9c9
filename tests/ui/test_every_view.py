"""What holds for every view: by its address, in both languages and themes, for everybody."""

from collections.abc import Mapping

import httpx
import pytest

from pages import Pages, barriers, ready
from screens import BOT, MALWARE

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

VIEWS: Mapping[str, tuple[str, str]] = {
    "whole": ("/", "全体"),
    "detail": ("/topic/ip", "詳細"),
    "lookup": ("/lookup", "照合"),
    "similar": (f"/ip/{BOT}/similar", "類似"),
    "card": (f"/ip/{BOT}", "値"),
    "campaigns": (f"/campaigns/{MALWARE}", "攻撃"),
    "alerts": ("/alerts", "アラート"),
    "watch": ("/watch", "監視"),
    "graph": (f"/graph?value={BOT}", "関係"),
    "sources": ("/sources", "情報源"),
    "admin": ("/admin", "管理"),
}
"""The address of each, and its Japanese name."""
LOOKS = [("en", "dark"), ("ja", "light")]
EITHER = pytest.mark.parametrize(("lang", "theme"), LOOKS, ids=["en-dark", "ja-light"])
_FITS = """() => ['html', 'main'].every((one) => document.querySelector(one).scrollWidth <= 390)"""
EVERY = pytest.mark.parametrize("view", VIEWS)


def opened(pages: Pages, view: str, **query: str) -> Page:
    path, _, asked = VIEWS[view][0].partition("?")
    more = dict([asked.split("=")]) if asked else {}
    return pages.open(path, {"motion": "0", **more, **query})


@EVERY
@EITHER
def test_it_opens_by_its_address(pages: Pages, axe: str, view: str, lang: str, theme: str):
    page = opened(pages, view, lang=lang, theme=theme)

    assert page.locator("main").get_attribute("data-view") == view
    assert page.locator("html").get_attribute("lang") == lang
    expect(page.locator("main h1")).to_have_count(1)
    expect(page.locator("main h1")).not_to_be_empty()
    assert page.title().endswith("CURE")
    assert barriers(page, axe) == []


@EVERY
def test_it_is_usable_on_a_phone_by_keys_and_in_another_language(pages: Pages, view: str):
    page = opened(pages, view)
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_role("heading", level=3).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    before = page.url
    page.get_by_role("button", name="日本語").click()
    page.set_viewport_size({"width": 390, "height": 800})
    ready(page)

    expect(page).to_have_url(before)
    assert page.title().startswith(VIEWS[view][1])
    page.wait_for_function(_FITS)


@pytest.mark.parametrize("address", ["/nothing", "/nothing/at/all", "/assets/nothing.js"])
def test_an_address_of_nothing_is_no_page(url: str, address: str):
    assert httpx.get(url.rstrip("/") + address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/topic/nothing", "/ip/nothing", "/campaigns/malware:nothing", "/watch/nothing", "/admin/x"],
)
def test_an_address_of_something_unknown_says_so(pages: Pages, address: str):
    page = pages.open(address)

    expect(page.locator("main h1, main [role=alert]").first).to_be_visible()
