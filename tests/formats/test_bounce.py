"""Bounces: what is one, whose mail it returns, and where that came from."""

from datetime import UTC, datetime

import pytest

from cure.formats.bounce import Bounce, read_bounce
from cure.model.networks import Networks

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
OWN = Networks(("10.0.0.0/8",))
DAEMON = "From: MAILER-DAEMON@mx.example.org\nTo: postmaster@example.org\n"
MAIL = (
    "Received: from a (a [203.0.113.7]) by mx; x\n"
    "From: A <a@example.com>\nTo: nobody@example.org\nSubject: Spam\n\nBuy.\n"
)


def read(text: str) -> Bounce | None:
    return read_bounce(text.encode(), AS_OF, OWN)


def returning(text: str) -> Bounce:
    bounce = read(text)
    assert bounce is not None
    return bounce


def report(*parts: tuple[str, str], head: str = DAEMON, boundary: str = "b") -> str:
    kind = f"Content-Type: multipart/report; report-type=delivery-status; boundary={boundary}\n\n"
    body = "".join(f"--{boundary}\nContent-Type: {name}\n\n{text}\n" for name, text in parts)
    return f"{head}{kind}{body}--{boundary}--\n"


def status(action: str, more: str = "") -> tuple[str, str]:
    recipient = f"Final-Recipient: rfc822; nobody@example.org\nAction: {action}\nStatus: 5.1.1 (x)"
    return "message/delivery-status", f"Reporting-MTA: dns; mx\n{more}\n{recipient}\n"


FAILED = status("failed")


def sender(bounce: Bounce) -> tuple[str, str]:
    assert bounce.sender is not None
    return bounce.sender.value, bounce.told_in


@pytest.mark.parametrize(
    "kind", ["message/rfc822", "text/rfc822-headers", "text/rfc822-header", "message/partial"]
)
def test_a_mail_is_returned_in_a_part_of_its_own(kind):
    bounce = returning(report(FAILED, (kind, MAIL)))
    assert sender(bounce) == ("a@example.com", "From")
    assert bounce.address is not None
    assert bounce.address.value == "203.0.113.7"
    assert (bounce.kind, bounce.status, bounce.subject) == ("bounce", "5.1.1", "Spam")


@pytest.mark.parametrize(
    "before",
    [
        "--- Below this line is a copy of the message.",
        "------ This is a copy of the message, including all the headers. ------",
        "Message headers follow.",
        "-------original message",
        "Ваше сообщение не доставлено.",
        "Final-Recipient: rfc822; x@example.org",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_mail_is_returned_in_the_text(before, end):
    text = f"{DAEMON}\nIt failed.\n\n{before}\n\n{MAIL}".replace("\n", end)
    assert sender(returning(text)) == ("a@example.com", "From")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Return-Path: <b@example.net>", ("b@example.net", "Return-Path")),
        ("X-Envelope-From: b@example.net", ("b@example.net", "X-Envelope-From")),
        ("Received: by x (envelope-from <b@example.net>) id 1; x", ("b@example.net", "Received")),
        ("Return-Path: <c-nobody=example.org@example.net>", ("a@example.com", "From")),
        ("Return-Path: <nobody@example.org>", ("a@example.com", "From")),
    ],
)
def test_the_envelope_tells_more_than_the_letter(header, told):
    assert sender(returning(f"{DAEMON}\n{header}\n{MAIL}")) == told


def test_postfix_tells_the_envelope_in_its_report():
    failed = status("failed", "X-Postfix-Sender: rfc822; b@example.net\n")
    assert sender(returning(report(failed, ("message/rfc822", MAIL)))) == (
        "b@example.net",
        "X-Postfix-Sender",
    )


def test_of_a_bounce_that_was_returned_whole_the_mail_at_the_bottom_counts():
    inner = report(FAILED, ("message/rfc822", MAIL), boundary="c")
    bounce = returning(report(FAILED, ("message/rfc822", inner)))
    assert bounce.kind == "double-bounce"
    assert sender(bounce) == ("a@example.com", "From")


def test_of_a_bounce_of_which_only_the_headers_were_returned_the_addressee_counts():
    inner = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: a@example.com\n"
    bounce = returning(report(FAILED, ("text/rfc822-headers", inner)))
    assert bounce.kind == "double-bounce"
    assert sender(bounce) == ("a@example.com", "To")
    assert bounce.address is None


def test_a_bounce_from_outside_went_to_somebody_of_the_own_side():
    inner = "Received: from a ([203.0.113.9]) by b; x\nFrom: MAILER-DAEMON@example.net\n"
    bounce = returning(report(FAILED, ("text/rfc822-headers", f"{inner}To: user@example.org\n")))
    assert (bounce.kind, bounce.sender, bounce.address) == ("double-bounce", None, None)


def test_a_mail_that_nobody_sent_is_not_therefore_a_bounce():
    mail = f"Return-Path: <>\n{MAIL}"
    bounce = returning(report(FAILED, ("message/rfc822", mail)))
    assert (bounce.kind, *sender(bounce)) == ("bounce", "a@example.com", "From")


def test_bounces_in_bounces_without_end_end_soon():
    text = MAIL
    for depth in range(100):
        text = report(FAILED, ("message/rfc822", text), boundary=f"b{depth}")
    assert returning(text).kind == "double-bounce"


def test_a_copy_for_the_postmaster_is_told_by_its_subject():
    head = DAEMON + "Subject: Postmaster notify: see transcript for details\n"
    assert returning(report(FAILED, ("message/rfc822", MAIL), head=head)).kind == "postmaster-copy"


def test_a_mail_from_the_own_side_came_from_no_address():
    mail = MAIL.replace("203.0.113.7", "10.0.0.7")
    assert returning(f"{DAEMON}\n{mail}").address is None


@pytest.mark.parametrize(
    "text",
    [
        report(status("delayed"), ("message/rfc822", MAIL)),
        report(status("delivered"), ("message/rfc822", MAIL)),
        report(FAILED, ("text/plain", "Nothing is returned.")),
        f"From: a@example.com\nTo: b@example.org\n\n{MAIL}",
        "Return-Path: <>\nFrom: a@example.com\nSubject: I am on holiday\n\nUntil Monday.",
        report(("message/rfc822", MAIL)).replace("delivery-status", "feedback-report"),
        "",
    ],
)
def test_other_mails_are_none(text):
    assert read(text) is None


def test_a_partly_failed_delivery_is_a_bounce():
    both = ("message/delivery-status", "\nAction: delayed\n\nAction: failed\nStatus: 5.0.0\n")
    assert returning(report(both, ("message/rfc822", MAIL))).status == "5.0.0"


def test_a_sender_that_cannot_be_read_is_left_out():
    bounce = returning(f"{DAEMON}\n{MAIL.replace('a@example.com', 'a@nowhere')}")
    assert (bounce.sender, bounce.told_in) == (None, "")
