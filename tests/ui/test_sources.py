"""The sources and the quarantine, in a browser: health, belief, and lines that are read again."""

import re

import pytest

from pages import Pages, barriers, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

SOURCE = "cowrie@osaka-1"
BAD = b'{"observables": [\x1b[31m\n'


@pytest.fixture
def held(changing: Pages) -> Page:
    """Post a line that nobody can read, and open the quarantine."""
    page = changing.open("/sources")
    answer = page.request.post(f"{changing.url}api/v1/records?source={SOURCE}", data=BAD)
    assert answer.json()["quarantined_count"] == 1
    return changing.open("/quarantine", {"source": SOURCE})


def test_every_source_is_listed_with_its_health(pages: Pages):
    page = pages.open("/sources")

    rows = page.locator("tbody tr")
    expect(rows).to_have_count(38)
    row = rows.filter(has_text=SOURCE)
    expect(row).to_contain_text(re.compile("heard|silent"))
    expect(row).to_contain_text("0.50")
    page.get_by_role("button", name="Records").click()
    expect(rows.first).to_contain_text("nicter@darknet-a")
    page.get_by_role("searchbox", name="Name or title").fill("osaka")
    expect(rows).to_have_count(2)


def test_keys_lead_to_a_source_and_what_it_is_believed_for(pages: Pages):
    page = pages.open("/sources")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    ready(page)

    expect(page.locator("h1")).to_have_text("amppot@tokyo-1")
    for heading in ("How far it is believed", "Said last", "Values in common with others"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert page.locator("svg rect").count() > 20
    page.get_by_role("table", name="Values in common with others").get_by_role("link").first.click()
    expect(page.locator("h1")).not_to_have_text("amppot@tokyo-1")


def test_a_source_is_rated_and_believed_from_then_on(changing: Pages):
    page = changing.open("/sources/social@mastodon")
    page.get_by_text("Rate this source").click()
    page.get_by_label("Reliability").select_option("A")
    page.get_by_label("Why").fill("we know who writes there")
    page.get_by_role("button", name="Rate", exact=True).click()

    expect(page.get_by_text("we know who writes there")).to_be_visible()
    expect(page.get_by_role("row", name="Letter of the analysts")).to_contain_text("A · reliable")


def test_a_line_that_could_not_be_read_is_shown_and_does_nothing(held: Page):
    expect(held.locator("section")).to_contain_text("POST records, line 1")
    expect(held.locator("pre").first).to_contain_text('{"observables": [␛[31m')
    held.get_by_label("Bytes in hex").check()
    expect(held.locator("pre").first).to_contain_text("0000  7b 22 6f")


def test_lines_are_read_again_and_each_is_accounted_for(held: Page):
    held.get_by_role("button", name="Read all again").click()

    expect(held.get_by_role("status").first).to_contain_text(
        re.compile(r"[1-9]\d* read again: 0 became 0 records .* [1-9]\d* still cannot be read")
    )
    held.get_by_role("checkbox", name="Choose this line").first.check()
    held.get_by_role("button", name="Read 1 chosen again").click()
    expect(held.get_by_role("status").first).to_contain_text("1 read again")


@pytest.mark.usefixtures("held")
def test_it_speaks_japanese_and_fits_a_phone(changing: Pages):
    for path in ("/sources", f"/sources/{SOURCE}", "/quarantine"):
        page = changing.open(path, {"lang": "ja"}, size=(390, 844))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("heading", name="隔離")).to_be_visible()


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("path", ["/sources", f"/sources/{SOURCE}", "/quarantine"])
def test_nothing_keeps_people_out(changing: Pages, axe: str, theme: str, path: str):
    assert barriers(changing.open(path, {"theme": theme}), axe) == []
