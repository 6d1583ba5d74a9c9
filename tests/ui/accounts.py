"""A server with accounts, run as an operator would run it, for tests in a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from program import Program

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "a long way to Sapporo"  # noqa: S105 - of nobody


@contextmanager
def first_started(cure: Program) -> Iterator[str]:
    """Run a server that wants accounts and has none, and give the link of the first set-up."""
    cure.environment["CURE_ACCOUNTS"] = "true"
    with cure.serving("--data", "d", says=r"http://\S+#setup=\S+") as link:
        yield link


def add_user(cure: Program, name: str, *scopes: str) -> None:
    """Add a user with a password, at the command line."""
    options = [word for scope in scopes for word in ("--scope", scope)]
    made = cure("user", "add", name, *options, "--data", "d")
    assert made.code == 0, made.err
    told = cure("user", "password", name, "--data", "d", given=f"{PASSWORD}\n".encode())
    assert told.code == 0, told.err


def log_in(page: "Page", user: str, password: str = PASSWORD, code: str = "") -> None:
    """Fill the form of the log-in page in, and send it."""
    page.get_by_label("Name with the organisation").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Log in", exact=True).click()


def secret_in(text: str) -> str:
    """Return the secret of an app among what a page says."""
    found = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", text)
    assert found is not None, text
    return found[0].replace(" ", "")
