"""The lookup, in a browser: what is pasted comes back line by line."""

import pytest

from pages import Pages, barriers, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

KNOWN = "gate[.]tide[.]example2[.]jp"


def look_up(page: Page, text: str) -> None:
    page.get_by_label("What is to be looked up").fill(text)
    page.get_by_role("button", name="Look up Ctrl").click()
    page.locator('[role="tab"].all').wait_for()
    ready(page)


def tab(page: Page, name: str) -> str:
    return page.locator(f'[role="tab"].{name.lower()}').inner_text()


@pytest.fixture
def lookup(pages: Pages) -> Page:
    return pages.open("/lookup")


def test_every_line_of_a_thousand_comes_back_in_its_order(lookup: Page):
    lines = [KNOWN, "hello there", *(f"unheard-{n}.example.org" for n in range(998))]
    look_up(lookup, "\n".join(lines))

    assert tab(lookup, "All").split() == ["All", "1,000"]
    assert tab(lookup, "Known").split() == ["Known", "1"]
    assert tab(lookup, "Unknown").split() == ["Unknown", "998"]
    assert tab(lookup, "Invalid").split() == ["Invalid", "1"]
    grid = lookup.get_by_role("grid")
    assert grid.get_attribute("aria-rowcount") == "1000"
    assert lookup.locator('[role="row"]').count() <= 40
    expect(lookup.locator('[role="row"]').first).to_contain_text("gate.tide.example2[.]jp")


def test_values_within_a_mail_are_found_and_stand_behind_their_line(lookup: Page):
    look_up(lookup, "see (gate.tide.example2.jp) at 198.51.100.114, twice.")

    rows = lookup.locator('[role="row"]')
    expect(rows.nth(0)).to_contain_text("Invalid")
    expect(rows.nth(1)).to_contain_text("gate.tide.example2[.]jp")
    expect(rows.nth(2)).to_contain_text("198.51.100[.]114")


def test_keys_lead_to_the_card_of_a_known_value_and_back_to_the_same_answer(lookup: Page):
    look_up(lookup, f"nothing at all\n{KNOWN}")
    lookup.locator("h1").click()
    for key in ("j", "j", "Enter"):
        lookup.keyboard.press(key)
    lookup.wait_for_url("**/domain/gate.tide.example2.jp*")
    lookup.go_back()
    ready(lookup)
    expect(lookup.locator('[role="row"]')).to_have_count(2)


def test_many_values_typed_into_the_one_box_are_looked_up(pages: Pages):
    page = pages.open("/sources")
    page.keyboard.press("/")
    page.keyboard.insert_text(f"{KNOWN}, 203.0.113.66")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lookup*")
    ready(page)
    expect(page.get_by_label("What is to be looked up")).to_have_value(f"{KNOWN}, 203.0.113.66")


def test_a_pattern_lists_the_known_values_that_fit(pages: Pages):
    page = pages.open("/lookup", {"pattern": "*.tide.example2.jp"})
    expect(page.get_by_role("grid")).to_contain_text("gate.tide.example2[.]jp")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nobody_is_kept_out(pages: Pages, axe: str, theme: str):
    page = pages.open("/lookup", {"theme": theme})
    look_up(page, f"{KNOWN}\nwhat\nunheard.example.org")
    assert barriers(page, axe) == []


def test_it_speaks_japanese(pages: Pages):
    page = pages.open("/lookup", {"lang": "ja"})
    expect(page.locator("h1")).to_have_text("照合")
