"""The whole view, in a browser: databases, links, panels, keys, languages, and who sees it.

The map shows it, which any machine draws at once; the picture has a file of its own.
"""

import re

import pytest

from pages import Pages, barriers, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

DATABASES = ["cowrie", "nicter", "exist", "nirvana", "attack", "reports", "social", "tickets"]
WATCHES = ["watch:ip", "watch:domain", "watch:hash", "watch:email", "watch:tag"]


def label(page: Page, database: str):
    return page.locator(f'.labels button[data-db="{database}"]')


def panel(page: Page):
    return page.locator("section.panel")


@pytest.fixture
def whole(pages: Pages) -> Page:
    return pages.open("/", {"view": "map"})


def test_it_shows_every_database_of_the_demo_and_five_watches(whole: Page):
    shown = whole.locator(".labels button").evaluate_all("all => all.map(one => one.dataset.db)")

    assert len(shown) == 20 + 5
    assert set(DATABASES) <= set(shown)
    assert shown[-5:] == WATCHES
    expect(label(whole, "nicter")).to_contain_text("17.8K")


def test_a_link_tells_its_values_by_topic_and_by_source(whole: Page):
    label(whole, "exist").click()
    panel(whole).locator("li button").first.click()
    ready(whole)

    expect(panel(whole)).to_contain_text("Values in common")
    expect(panel(whole)).to_contain_text("exist@")
    expect(whole).to_have_url(re.compile(r"link=exist(~|%7E)\w+"))
    whole.go_back()
    expect(panel(whole).locator("h2")).to_have_text("EXIST")


def test_keys_lead_from_database_to_database_and_away(whole: Page):
    whole.keyboard.press("j")
    first = panel(whole).locator("h2").inner_text()
    whole.keyboard.press("j")
    expect(panel(whole).locator("h2")).not_to_have_text(first)
    whole.keyboard.press("k")
    expect(panel(whole).locator("h2")).to_have_text(first)
    expect(whole.locator("p[aria-live]")).to_contain_text(first)
    whole.keyboard.press("Escape")
    expect(panel(whole)).to_have_count(0)
    whole.keyboard.press("c")
    expect(panel(whole)).to_contain_text("Way through the databases")


def test_what_is_typed_into_the_box_is_no_shortcut(whole: Page):
    whole.keyboard.press("/")
    whole.keyboard.type("jjc")

    expect(whole.get_by_role("searchbox")).to_have_value("jjc")
    expect(panel(whole)).to_have_count(0)


def test_the_sheet_shows_the_keys_and_can_switch_them_off(whole: Page):
    whole.keyboard.press("?")
    expect(whole.get_by_role("dialog")).to_contain_text("Next database")
    whole.get_by_label("Single letters are shortcuts").uncheck()
    whole.keyboard.press("Escape")
    whole.keyboard.press("j")

    expect(panel(whole)).to_have_count(0)


def test_a_topic_that_is_switched_off_links_nothing(whole: Page):
    label(whole, "haguregumo").click()
    linked = panel(whole).locator("dd").nth(2)
    before = int(linked.inner_text())
    whole.keyboard.press("1")

    assert int(linked.inner_text()) < before
    expect(whole).to_have_url(re.compile("topic=domain"))


def test_a_window_of_time_is_brushed_moved_and_taken_away(whole: Page):
    plot = whole.locator(".plot").bounding_box()
    assert plot is not None
    y = plot["y"] + 20
    whole.mouse.move(plot["x"] + plot["width"] * 0.5, y)
    whole.mouse.down()
    whole.mouse.move(plot["x"] + plot["width"] * 0.6, y, steps=3)
    whole.mouse.up()
    expect(whole).to_have_url(re.compile("from="))
    brushed = whole.url
    whole.keyboard.press("]")
    expect(whole).to_have_url(re.compile("from="))
    expect(whole).not_to_have_url(brushed)
    whole.keyboard.press(".")
    expect(whole).not_to_have_url(re.compile("from="))


def test_it_speaks_japanese(whole: Page):
    whole.get_by_role("button", name="日本語").click()

    assert whole.locator("html").get_attribute("lang") == "ja"
    expect(whole.locator("aside")).to_contain_text("融合基盤")
    expect(label(whole, "haguregumo")).to_contain_text("はぐれ雲")
    expect(label(whole, "nicter")).to_contain_text("1.8万")


def test_the_same_is_a_map_and_a_table(whole: Page):
    expect(whole.locator(".map svg g.orb")).to_have_count(25)
    label(whole, "cowrie").click()
    expect(panel(whole).locator("h2")).to_have_text("Cowrie")
    whole.keyboard.press("g")
    expect(whole.locator("tbody tr[aria-current]")).to_contain_text("Cowrie")
    whole.get_by_role("button", name="Records").click()
    expect(whole.locator(".twin tbody tr").first).to_contain_text("nicter")


def test_without_a_graphics_card_the_map_shows_and_a_picture_can_be_had(pages: Pages):
    page = pages.open("/")

    expect(page.locator("[data-shape=map]")).to_be_visible()
    expect(page.locator(".map svg g.orb")).to_have_count(25)


def test_a_narrow_window_shows_the_table(pages: Pages):
    page = pages.open("/", size=(420, 860))

    expect(page.locator(".twin tbody tr")).to_have_count(20)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    "query", [{"db": "cowrie"}, {"view": "table"}, {"campaign": "malware:lanternbot"}]
)
def test_nothing_keeps_people_out(pages: Pages, axe: str, theme: str, query: dict[str, str]):
    page = pages.open("/", {"theme": theme, "view": "map", **query})

    assert barriers(page, axe) == []


def test_what_arrives_is_counted_while_one_looks(changing: Pages):
    page = changing.open("/", {"view": "table"}, is_still=False)
    row = page.locator("tbody tr", has_text="nicter")
    expect(page.locator("button.news")).to_have_text("LIVE")
    api = f"{changing.url}api/v1"
    newest = page.request.get(f"{api}/sources").json()[0]["last_seen"]
    found = {
        "observables": [{"topic": "ip", "value": "203.0.113.200", "role": "attacker"}],
        "first_seen": newest,
        "last_seen": newest,
    }
    before = int(row.locator("td").nth(2).inner_text().replace(",", ""))
    assert page.request.post(f"{api}/records?source=nicter@darknet-a", data=[found]).ok

    expect(row.locator("td").nth(2)).to_have_text(f"{before + 1:,}")
