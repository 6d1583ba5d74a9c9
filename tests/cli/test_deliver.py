"""`cure deliver`: made, tried, looked after, here and at a server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cure.app import publishers
from cure.cli.deliver import commands
from cure.installation import Installation
from cure.model import Audience, Tlp
from cure.subscribers.deliveries.channels import PushSetting
from cure.web.server import build
from servers import running
from subscribers.deliveries.receiving import Receiver, receiver


@pytest.fixture(params=["here", "there"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Give the option that names a data directory, or a server."""
    data = tmp_path / "data"
    with Installation(data, write=True) as installation:
        (data / "cure.toml").write_text('organisation = "soc"\npush_allow_private = true\n')
        if request.param == "here":
            yield ["--data", str(data)]
            return
        app = build(
            installation,
            audience=Audience("soc", Tlp.RED),
            owner="soc",
            publishers=publishers(),
            sending=PushSetting("urn:cure:test", allow_private=True),
        )
        with running(app) as url:
            yield ["--url", url]


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as running_there:
        yield running_there


def run(*arguments: str):
    return CliRunner().invoke(commands, arguments)


def test_a_webhook_is_made_tried_listed_driven_and_removed(place: list[str], there: Receiver):
    made = json.loads(run("add", "webhook", there.url, "--batch", "--json", *place).stdout)
    delivery = made["delivery"]["id"]
    assert len(made["secret"]) >= 43
    assert "the receiver took it" in run("test", delivery, *place).stdout
    assert b"jp.cure.test.v1" in there.accepted[0][1]
    there.status = 500
    failed = run("test", delivery, *place)
    assert (failed.exit_code, failed.stdout) == (1, "not taken: answered 500\n")
    listed = run("list", *place).stdout
    assert delivery in listed
    assert made["secret"] not in listed
    assert "0 dead letters are sent again" in run("redrive", delivery, *place).stdout
    assert "since 24h" in run("redrive", delivery, "--since", "24h", *place).stdout
    assert run("dead", delivery, "--json", *place).stdout == ""
    assert "is removed" in run("remove", delivery, *place).stdout
    assert run("list", "--json", *place).stdout == ""
    assert run("dead", delivery, *place).exit_code == 1


def test_mail_and_syslog_are_made_with_their_options(place: list[str]):
    mail = ["add", "mail", "duty@example.jp", "--language", "ja", "--quiet", "22:00-07:00"]
    assert run(*mail, "--zone", "Asia/Tokyo", "--pace", "daily", *place).exit_code == 0
    assert run("add", "syslog", "udp://192.0.2.1:514", "--form", "leef", *place).exit_code == 0
    lines = run("list", "--json", *place).stdout.splitlines()
    mail, syslog = (json.loads(line)["delivery"] for line in lines)

    assert (mail["language"], mail["quiet"], mail["zone"]) == ("ja", "22:00-07:00", "Asia/Tokyo")
    assert (syslog["way"], syslog["form"]) == ("syslog", "leef")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["add", "mail", "nobody"], "no plain local part"),
        (["add", "webhook", "ftp://example.jp/"], "want https"),
        (["add", "webhook", "https://example.jp/", "--pace", "x"], "Invalid enum value 'x'"),
        (["test", "unknown"], "no delivery unknown"),
    ],
)
def test_what_is_wrong_is_said(place: list[str], arguments: list[str], why: str):
    failed = run(*arguments, *place)

    assert failed.exit_code == 1
    assert why in str(failed.exception)
