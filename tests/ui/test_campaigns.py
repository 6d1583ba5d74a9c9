"""Campaigns, in a browser: names that are known, and the page of one of them."""

import json
from pathlib import Path

import pytest

from pages import Pages, barriers, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

WIDE = (1440, 900)
LANTERN = "/campaigns/malware%3Alanternbot"


@pytest.fixture
def campaign(pages: Pages) -> Page:
    return pages.open(LANTERN, size=WIDE)


def test_names_come_with_the_databases_that_speak_of_them(pages: Pages):
    page = pages.open("/campaigns", size=WIDE)

    row = page.get_by_role("row", name="Lanternbot")
    expect(row).to_contain_text("Malware")
    expect(row.get_by_role("img")).to_have_attribute("aria-label", "named in 4 of the databases")
    page.get_by_role("button", name="Actor").click()
    expect(row).to_have_count(0)
    page.get_by_label("Name contains").fill("heron")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    assert page.url.split("?")[0].endswith("/campaigns/actor%3Apaper-heron")


def test_a_name_that_is_typed_into_the_box_leads_to_its_campaign(pages: Pages):
    page = pages.open("/campaigns", size=WIDE)
    page.keyboard.press("/")
    page.keyboard.type("Lanternbot")
    page.keyboard.press("Enter")
    page.wait_for_url("**/campaigns/Lanternbot*")
    ready(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Lanternbot")
    expect(page.get_by_role("region", name="Story")).to_contain_text("scan")


def test_a_campaign_is_opened_from_the_whole_view(pages: Pages):
    page = pages.open("/", {"view": "map"}, size=WIDE)
    page.locator(".campaigns button", has_text="Lanternbot").click()
    page.get_by_role("link", name="Open the campaign").click()
    ready(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Lanternbot")


def test_it_tells_the_story_and_who_was_early(campaign: Page):
    steps = campaign.get_by_role("region", name="Story").get_by_role("listitem")
    expect(steps.first).to_contain_text("scan")
    expect(steps.first).to_contain_text("NICTER")
    expect(steps.nth(1)).to_contain_text("after the first")
    expect(campaign.locator(".leads")).to_contain_text("NICTER saw it 13 hr before our own alert.")
    expect(campaign.locator(".mark")).to_have_count(steps.count())
    campaign.locator(".mark").nth(4).click()
    assert "at" in (steps.nth(4).get_attribute("class") or "").split()


def test_it_lists_its_values_techniques_and_what_tells_of_it(campaign: Page):
    values = campaign.get_by_role("grid", name="Values")
    assert int(values.get_attribute("aria-rowcount") or 0) == 24
    techniques = campaign.get_by_role("region", name="ATT&CK techniques")
    expect(techniques).to_contain_text("T1110.001")
    expect(techniques).to_contain_text("Password Guessing")
    expect(campaign.get_by_role("region", name="Told of in")).to_contain_text("hxxps://")


def test_it_leads_to_the_graph_and_to_the_lanes_of_a_topic(campaign: Page):
    graph = campaign.get_by_role("link", name="Graph p").get_attribute("href") or ""
    detail = campaign.get_by_role("link", name="Lanes of a topic").get_attribute("href") or ""

    assert graph.startswith("/graph?")
    assert "value=malware%3Alanternbot" in graph
    assert detail.startswith("/topic/ip?")
    assert "campaign=malware%3Alanternbot" in detail


def test_it_is_saved_as_table_json_stix_and_picture(campaign: Page, tmp_path: Path):
    saved = {}
    for name in ("CSV", "JSON", "STIX", "PNG"):
        with campaign.expect_download() as download:
            campaign.get_by_role("button", name=name, exact=True).click()
        saved[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[name])

    assert saved["CSV"].read_text("utf-8").startswith("topic,value,hop,source")
    assert json.loads(saved["JSON"].read_text("utf-8"))["about"] == ["malware:lanternbot"]
    kinds = {one["type"] for one in json.loads(saved["STIX"].read_text("utf-8"))["objects"]}
    assert {"malware", "indicator", "relationship"} <= kinds
    assert saved["PNG"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_at_the_next_visit_what_is_new_is_marked(pages: Pages):
    page = pages.open("/campaigns/malware%3Areedrat", {"now": "2026-11-22T00:00:00Z"}, size=WIDE)
    expect(page.locator(".since")).to_have_count(0)
    page.evaluate(
        """() => {
          const name = Object.keys(localStorage).find((one) => one.startsWith('cure.visit.'));
          const kept = JSON.parse(localStorage.getItem(name));
          kept.latest.members.pop();
          localStorage.setItem(name, JSON.stringify(kept));
        }"""
    )
    page.goto(page.url.replace("2026-11-22T", "2026-11-23T"))
    ready(page)

    expect(page.locator(".since")).to_contain_text("1 new value")
    expect(page.get_by_role("grid", name="Values").get_by_text("new", exact=True)).to_have_count(1)


def test_of_a_name_that_nobody_knows_it_says_where_it_looked(pages: Pages):
    page = pages.open("/campaigns/nobody-knows-this", size=WIDE)

    expect(page.get_by_role("heading", level=1)).to_contain_text("Nothing known is called")
    expect(page.locator(".unknown")).to_contain_text("Unknown is not harmless")


def test_it_fits_a_phone_and_speaks_japanese(pages: Pages):
    for path in ("/campaigns", LANTERN):
        page = pages.open(path, {"lang": "ja"}, size=(390, 844))
        assert page.evaluate("document.querySelector('main').scrollWidth") <= 390
    expect(page.locator(".leads")).to_contain_text("自組織のアラートより")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_keeps_people_out(pages: Pages, axe: str, theme: str):
    for path in ("/campaigns", LANTERN):
        page = pages.open(path, {"theme": theme}, size=WIDE)
        assert barriers(page, axe) == []
