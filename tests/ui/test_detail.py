"""The detail view, in a browser: databases as lanes, values as threads, a campaign as a story."""

import json
import re
from pathlib import Path

import pytest

from pages import Pages, barriers, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

WIDE = (1440, 900)
CAMPAIGN = {"campaign": "malware:lanternbot"}
SPOKEN_OF = "gate.tide.example2.jp"


def lanes(page: Page) -> list[str]:
    return [one.strip() for one in page.locator(".lanes .names button").all_inner_texts()]


def lit(page: Page) -> float:
    """Return the share of the canvas that something is drawn on."""
    return page.locator(".lanes canvas").first.evaluate(
        """(canvas) => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let drawn = 0;
          for (let i = 3; i < data.length; i += 4) drawn += data[i] > 60;
          return drawn / (data.length / 4);
        }"""
    )


@pytest.fixture
def detail(pages: Pages) -> Page:
    return pages.open("/topic/domain", size=WIDE)


def test_each_database_that_speaks_of_the_topic_has_a_lane_with_its_sightings(detail: Page):
    expect(detail.get_by_role("heading", level=1)).to_have_text("Detail · Domain")
    assert {"AmpPot", "CHORUS", "STARDUST", "Trouble tickets"} <= set(lanes(detail))
    assert "NICTER" not in lanes(detail)  # a darknet hears no names
    assert 0.001 < lit(detail) < 0.5


def test_what_is_left_out_of_the_picture_is_said(pages: Pages):
    page = pages.open("/topic/ip", size=WIDE)

    expect(page.locator(".bar")).to_contain_text("2,000 of 3,")
    expect(page.locator(".bar")).to_contain_text("values drawn · 20,000 of")
    expect(page.get_by_role("region", name="Similar to")).to_contain_text("All, with the evidence")


def test_keys_go_through_the_values_of_several_databases_and_open_their_cards(detail: Page):
    detail.keyboard.press("j")
    detail.keyboard.press("j")
    detail.keyboard.press("k")
    chosen = detail.get_by_role("region", name="Chosen value")
    expect(chosen).to_contain_text("Databases")
    value = chosen.get_by_role("heading").inner_text()
    expect(detail.locator("p[aria-live]")).to_contain_text(value)
    detail.keyboard.press("Enter")

    assert detail.url.split("?")[0].endswith(f"/domain/{value.replace('[.]', '.')}")


def test_a_dot_tells_what_it_is_and_chooses_its_value(detail: Page):
    spot = detail.evaluate("() => window.cure.lanes().spotOf(0)")
    plot = detail.locator(".plot").bounding_box()
    assert plot is not None
    detail.mouse.move(plot["x"] + spot["x"], plot["y"] + spot["y"])
    tip = detail.locator(".tip")
    expect(tip).to_contain_text("[.]")
    expect(tip).to_contain_text("JST")
    detail.mouse.down()
    detail.mouse.up()

    expect(detail).to_have_url(re.compile("sel="))
    expect(detail.get_by_role("link", name="Open the card")).to_be_visible()


def test_a_window_of_time_is_brushed_moved_and_taken_away(detail: Page):
    plot = detail.locator(".plot").bounding_box()
    assert plot is not None
    detail.mouse.move(plot["x"] + plot["width"] * 0.3, plot["y"] + 90)
    detail.mouse.down()
    detail.mouse.move(plot["x"] + plot["width"] * 0.5, plot["y"] + 90, steps=3)
    detail.mouse.up()
    ready(detail)
    expect(detail).to_have_url(re.compile("from="))
    brushed = detail.url
    detail.keyboard.press("]")
    ready(detail)
    expect(detail).not_to_have_url(brushed)
    detail.keyboard.press(".")
    expect(detail).not_to_have_url(re.compile("from="))
    detail.go_back()
    expect(detail).to_have_url(re.compile("from="))


def test_an_address_may_say_how_far_back_one_looks(pages: Pages):
    page = pages.open("/topic/domain", {"last": "48h", "zone": "UTC"}, size=WIDE)

    first, last = page.locator(".window").inner_text().split("UTC")[0].split(" – ")
    assert first[:10] < last[:10]
    expect(page.get_by_role("button", name="Whole range")).to_be_visible()


def test_a_window_in_which_nothing_was_seen_says_so_and_how_to_go_on(pages: Pages):
    empty = {"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}
    page = pages.open("/topic/domain", empty, size=WIDE)

    expect(page.locator(".empty")).to_contain_text("Nothing from 2020-01-01")
    page.get_by_role("button", name="Look at the whole range").click()
    expect(page.locator(".lanes")).to_be_visible()


def test_a_campaign_is_lit_across_the_databases_as_a_numbered_story(pages: Pages):
    page = pages.open("/topic/ip", CAMPAIGN, size=WIDE)

    told = page.locator(".mark").all_inner_texts()
    said = [one.split("\n")[-1] for one in told]
    assert said[:2] == ["scan", "login tries"]
    assert {"own alert", "dropper", "listed as bad", "named in report"} <= set(said)
    assert [one.split("\n")[0] for one in told] == [str(n + 1) for n in range(len(told))]
    assert lanes(page)[0] == "NICTER"
    assert "Security reports and advisories" in lanes(page)  # it names no address, but takes part
    page.keyboard.press("j")
    expect(page.locator("aside li.at")).to_contain_text("scan")
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile("campaign="))
    page.get_by_role("link", name="Open the campaign").click()
    expect(page).to_have_url(re.compile("/campaigns/malware%3Alanternbot"))


def test_the_same_is_a_table(detail: Page):
    detail.keyboard.press("g")
    table = detail.get_by_role("grid", name="Table")
    expect(table.get_by_role("row").first).to_be_visible()

    assert table.get_attribute("aria-rowcount") == "546"
    assert table.get_by_role("row").count() <= 40


def test_it_is_saved_as_picture_table_and_stix(pages: Pages, tmp_path: Path):
    page = pages.open("/topic/domain", {"sel": SPOKEN_OF}, size=WIDE)
    saved = {}
    for name in ("PNG", "CSV", "STIX"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        saved[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[name])

    assert saved["PNG"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert saved["CSV"].read_text("utf-8").startswith("topic,value,databases,first_seen")
    bundle = json.loads(saved["STIX"].read_text("utf-8"))
    assert bundle["type"] == "bundle"
    assert any(one.get("value") == SPOKEN_OF for one in bundle["objects"])


def test_a_narrow_window_shows_the_table(pages: Pages):
    page = pages.open("/topic/ip", size=(390, 844))

    expect(page.locator("[data-shape=table]")).to_be_visible()
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 390


def test_it_speaks_japanese(pages: Pages):
    page = pages.open("/topic/ip", {**CAMPAIGN, "lang": "ja"}, size=WIDE)

    expect(page.get_by_role("heading", level=1)).to_have_text("詳細 · IPアドレス")
    expect(page.locator(".mark").first).to_contain_text("スキャン")
    assert "はぐれ雲" in lanes(page)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_keeps_people_out(pages: Pages, axe: str, theme: str):
    page = pages.open("/topic/domain", {"theme": theme, **CAMPAIGN}, size=WIDE)
    assert barriers(page, axe) == []
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("g")
    ready(page)
    assert barriers(page, axe) == []
