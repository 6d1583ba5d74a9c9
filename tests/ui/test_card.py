"""The card of a value, in a browser: what is known of it and from whom, and what can be done."""

import json
import re
from pathlib import Path

import pytest

from pages import Pages, barriers, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

BOT = "203.0.113.66"
NOBODY = "203.0.113.250"


@pytest.fixture
def card(pages: Pages) -> Page:
    return pages.open(f"/ip/{BOT}")


def part(page: Page, name: str):
    return page.get_by_role("region", name=name, exact=True)


def test_it_says_who_knows_the_value_and_why_it_is_malicious(card: Page):
    expect(card.get_by_role("heading", level=1)).to_have_text("203.0.113[.]66")
    expect(part(card, "Score")).to_contain_text("Malicious")
    expect(part(card, "Score")).to_contain_text("Exploit Cowrie")
    expect(part(card, "Who says so").locator("tbody tr").first).to_contain_text("cowrie@tokyo-1")
    expect(part(card, "Who saw it first")).to_contain_text("nicter@darknet-a")
    expect(part(card, "Contains and contained")).to_contain_text("203.0.113[.]64/26")
    expect(part(card, "Behave alike").locator("li").first).to_contain_text("0.")

    card.get_by_text("things that make the score").click()
    expect(part(card, "Score").locator("tbody tr").first).to_contain_text("Exploit")


def test_a_window_of_time_that_is_dragged_holds_for_the_records(card: Page):
    lanes = card.locator(".brushed").bounding_box()
    assert lanes is not None
    y = lanes["y"] + 20
    card.mouse.move(lanes["x"] + lanes["width"] * 0.8, y)
    card.mouse.down()
    card.mouse.move(lanes["x"] + lanes["width"] * 0.9, y, steps=3)
    card.mouse.up()
    ready(card)

    expect(card).to_have_url(re.compile("from="))
    expect(part(card, "Records")).to_contain_text("of this choice")
    card.keyboard.press(".")
    expect(part(card, "Records")).to_contain_text("there are more")
    expect(card).not_to_have_url(re.compile("from="))


def test_a_record_shows_whole_with_its_marking_and_more_can_be_loaded(card: Page):
    records = part(card, "Records")
    part(card, "Who says so").get_by_role("button", name="exist@ipsum").click()
    ready(card)
    expect(records.get_by_role("row")).to_have_count(1)
    records.get_by_role("row").first.click()
    whole = json.loads(records.locator("pre").inner_text())
    assert (whole["source"], whole["label"]["tlp"]) == ("exist@ipsum", "TLP:CLEAR")

    card.keyboard.press(".")
    ready(card)
    records.get_by_role("button", name="Load more").click()
    ready(card)
    expect(records).to_contain_text("of this choice")
    assert records.get_by_role("row").count() <= 40


def test_one_letter_leads_on_and_tells_before_what_waits_there(card: Page):
    card.keyboard.press("p")
    menu = card.get_by_role("dialog")
    expect(menu.locator("li", has_text="File hash")).to_contain_text("3")
    card.keyboard.press("h")
    card.wait_for_url("**/graph?*")
    expect(card).to_have_url(re.compile("topic=hash"))


def test_it_is_exported_as_stix_csv_and_json(card: Page, tmp_path: Path):
    for form, name in (("STIX 2.1", "203.0.113.66.stix.json"), ("CSV", "203.0.113.66.csv")):
        card.get_by_text("Export").click()
        with card.expect_download() as waiting:
            card.get_by_role("button", name=form).click()
        assert waiting.value.suggested_filename == name
        waiting.value.save_as(tmp_path / name)

    assert json.loads((tmp_path / "203.0.113.66.stix.json").read_text())["type"] == "bundle"
    assert f"ip,{BOT},cowrie@tokyo-1,81," in (tmp_path / "203.0.113.66.csv").read_text()


def test_unknown_is_not_harmless_and_can_be_watched(pages: Pages):
    page = pages.open(f"/ip/{NOBODY}")
    expect(page.locator("main")).to_contain_text("Unknown is not harmless")
    expect(page.locator("main")).to_contain_text("Known nearby: 203.0.113.0/24")

    page.keyboard.press("w")
    page.get_by_role("textbox", name="Name").fill("Not seen yet")
    page.get_by_role("button", name="Make the watch").click()
    expect(page.get_by_role("status").last).to_contain_text("Not seen yet")
    watches = page.request.get(f"{pages.url}api/v1/watches").json()
    [made] = [one for one in watches if one["name"] == "Not seen yet"]
    assert made["entries"] == 1
    assert page.request.delete(f"{pages.url}api/v1/watches/{made['id']}").ok


def test_that_it_is_a_false_positive_is_said_twice_and_with_a_reason(card: Page):
    card.keyboard.press("r")
    send = card.get_by_role("button", name="Send")
    card.get_by_role("checkbox", name="False positive").check()
    card.get_by_label("Why").fill("The scanner of a university")
    expect(send).to_be_disabled()
    card.get_by_label("I have checked it").check()
    expect(send).to_be_enabled()
    card.get_by_label("Why").fill(" ")
    expect(send).to_be_disabled()


def test_a_url_has_a_card_and_a_narrow_window_room_for_it(pages: Pages):
    page = pages.open("/url/http%3A%2F%2F198.51.100.114%2Flanternbot.sh", size=(390, 844))

    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("hxxp://198.51.100[.]114/lanternbot.sh")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_keeps_people_out(pages: Pages, axe: str, theme: str):
    page = pages.open(f"/ip/{BOT}", {"theme": theme, "lang": "ja"})
    expect(page.get_by_role("region", name="スコア")).to_contain_text("悪性")

    assert barriers(page, axe) == []
