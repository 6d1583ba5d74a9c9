"""Mails: who sent them from where, what they link to, what came with them."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from msgspec import MsgspecError

from cure.errors import MalformedError
from cure.formats.mail import File, Mail, read_mail
from cure.formats.mail_headers import mailboxes
from cure.model.networks import Networks

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
OWN = Networks(("10.0.0.0/8", "192.0.2.0/24"))


def read(*headers: str, body: str = "", html: bool = False) -> Mail:
    kind = ["Content-Type: text/html"] if html else []
    return read_mail("\n".join((*headers, *kind, "", body)).encode(), AS_OF, OWN)


def senders(*headers: str) -> list[str]:
    return [one.value for one in read(*headers).senders]


def linked(body: str, to: str = "user@example.org", *, html: bool = True) -> list[str]:
    return [one.value for one in read(f"To: {to}", body=body, html=html).links]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a@example.com", ["a@example.com"]),
        ("Name <A@Example.COM>", ["A@example.com"]),
        ('"b@example.net" <a@example.com>', ["a@example.com"]),
        ('"Doe, John" <a@example.com>', ["a@example.com"]),
        ("b@example.net <a@example.com>", ["a@example.com"]),
        ("a@example.com (b@example.net)", ["a@example.com"]),
        ("a@example.com, <b@example.net>", ["a@example.com", "b@example.net"]),
        ("a@example.com.", ["a@example.com"]),
        ("<>", []),
        ('"Nobody" <>', []),
        ("Nobody", []),
        ("a@nowhere", []),
        ("a@ example.com", ["a@example.com"]),
        ("", []),
    ],
)
def test_mailboxes_are_those_and_only_those_that_stand_for_one(value, found):
    assert [one.value for one in mailboxes(value)] == found


def test_all_mailboxes_of_the_sender_are_named_once():
    assert senders(
        "Return-Path: <a@example.com>",
        "From: A <a@example.com>",
        "Reply-To: b@example.net",
        "Sender: c@example.net",
    ) == ["a@example.com", "c@example.net", "b@example.net"]


def test_a_sender_who_feigns_to_be_the_recipient_is_left_out():
    assert senders("From: User <User@example.org>", "To: user@example.org") == []


@pytest.mark.parametrize(
    "path", ["bounces+1-user=example.org@example.net", "SRS0=x=y=example.net=a@example.com"]
)
def test_a_return_path_that_tells_of_others_is_left_out(path):
    assert senders(f"Return-Path: <{path}>") == []


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("Authentication-Results: spf=pass (sender IP is 203.0.113.1)\n a=b", "203.0.113.1"),
        ("Authentication-Results: a; spf=none (a when checking 203.0.113.1) b", "203.0.113.1"),
        ("Received-SPF: Pass (x) receiver=y;\n client-ip=203.0.113.1; helo=z", "203.0.113.1"),
        ("Received-SPF: pass (domain of a@b designates 203.0.113.1 as it)", "203.0.113.1"),
        ("X-Sender-IP: 2001:DB8::1", "2001:db8::1"),
        ("Received: from a (b [203.0.113.1]) by c; x", "203.0.113.1"),
        ("Received: from a (203.0.113.1) by c (192.0.2.4) with x", "203.0.113.1"),
        ("Received: from [10.0.0.1] (b [IPv6:2001:db8::1]) by c; x", "2001:db8::1"),
        ("Received: from [203.0.113.1] (helo=[10.0.0.1]) by c; x", "203.0.113.1"),
        ("Received: from a ([203.0.113.1]:4026) by c; x", "203.0.113.1"),
        ("Received: from a (unknown) by [203.0.113.1]; x", None),
        ("Received: by 2001:db8::1 with SMTP id x", None),
        ("Received: from a ([300.0.113.1]) by c; x", None),
        ("X-Sender-IP: unknown", None),
    ],
)
def test_the_address_is_that_which_a_server_saw(header, address):
    found = read(header).address
    assert (found and found.value) == address


def test_hops_within_the_own_side_are_passed_over():
    mail = read(
        "Received: from a (a [127.0.0.1]) by b",
        "Received: from a (a [192.0.2.8]) by b",
        "Received: from a (a [203.0.113.1]) by b",
        "Received: from a (a [203.0.113.2]) by b",
    )
    assert mail.address is not None
    assert mail.address.value == "203.0.113.1"


@pytest.mark.parametrize(
    ("date", "came", "sent"),
    [
        ("Mon, 1 Dec 2025 10:00:00 +0900", None, "2025-12-01T01:00:00+00:00"),
        ("Mon, 1 Dec 2025 10:00:00 +0900", "1 Dec 2025 02:00:00 -0000", "2025-12-01T01:00:00"),
        ("Mon, 1 Dec 2014 10:00:00 +0900", "1 Dec 2025 02:00:00 -0000", "2025-12-01T02:00:00"),
        ("11-09-2025", "1 Dec 2025 02:00:00 +0000 (UTC)", "2025-12-01T02:00:00"),
        ("Mon, 1 Dec 2027 10:00:00 +0900", None, None),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None, None),
        ("Thu, 1 Jan 99999999999 00:00:00 +0000", None, None),
        ("Thu, 1 Jan 2025 00:00:00 +9999", None, None),
        ("", None, None),
    ],
)
def test_a_date_counts_if_it_can_be_true(date, came, sent):
    received = [f"Received: from a by b; {came}"] if came else []
    found = read(*received, f"Date: {date}").sent
    assert (found and found.isoformat().startswith(sent)) if sent else found is None


def test_what_came_of_the_checks_is_that_of_the_topmost_server():
    mail = read(
        "Authentication-Results: a; spf=Fail b; dkim=none",
        "Authentication-Results: forged; spf=pass; dmarc=pass",
    )
    assert mail.results == {"spf": "fail", "dkim": "none", "dmarc": "pass"}


def test_links_are_those_that_a_click_follows():
    html = (
        "<A class=x HREF=' https://a.example.com/&amp;b\n'>x</A><img src=https://b.example.com/>"
        '<form action="https://c.example.com"><a href="mailto:a@example.com"><a href="#x">'
        "https://d.example.com <a href=https://[bad/> <a href=http://10.0.0.1/>"
    )
    assert linked(html) == ["https://a.example.com/&b", "https://c.example.com/"]


def test_in_plain_text_links_end_before_punctuation():
    text = (
        "See https://example.com/a, (http://example.com/b) <HTTP://example.net> [https://x.jp](y)"
    )
    assert linked(text, html=False) == [
        "https://example.com/a",
        "http://example.com/b",
        "http://example.net/",
        "https://x.jp/",
    ]


@pytest.mark.parametrize(
    ("link", "published"),
    [
        ("https://example.net/a?e=user@example.org&x", "https://example.net/a"),
        ("https://example.net/a/USER%40example.org/b", "https://example.net/a"),
        ("https://example.net/#dXNlckBleGFtcGxlLm9yZw==", "https://example.net/"),
        ("https://example.net/?dXNlckBleGFtcGxlLm9yZyZ4", "https://example.net/"),
        ("https://user@example.org/", None),
        ("https://example.net/?e=other@example.org", "https://example.net/?e=other@example.org"),
    ],
)
def test_a_link_is_cut_before_it_tells_the_recipient(link, published):
    assert linked(f'<a href="{link}">') == ([published] if published else [])


def test_a_text_written_for_the_recipient_does_not_tell_it():
    mail = read("To: john@example.org", "Subject: JOHN, johnny: john@example.org", "From: john <>")
    assert mail.subject == "…, johnny: …"
    assert mail.name == "…"


def attached(body: str) -> list[File]:
    return read("Content-Type: image/png; name=a.png", body=body).files


def test_a_file_is_hashed_as_it_was_before_it_was_encoded():
    mail = read("Content-Type: a/b; name=c", "Content-Transfer-Encoding: base64", body="YWJj\n")
    (file,) = mail.files
    assert (file.name, file.content_type, file.size) == ("c", "a/b", 3)
    assert [one.value for one in file.hashes()][-1] == sha256(b"abc").hexdigest()


def test_the_empty_file_has_no_hash():
    assert [file.hashes() for file in attached("")] == [[]]


def test_of_a_file_that_was_taken_out_the_hashes_are_read():
    digest = sha256(b"invented").hexdigest()
    (file,) = attached(
        f'[attachment removed: {{"part": 0, "filename": null, "sha256": "{digest}"}}]'
    )
    assert [one.value for one in file.hashes()] == [digest]
    assert file.name == "a.png"


def test_a_file_that_was_taken_out_otherwise_is_quarantined():
    with pytest.raises(MsgspecError):
        attached("[attachment removed: by the gateway]")
    with pytest.raises(MalformedError, match="no hash is told of it"):
        File(name="x").hashes()


@pytest.mark.parametrize(
    "hostile",
    [
        "From: " + "(" * 300_000,
        "From: " + '"\\' * 300_000,
        "Subject: " + "=?u?q?" * 300_000,
        "To: c@example.com\n" * 30_000,
        ("To: " + '\\"' * 2000 + "\n") * 900,
        "Content-Type: a/b; " + 'x=";' * 300_000,
        "Received: from " + "([" * 300_000,
        "Content-Type: text/html\n\n" + '<a href="' * 200_000,
        "X: y\n\n" + "http://a " * 200_000,
    ],
)
def test_a_hostile_mail_takes_no_longer_than_others_of_its_size(hostile):
    read(hostile)  # else it would take hours
