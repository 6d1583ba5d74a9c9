"""Logging in, in a browser: the first set-up, codes of an app, and what a reader is offered."""

import re
import time
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cure.access.totp import STEP_S, code_of
from pages import Pages, barriers, ready
from program import Program
from ui.accounts import PASSWORD, add_user, first_started, log_in, secret_in

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def cure(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an installation with one organisation and a reader."""
    cure = Program(tmp_path_factory.mktemp("login"))
    assert cure("org", "add", "local", "--operator", "--data", "d").code == 0
    add_user(cure, "rin@local", "read")
    with cure.serving("--data", "d") as url:
        yield url


@pytest.fixture
def closed(browser: "Browser", guarded: str) -> Iterator[Pages]:
    with Pages(browser, guarded) as pages:
        yield pages


def code_of_app(secret: str, steps_ago: int = 0) -> str:
    return code_of(b32decode(secret), int(time.time()) // STEP_S - steps_ago)


def set_up(page: Page) -> None:
    form = page.get_by_role("form", name="First set-up")
    expect(form.get_by_label("Organisation")).to_have_value("local")
    form.get_by_label("Your name").fill("root")
    expect(form).to_contain_text("You log in as root@local.")
    form.get_by_label("Password").fill(PASSWORD)
    form.get_by_role("button", name="Set up and log in").click()
    expect(page.get_by_role("link", name="root@local")).to_be_visible()


def test_the_first_administrator_comes_by_the_link_and_from_then_on_with_codes(
    browser: "Browser", cure: Program
):
    with first_started(cure) as link, Pages(browser, link.partition("?")[0]) as pages:
        page = pages.open("/")
        page.goto(link)
        set_up(page)
        expect(page.get_by_role("navigation", name="Administration")).to_contain_text("Users")
        expect(page).not_to_have_url(re.compile("#setup"))

        page.get_by_role("link", name="root@local").click()
        page.get_by_role("button", name="Use codes…").click()
        codes = page.get_by_role("region", name="Codes of an app")
        expect(codes).to_contain_text("Enter this secret")
        secret = secret_in(codes.inner_text())
        codes.get_by_label("Code").fill("000000")
        codes.get_by_role("button", name="Confirm").click()
        expect(codes.get_by_role("alert")).to_contain_text("That code is not right now")
        codes.get_by_label("Code").fill(code_of_app(secret, steps_ago=1))
        codes.get_by_role("button", name="Confirm").click()
        expect(codes).to_contain_text("You are asked for a code when you log in.")

        page.get_by_role("banner").get_by_role("button", name="Log out").click()
        log_in(page, "root@local")
        expect(page.get_by_role("alert")).to_have_text("Name, password or code is wrong.")
        log_in(page, "root@local", code=code_of_app(secret))
        expect(page.locator("main")).to_contain_text("password and code")


def test_while_the_server_is_open_its_operator_begins_on_the_page(
    browser: "Browser", cure: Program
):
    with cure.serving("--data", "d") as url, Pages(browser, url) as pages:
        page = pages.open("/admin")
        expect(page.locator("main")).to_contain_text("This server is open")
        expect(page.locator("main")).to_contain_text("cure org add local --operator")
        set_up(page)
        expect(page.get_by_role("navigation", name="Administration")).to_contain_text("Keys")
        assert page.request.get(f"{url}api/v1/sources").status == 403  # he manages, and reads not


def test_what_is_wrong_with_a_set_up_stands_beside_its_field(browser: "Browser", cure: Program):
    with first_started(cure) as link, Pages(browser, link.partition("?")[0]) as pages:
        page = pages.open("/")
        page.goto(link)
        form = page.get_by_role("form", name="First set-up")
        form.get_by_label("Your name").fill("two words")
        form.get_by_label("Password").fill("rootrootroot")
        form.get_by_role("button").click()
        expect(form.get_by_role("alert")).to_contain_text("Letters, digits")
        expect(form.get_by_label("Your name")).to_be_focused()
        form.get_by_label("Your name").fill("root")
        form.get_by_role("button").click()
        expect(form.get_by_role("alert")).to_contain_text("Too easy to guess")


def test_a_wrong_password_says_so_and_lets_one_try_again(closed: Pages):
    page = closed.open("/")
    log_in(page, "rin@local", "another way to Osaka")
    expect(page.get_by_role("alert")).to_have_text("Name, password or code is wrong.")
    log_in(page, "rin@local")
    expect(page.get_by_role("navigation", name="Views")).to_be_visible()


def test_a_reader_is_offered_no_administration(closed: Pages):
    page = closed.open("/lookup")
    log_in(page, "rin@local")
    views = page.get_by_role("navigation", name="Views")
    expect(views).to_contain_text("Look up")
    expect(views).not_to_contain_text("Admin")
    page.get_by_role("link", name="rin@local").click()
    expect(page.get_by_role("navigation", name="Administration").get_by_role("link")).to_have_text(
        ["Overview", "Deliveries", "Own page"]
    )
    page.goto(f"{closed.url}admin/users")
    expect(page.get_by_role("alert")).to_contain_text("Not open to you")


def test_a_password_is_changed_by_whoever_knows_it(closed: Pages):
    page = closed.open("/me")
    log_in(page, "rin@local")
    form = page.get_by_role("form", name="Password")
    for label in ("New password", "New password again"):
        form.get_by_label(label, exact=True).fill(PASSWORD[::-1])
    form.get_by_label("Present password").fill("no idea of mine")
    form.get_by_role("button").click()
    expect(form.get_by_role("alert")).to_have_text("That is not your present password.")
    form.get_by_label("Present password").fill(PASSWORD)
    form.get_by_role("button").click()
    log_in(page, "rin@local", PASSWORD[::-1])
    expect(page.locator("h1")).to_have_text("Own page")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nobody_is_kept_out(closed: Pages, axe: str, theme: str):
    page = closed.open("/", {"theme": theme})
    ready(page)
    assert barriers(page, axe) == []


def test_it_speaks_japanese(closed: Pages):
    expect(closed.open("/", {"lang": "ja"}).locator("h1")).to_have_text("ログイン")
