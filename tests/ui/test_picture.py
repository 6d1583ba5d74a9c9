"""The whole view in three dimensions, drawn by a software card: so it is small here."""

import re

import pytest

from pages import Pages, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

PICTURE = {"view": "3d", "n": "4000"}
SMALL = (800, 480)


@pytest.fixture
def picture(pages: Pages) -> Page:
    return pages.open("/", PICTURE, size=SMALL)


def test_something_is_drawn(picture: Page):
    figures = picture.evaluate("() => window.cure.scene.figures()")

    assert 0.1 < figures["lit"] < 0.9
    assert figures["calls"] <= 12
    assert figures["points"] >= 4000


def test_the_same_second_makes_the_same_picture(pages: Pages):
    pictures = [pages.open("/", PICTURE, size=SMALL).screenshot() for _ in range(2)]

    assert pictures[0] == pictures[1]


def test_a_click_on_a_database_opens_its_panel(picture: Page):
    place = picture.evaluate("() => window.cure.scene.spotOf(2)")
    frame = picture.locator("canvas").bounding_box()
    assert frame is not None
    picture.mouse.click(frame["x"] + place["x"], frame["y"] + place["y"])

    expect(picture.locator("section.panel")).to_be_visible()
    expect(picture).to_have_url(re.compile("db="))
    ready(picture)
    expect(picture.locator("section.panel").locator("dd").first).not_to_be_empty()
    assert picture.locator("section.panel").locator("table tr").count() == 7


def test_watches_spread_beside_a_list_of_what_they_watch(picture: Page):
    before = picture.evaluate("() => window.cure.scene.spotOf(20).radius")
    picture.locator('button[data-db="watch:ip"]').click()

    expect(picture.get_by_role("region", name="Watches")).to_be_visible()
    picture.wait_for_function("before => window.cure.scene.spotOf(20).radius > before", arg=before)
