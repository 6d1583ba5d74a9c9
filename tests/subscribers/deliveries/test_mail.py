"""Mails, through a real server: people can read them, and no value does anything in them."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from hypothesis import given
from hypothesis import strategies as st

from cure.model import Finding, Kind, Record, mention, tag, url
from cure.model.finding import digest_of
from cure.subscribers.deliveries.channel import Parcel
from cure.subscribers.deliveries.delivery import Language, Way
from cure.subscribers.deliveries.mail import defanged, mail_of
from cure.subscribers.deliveries.mail_server import MailSetting
from cure.subscribers.deliveries.samples import sample_hit
from subscribers.deliveries.desk import GREEN, ORGANISATION, Desk, desk
from subscribers.deliveries.test_times import at as moment
from subscribers.deliveries.test_times import delivery


class Mailbox:
    """What a mail server takes, and whether it takes anything."""

    def __init__(self) -> None:
        self.answer = "250 taken"
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []

    async def handle_DATA(self, _: object, __: object, envelope: Envelope) -> str:  # noqa: N802 - its name
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(message_from_bytes(content, policy=default))  # pyright: ignore[reportArgumentType]
            self.to += envelope.rcpt_tos
        return self.answer


class Server(Controller):
    """A mail server on any port that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue]
        super()._trigger_server()


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def here(tmp_path: Path, box: Mailbox) -> Iterator[Desk]:
    server = Server(box, hostname="127.0.0.1", port=0)
    server.start()
    try:
        with desk(tmp_path) as opened:
            opened.mail = MailSetting(
                "127.0.0.1",
                server.port,
                "cure@example.jp",
                "none",
                public_url="https://cure.example.jp/",
            )
            yield opened
    finally:
        server.stop()


def text_of(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return body.get_content()


def test_a_mail_tells_of_a_hit_in_plain_text_and_html(here, box):
    to = here.deliver(Way.MAIL, "Duty <duty@example.com>")
    here.see("192.0.2.7")
    here.send(to)
    [mail] = box.mails

    assert box.to == ["duty@example.com"]
    assert mail["Subject"] == "[CURE] office: 192[.]0[.]2[.]7"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "CURE <cure@example.jp>"
    assert mail["Message-ID"].endswith("@example.jp>")
    for kind in ("plain", "html"):
        said = text_of(mail, kind)
        assert "192[.]0[.]2[.]7" in said
        assert "192.0.2.7" not in said
        assert "Your address attacks others" in said
        assert "https://cure.example.jp/" in said


def test_a_mail_is_in_japanese_where_that_is_wanted(here, box):
    to = here.deliver(Way.MAIL, "duty@example.com", language="ja", zone="Asia/Tokyo")
    here.see("192.0.2.7", "192.0.2.8")
    here.send(to)
    [mail] = box.mails

    assert mail["Subject"] == "[CURE] 検知 2 件: office"
    assert mail["Content-Language"] == "ja"
    assert "自組織のアドレスから攻撃が観測されました" in text_of(mail, "plain")
    assert "21:00:00 JST" in text_of(mail, "plain")
    assert '<html lang="ja">' in text_of(mail, "html")


def test_what_comes_within_a_minute_goes_together(here, box):
    to = here.deliver(Way.MAIL, "duty@example.com")
    for last in range(1, 10):
        here.see(f"192.0.2.{last}")
        here.send(to)
    assert len(box.mails) == 1
    here.clock.pass_(minutes=1)
    here.send(to)

    assert [mail["Subject"] for mail in box.mails[1:]] == ["[CURE] 8 hits: office"]


def test_a_digest_is_one_mail_and_leaves_out_what_somebody_has_seen_to(here, box):
    to = here.deliver(Way.MAIL, "duty@example.com", pace="hourly")
    here.see("192.0.2.1", "192.0.2.2", "192.0.2.3")
    here.send(to)
    assert box.mails == []
    first = here.watches.after(ORGANISATION, 0, 1)[0]
    here.watches.acknowledge(ORGANISATION, first.id, "rin", here.clock())
    here.clock.pass_(hours=1)
    here.send(to)
    [mail] = box.mails

    assert mail["Subject"] == "[CURE] Digest, 2 hits: office"
    assert "192[.]0[.]2[.]1" not in text_of(mail, "plain")


def test_a_mail_that_is_not_taken_is_sent_again_later(here, box):
    to = here.deliver(Way.MAIL, "duty@example.com")
    box.answer = "451 later"
    here.see("192.0.2.1")
    here.send(to)
    assert here.state(to).why == "the mail server answered 451"
    box.answer = "250 taken"
    here.clock.pass_(minutes=1)
    here.send(to)

    assert len(box.mails) == 1


def test_without_a_mail_server_that_is_said(here):
    to = here.deliver(Way.MAIL, "duty@example.com")
    here.mail = None
    here.see("192.0.2.1")
    here.send(to)

    assert here.state(to).why == "this installation has no mail server: mail_server is not set"


def test_a_server_that_cannot_be_reached_is_tried_again(here):
    to = here.deliver(Way.MAIL, "duty@example.com")
    here.mail = MailSetting("127.0.0.1", 1, "cure@example.jp", "none")
    here.see("192.0.2.1")
    here.send(to)

    assert here.state(to).why == "the mail server failed: ConnectionRefusedError"


def test_a_server_without_tls_gets_nothing_where_tls_is_wanted(here, box):
    to = here.deliver(Way.MAIL, "duty@example.com")
    here.mail = MailSetting("127.0.0.1", here.mail.port, "cure@example.jp", "starttls")
    here.see("192.0.2.1")
    here.send(to)

    assert here.state(to).why == "the mail server failed: SMTPNotSupportedError"
    assert box.mails == []


# What values may hold -------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(f"@{name}" for name, _ in attrs)}


HARMLESS = {
    *("html", "head", "meta", "title", "body", "h3", "code", "p", "table", "tr", "th", "td"),
    *("@lang", "@charset", "@style", "@align"),
}
NASTY = "x\r\nBcc: all@example.com\r\n\r\n<img src=//example.com/x onerror=alert(1)>&\u202e"


@given(st.text(max_size=60) | st.just(NASTY), st.text(max_size=60) | st.just(NASTY))
def test_whatever_a_name_or_tag_holds_is_only_text(name: str, word: str):
    hit = sample_hit(moment("2026-01-15T12:00Z"), name=name, tags=[word])
    to = msgspec.structs.replace(delivery(language=Language.JA), address="a@example.com")
    made = mail_of(Parcel(to, "", [hit], moment("2026-01-15T12:00Z")), "cure@example.jp", None)
    again = message_from_bytes(made.as_bytes(), policy=default)

    assert again["Bcc"] is None
    assert len(again.keys()) == len(made.keys())
    assert [part.get_content_type() for part in again.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert Tags(text_of(again, "html")).seen <= HARMLESS  # pyright: ignore[reportArgumentType]


@given(st.from_regex(r"https?://[a-z]{1,8}\.example\.com/[a-z./@:?&=#-]{0,20}", fullmatch=True))
def test_no_program_makes_a_link_of_a_value(text: str):
    written = defanged(url(text).value)

    assert "http" not in written.split("[:]")[0]
    assert "://" not in written
    assert "." not in written.replace("[.]", "")


def test_a_value_with_markup_is_seen_as_it_is(here, box):
    here.watch("bad", "malware:*<b>*", own=False)
    said = Finding(
        Kind.ANNOTATION,
        (mention(url("http://www.example.com/<script>alert(1)</script>"), "payload"),
         mention(tag("malware:<b>x</b>"), "tag")),
        here.clock(), here.clock(),
    )  # fmt: skip
    to = here.deliver(Way.MAIL, "duty@example.com")
    here.installation.append([Record("nicter", GREEN, digest_of("nicter", said), said)])
    here.watching.match()
    here.send(to)
    [mail] = box.mails

    assert "&lt;b&gt;" in text_of(mail, "html")
    assert Tags(text_of(mail, "html")).seen <= HARMLESS
