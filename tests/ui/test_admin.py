"""Administration in a browser: people, keys, sources, ratings that take two, and the audit log."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from pages import Pages, barriers, ready
from program import Program
from ui.accounts import add_user, log_in

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PLACES = ["organisations", "users", "keys", "grants", "ratings", "audit", "deliveries"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an installation whose operators are two people of all rights."""
    cure = Program(tmp_path_factory.mktemp("admin"))
    assert cure("org", "add", "local", "--operator", "--data", "d").code == 0
    for name in ("boss@local", "second@local"):
        add_user(cure, name, "read", "publish", "admin", "rate", "audit", "metrics")
    with cure.serving("--data", "d") as url:
        yield url


@pytest.fixture(scope="module")
def desk(browser: "Browser", served: str) -> Iterator[Page]:
    """Open the page of the first of them."""
    with Pages(browser, served) as pages:
        yield entered(pages, "boss@local")


def entered(pages: Pages, user: str) -> Page:
    page = pages.open("/admin")
    page.on("dialog", lambda dialog: dialog.accept())
    log_in(page, user)
    expect(page.get_by_role("navigation", name="Administration")).to_be_visible()
    return page


def to(page: Page, place: str, query: str = "") -> Page:
    page.goto(f"{page.url.split('/admin')[0]}/admin/{place}?t=12&{query}")
    ready(page)
    return page


def form(page: Page, name: str):
    return page.get_by_role("form", name=name)


def test_an_organisation_gets_a_grant_and_a_key_that_is_shown_once(desk: Page, served: str):
    new = form(to(desk, "organisations"), "New organisation")
    new.get_by_label("Name").fill("bank")
    new.get_by_label("Highest marking").select_option("TLP:AMBER")
    new.get_by_role("button", name="Add").click()
    expect(desk.get_by_role("table", name="Organisations")).to_contain_text("bank")

    new = form(to(desk, "grants", "organisation=bank"), "New grant")
    new.get_by_label("Source").fill("NOT A SOURCE")
    new.get_by_role("button", name="Grant").click()
    expect(new.get_by_role("alert")).to_contain_text("Want publisher or publisher@instance")
    new.get_by_label("Source").fill("nicter")
    new.get_by_role("button", name="Grant").click()
    expect(desk.get_by_role("table", name="Grants")).to_contain_text("nicter")

    new = form(to(desk, "keys"), "New key")
    new.get_by_label("Organisation").select_option("bank")
    new.get_by_label("What for").fill("SIEM")
    new.get_by_role("button", name="Make key").click()
    shown = desk.get_by_role("region", name="The new key")
    token = shown.locator("code").inner_text()
    key = {"Authorization": f"Bearer {token}"}
    assert re.fullmatch(r"cure_\w{8}_\S+", token)
    assert httpx.get(f"{served}api/v1/me", headers=key).json()["sources"] == ["nicter"]
    shown.get_by_role("button", name="I have kept it").click()
    assert token not in desk.content()

    desk.get_by_role("button", name="Revoke: SIEM").click()
    expect(desk.get_by_role("row", name="SIEM")).to_contain_text("revoked")
    assert httpx.get(f"{served}api/v1/me", headers=key).status_code == 401


def test_a_user_is_added_given_a_password_and_locked(desk: Page):
    new = form(to(desk, "users"), "New user")
    new.get_by_label("Name").fill("ken")
    new.get_by_role("button", name="Add").click()
    setting = form(desk, "Set password")
    setting.get_by_label("New password").fill("ken@local")
    setting.get_by_role("button", name="Set password").click()
    expect(setting.get_by_role("alert")).to_contain_text("Too easy to guess")
    setting.get_by_label("New password").fill("a long way to Nagoya")
    setting.get_by_role("button", name="Set password").click()
    expect(desk.locator(".toast", has_text="Password of ken@local set.")).to_be_visible()
    setting.get_by_role("button", name="Lock").click()
    expect(desk.get_by_role("row", name="ken@local")).to_contain_text("locked")


def test_nobody_changes_his_own_rights(desk: Page):
    to(desk, "users", "sel=boss%40local")
    expect(form(desk, "boss@local")).to_contain_text("another administrator")
    expect(form(desk, "boss@local").get_by_role("button")).to_have_count(0)


def test_a_rating_takes_two_and_the_log_tells_of_both(desk: Page, browser: "Browser", served: str):
    sheet = form(to(desk, "ratings"), "Data rating sheet")
    sheet.get_by_label("Source", exact=True).fill("cowrie@tokyo")
    sheet.get_by_role("button", name="Propose").click()
    expect(sheet.get_by_role("alert")).to_contain_text("Say why")
    sheet.get_by_label("Marking (TLP)").select_option("TLP:RED")
    sheet.get_by_label("Sensor exposure").fill("It tells where our sensors are.")
    sheet.get_by_role("button", name="Propose").click()
    waiting = desk.get_by_role("list", name="Proposals")
    expect(waiting).to_contain_text("another person has to approve it")
    expect(waiting.get_by_role("button", name="Approve")).to_have_count(0)

    with Pages(browser, served) as pages:
        other = to(entered(pages, "second@local"), "ratings")
        other.get_by_role("button", name="Approve").click()
        done = other.get_by_role("status", name="Who had already read it")
        expect(done).to_contain_text("cowrie@tokyo: version 1 holds")
        expect(done).to_contain_text("Nobody had read of this source before.")
        row = other.get_by_role("table", name="Ratings that hold").get_by_role("row")
        expect(row.last).to_contain_text("second@local")

    log = to(desk, "audit", "find=rating").get_by_role("table", name="Audit log")
    expect(log.get_by_role("row").nth(1)).to_contain_text("second@local")
    expect(log.get_by_role("row").nth(1)).to_contain_text("rating.approve")
    expect(log.get_by_role("row").nth(2)).to_contain_text("rating.propose")
    expect(desk.locator("summary")).to_contain_text("entries is unbroken")


def test_hits_are_sent_to_a_webhook_whose_secret_is_shown_once(desk: Page):
    new = form(to(desk, "deliveries"), "New delivery")
    new.get_by_label("Where to").fill("gopher://example.org")
    new.get_by_role("button", name="Add").click()
    expect(new.get_by_role("alert")).to_have_text("Want https://host/path.")
    new.get_by_label("Where to").fill("https://127.0.0.1:9/hits")
    new.get_by_role("button", name="Add").click()
    secret = desk.get_by_role("region", name="Secret of the webhook")
    expect(secret.locator("code")).to_have_text(re.compile(r"\S{43}"))
    secret.get_by_role("button", name="I have kept it").click()
    expect(secret).to_have_count(0)

    desk.get_by_role("button", name="Test: https://127.0.0.1:9/hits").click()
    expect(desk.locator(".toast", has_text="The test was not taken")).to_be_visible()
    desk.get_by_role("button", name="Remove: https://127.0.0.1:9/hits").click()
    expect(desk.locator("main")).to_contain_text("Nothing is sent anywhere yet")


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("place", PLACES)
def test_nobody_is_kept_out(desk: Page, axe: str, place: str, theme: str):
    assert barriers(to(desk, place, f"theme={theme}"), axe) == []


def test_it_speaks_japanese(desk: Page):
    expect(to(desk, "ratings", "lang=ja").locator("h1")).to_have_text("データ格付け")
