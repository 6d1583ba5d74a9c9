"""HTTP archives: which request led to which."""

import json

import msgspec
import pytest

from cure.formats.har import is_har, requests


def entry(url: str, *, referer: str = "", redirect: str = "", kind: str = "text/html"):
    headers = [{"name": "referer", "value": referer}] if referer else []
    return {
        "request": {"url": url, "headers": headers},
        "response": {"redirectURL": redirect, "content": {"mimeType": kind}},
    }


def follow(*entries: object):
    return requests(json.dumps({"log": {"entries": entries}}).encode())


def test_a_redirect_leads_to_the_next_request_of_its_target():
    _, second, third = follow(
        entry("https://example.org/a", redirect="../b#x"),
        entry("https://example.org/b"),
        entry("https://example.org/b"),
    )
    assert (second.after, second.is_redirected) == (0, True)
    assert third.after is None


def test_a_referer_leads_back_to_its_request():
    *_, last = follow(
        entry("https://example.org/a"),
        entry("https://example.org/b"),
        entry("https://example.net/", referer="https://example.org/a"),
    )
    assert (last.after, last.is_redirected) == (0, False)


def test_a_referer_that_names_a_site_means_its_last_page():
    *_, last = follow(
        entry("https://example.org/a"),
        entry("https://example.org/a.js", kind="text/javascript"),
        entry("https://example.net/", referer="https://example.org/"),
    )
    assert last.after == 0


def test_a_referer_of_which_no_request_is_known_stays_an_address():
    (only,) = follow(entry("https://example.net/", referer="https://example.org/x"))
    assert only.after is None
    assert only.referrer is not None
    assert only.referrer.value == "https://example.org/x"


def test_an_entry_that_cannot_be_read_does_not_spoil_the_others():
    bad, good = follow({"request": 7}, entry("https://example.net/"))
    assert bad.why
    assert good.address is not None


def test_what_is_no_archive_is_malformed():
    with pytest.raises(msgspec.MsgspecError):
        requests(b'{"log": {"entries": 1}}')


def test_an_archive_is_told_by_its_beginning():
    assert is_har(b'\xef\xbb\xbf{\n "log": {')
    assert not is_har(b'{"logs": {')
