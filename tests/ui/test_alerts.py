"""Own alerts and watches, in a browser, as they come."""

from datetime import UTC, datetime

import httpx
import pytest

from pages import Pages, barriers, ready

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

_STREAM_STANDS = """() => new Promise((stands) => {
  const another = new EventSource('/api/v1/hits/stream');  // the page asked for its own before
  another.addEventListener('begin', () => { another.close(); stands(); });
})"""


def post(url: str, source: str, *mentions: tuple[str, str, str], **attributes: object) -> None:
    """Publish one finding, seen just now."""
    now = datetime.now(UTC).isoformat()
    said = {
        "observables": [{"topic": t, "value": v, "role": r} for t, v, r in mentions],
        "first_seen": now,
        "last_seen": now,
        "attributes": attributes,
    }
    sent = httpx.post(f"{url}/api/v1/records", params={"source": source}, json=said)
    assert sent.status_code == 200, sent.text


def test_matched_alerts_come_first_with_all_that_is_known_of_them(pages: Pages):
    page = pages.open("/alerts")

    expect(page.locator(".inbox li").first).to_contain_text("other database")
    expect(page.locator("article").first).to_contain_text("also in")
    expect(page.locator("article table").first).to_be_visible()


def test_an_alert_arrives_live_with_what_is_known_and_is_acknowledged_by_a_key(
    changing: Pages,
):
    page = changing.open("/alerts", is_still=False)
    page.evaluate(_STREAM_STANDS)
    victim = ("ip", "192.0.2.200", "victim")
    outside = ("ip", "198.51.100.114", "attacker")
    post(
        changing.url.rstrip("/"), "nirvana@live", victim, outside, signature="Live test of an alert"
    )

    new = page.locator(".inbox li", has_text="Live test of an alert")
    expect(new).to_be_visible(timeout=15_000)
    new.click()
    expect(page.locator("article").first).to_contain_text("malware:lanternbot")
    page.locator("h1").click()
    page.keyboard.press("e")
    expect(new).to_contain_text("Acknowledged")


def test_a_watch_is_tried_made_and_fires(changing: Pages):
    page = changing.open("/watch", is_still=False)
    form = page.get_by_role("form", name="New watch")
    form.get_by_label("Name", exact=True).fill("Our mail domain")
    form.get_by_label("Values and patterns, one a line").fill("watched-here.example.org\n???")
    form.get_by_role("button", name="Try it").click()
    expect(form).to_contain_text("there would have been no hit")
    expect(form.get_by_role("alert")).to_contain_text("line 2")

    form.get_by_label("Values and patterns, one a line").fill("watched-here.example.org")
    form.get_by_role("button", name="Watch").click()
    expect(page.get_by_role("navigation", name="Watches")).to_contain_text("Our mail domain")
    expect(page.get_by_role("region", name="Hits")).to_contain_text("No hits")

    page.evaluate(_STREAM_STANDS)
    post(changing.url.rstrip("/"), "exist@live", ("domain", "watched-here.example.org", "listed"))
    hit = page.locator("li.hit")
    expect(hit).to_contain_text("Your domain is on a block list")
    hit.get_by_role("button", name="Acknowledge").click()
    expect(hit).to_contain_text("acknowledged by")


@pytest.mark.parametrize("path", ["/alerts", "/watch"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nobody_is_kept_out(pages: Pages, axe: str, path: str, theme: str):
    assert barriers(pages.open(path, {"theme": theme}), axe) == []


def test_they_speak_japanese(pages: Pages):
    expect(pages.open("/alerts", {"lang": "ja"}).locator("h1")).to_have_text("自組織アラート")
    page = pages.open("/watch", {"lang": "ja"})
    expect(page.locator("h1")).to_have_text("ウォッチ")
    ready(page)
