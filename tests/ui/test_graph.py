"""The pivot graph, in a browser: what is drawn, taken back, kept in the address, and listed."""

import re
from pathlib import Path

import pytest

from pages import Pages, barriers, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

START = "malware:lanternbot"
CROWDED = "attack:T1566"
"""A tag of the demo's world with more than 200 values beside it."""


@pytest.fixture
def graph(pages: Pages) -> Page:
    return pages.open("/graph", {"value": START})


def drawn(page: Page) -> tuple[int, int]:
    ready(page)
    found = re.search(r"([\d,]+) of ([\d,]+) drawn", page.locator("aside .sum").inner_text())
    assert found is not None
    some, every = (int(one.replace(",", "")) for one in found.groups())
    return some, every


def panel(page: Page):
    return page.locator("section.panel")


def spot(page: Page, at: int) -> tuple[float, float]:
    """Return where a node is on the page."""
    canvas = page.locator("canvas").bounding_box()
    assert canvas is not None
    place = page.evaluate("at => cure.graph.canvas.spotOf(at)", at)
    return canvas["x"] + place["x"], canvas["y"] + place["y"]


def test_a_value_is_drawn_with_what_stands_beside_it_and_so_it_is_listed(graph: Page):
    some, every = drawn(graph)

    assert some == every > 5
    rows = graph.get_by_role("grid", name="Values")
    assert rows.get_attribute("aria-rowcount") == str(some)
    expect(rows.get_by_role("row").first).to_contain_text(START)


def test_keys_choose_expand_and_take_back(graph: Page):
    before = drawn(graph)
    graph.keyboard.press("j")
    expect(panel(graph).locator("h2")).to_have_text(START)
    graph.keyboard.press("j")
    expect(panel(graph).locator("h2")).not_to_have_text(START)
    expect(graph.get_by_role("status").filter(has_text="link")).not_to_be_empty()
    graph.keyboard.press("Enter")
    expect(panel(graph).get_by_role("button", name="Expanded")).to_be_disabled()
    assert drawn(graph) > before
    graph.keyboard.press("u")
    assert drawn(graph) == before
    graph.keyboard.press("Escape")
    expect(panel(graph)).to_have_count(0)


def test_a_click_in_the_picture_chooses_in_the_list_and_tells_who_says_so(graph: Page):
    graph.mouse.click(*spot(graph, 1))

    chosen = graph.locator("[role=row][aria-selected=true]")
    expect(chosen).to_have_count(1)
    ready(graph)
    expect(panel(graph)).to_contain_text(re.compile(r"\d+ records?, told by \w+"))
    expect(panel(graph)).to_contain_text("Sightings")
    panel(graph).get_by_role("link", name="Open the card").click()
    expect(graph).not_to_have_url(re.compile("/graph"))


def test_what_is_dragged_is_pinned_and_the_address_keeps_it(graph: Page, pages: Pages):
    x, y = spot(graph, 2)
    graph.mouse.move(x, y)
    graph.mouse.down()
    graph.mouse.move(x + 60, y + 40, steps=4)
    graph.mouse.up()
    graph.wait_for_url(re.compile(r"[?&]p="))
    kept = graph.evaluate("cure.graph.canvas.placeOf(2)")

    path = graph.url.removeprefix(pages.url.rstrip("/")).partition("?")
    again = pages.open(
        path[0], dict(one.split("=", 1) for one in path[2].split("&")) | {"value": START}
    )
    there = again.evaluate("cure.graph.canvas.placeOf(2)")
    assert (there["x"], there["y"]) == pytest.approx((kept["x"], kept["y"]), abs=1)


def test_what_is_hidden_can_be_shown_again(graph: Page):
    some, every = drawn(graph)
    graph.keyboard.press("j")
    graph.keyboard.press("j")
    graph.keyboard.press("x")

    assert drawn(graph) == (some - 1, every - 1)
    graph.get_by_role("button", name="1 hidden").click()
    assert drawn(graph) == (some, every)


def test_a_path_leads_from_one_value_to_another(graph: Page):
    graph.mouse.click(*spot(graph, 1))
    graph.keyboard.press("t")
    expect(graph.locator("aside")).to_contain_text("choose where to")
    graph.mouse.click(*spot(graph, 3))

    expect(panel(graph)).to_contain_text("2 steps from")
    expect(panel(graph).locator(".path li")).to_have_count(3)
    expect(panel(graph).locator(".path li").nth(1)).to_contain_text(START)


def test_more_than_two_hundred_are_drawn_only_when_asked_for_and_it_says_so(pages: Pages):
    page = pages.open("/graph", {"value": CROWDED})
    some, every = drawn(page)

    assert some == 200 < every
    page.get_by_role("button", name="Draw up to 500").click()
    more, same = drawn(page)
    assert 200 < more <= 500
    assert same == every


def test_values_are_added_and_an_unknown_one_is_no_end(graph: Page):
    before = drawn(graph)
    graph.get_by_label("Where to begin").fill("198.51.100.250")
    graph.keyboard.press("Enter")

    expect(graph.get_by_role("alert")).to_contain_text("Unknown is not harmless")
    assert drawn(graph) == before


@pytest.mark.parametrize(
    ("button", "begins"), [("CSV", b"from_topic"), ("SVG", b"<svg"), ("PNG", b"\x89PNG")]
)
def test_it_is_saved(graph: Page, button: str, begins: bytes):
    with graph.expect_download() as saving:
        graph.get_by_role("button", name=button, exact=True).click()

    assert Path(saving.value.path()).read_bytes().startswith(begins)


def test_without_a_value_it_asks_where_to_begin(pages: Pages):
    page = pages.open("/graph", {"lang": "ja"})
    page.get_by_label("起点の値").fill(START)
    page.keyboard.press("Enter")

    expect(page.locator("aside .sum")).to_contain_text("件を描画")


def test_a_narrow_window_shows_the_list(pages: Pages):
    page = pages.open("/graph", {"value": START}, size=(390, 844))

    expect(page.locator("[data-shape=list] [role=row]").first).to_contain_text(START)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_keeps_people_out(pages: Pages, axe: str, theme: str):
    page = pages.open("/graph", {"theme": theme, "value": START})
    page.keyboard.press("j")
    ready(page)

    assert barriers(page, axe) == []
