"""Addresses that behave alike, in a browser: neighbours with their evidence, and groups."""

import re

import pytest

from pages import Pages, barriers, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

BOT = "203.0.113.66"


@pytest.fixture
def similar(pages: Pages) -> Page:
    return pages.open(f"/ip/{BOT}/similar")


def rows(page: Page):
    return page.locator(".neighbours > li")


def test_each_neighbour_has_its_evidence(similar: Page):
    first = rows(similar).first

    expect(similar.locator("main")).to_contain_text("not a block list")
    for told in ("what", "how", "when", "/24", "at the same time"):
        expect(first).to_contain_text(told)
    expect(first.locator("svg rect")).to_have_count(24)


def test_the_limit_stands_in_the_address_and_narrows(similar: Page):
    before = rows(similar).count()
    similar.get_by_label("At least").fill("0.84")
    ready(similar)

    expect(similar).to_have_url(re.compile("min=0.84"))
    expect(rows(similar)).not_to_have_count(before)
    similar.get_by_label("Without its own network").check()
    expect(similar.locator("main")).to_contain_text("No address is alike by 0.84")
    similar.get_by_role("button", name="Show from 0.50").click()
    ready(similar)
    expect(rows(similar).first).to_be_visible()
    expect(similar).to_have_url(re.compile("min=0.5"))


def test_opened_it_tells_what_only_one_of_them_does(similar: Page):
    similar.keyboard.press("j")
    similar.keyboard.press("Enter")
    ready(similar)

    expect(similar).to_have_url(re.compile("sel="))
    expect(rows(similar).first).to_contain_text("Only 203.0.113[.]66")
    similar.keyboard.press("Escape")
    expect(similar).not_to_have_url(re.compile("sel="))


def test_what_no_sensor_met_is_said_to_be_unknown(pages: Pages):
    page = pages.open("/ip/203.0.113.10/similar")
    expect(page.locator("main")).to_contain_text("No sensor saw it behave")


def test_groups_lead_to_their_members_and_what_sets_them_apart(pages: Pages):
    page = pages.open("/groups")
    page.locator("tbody tr", has_text="command cat").wait_for()
    page.locator("tbody tr", has_text="command cat").locator("a").click()
    ready(page)

    expect(page.get_by_role("grid", name="Members")).to_contain_text("203.0.113[.]66")
    expect(page.get_by_role("region", name="What sets it apart")).to_contain_text("command cat")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_keeps_people_out(pages: Pages, axe: str, theme: str):
    for path in (f"/ip/{BOT}/similar", "/groups"):
        page = pages.open(path, {"theme": theme})
        assert barriers(page, axe) == []
