"""Feeds of news: the items of RSS, Atom and JSON Feed, each with its page, date and content."""

from datetime import UTC, datetime

import pytest

from cure.errors import MalformedError
from cure.formats.news import News, is_feed, items

PLACE = "https://blog.example.org/feeds/all"
AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
RSS = b"""<?xml version="1.0"?><!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<item><title>Lantern &amp; Bot</title><link>/a</link><description>short</description>
<content:encoded><![CDATA[<p>It calls <b>192.0.2.1</b>.</p>]]></content:encoded>
<pubDate>Thu, 15 Jan 2026 12:00:00 GMT</pubDate>
<enclosure url="/a.pdf" type="application/pdf"/><enclosure url="/a.mp3" type="audio/mpeg"/></item>
<item><title>B</title><guid>https://blog.example.org/b</guid></item>
<item><title>C</title><guid isPermaLink="false">17</guid></item>
</channel></rss>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<item><title>A</title><link>https://blog.example.org/a</link><description>short</description>
<dc:date>2026-01-15T21:00:00+09:00</dc:date></item></rdf:RDF>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example.org/x/">
<entry><title>A</title><link rel="self" href="no"/><link href="a"/>
<link rel="enclosure" type="application/pdf" href="a.pdf"/>
<published>2026-01-15T12:00:00Z</published><updated>2026-01-16T12:00:00Z</updated>
<summary>short</summary><content type="html">&lt;p&gt;long&lt;/p&gt;</content></entry>
<entry><title>B</title><summary>1 &lt; 2</summary></entry>
<entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">x</div></content></entry>
</feed>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [
{"id": "1", "url": "/a", "title": "A", "content_html": "<p>long</p>", "summary": "short",
 "date_published": "2026-01-15T12:00:00Z", "attachments": [
 {"url": "/a.pdf", "mime_type": "application/pdf"}, {"url": "/a.mp3", "mime_type": "audio/mpeg"}]},
{"id": "2", "external_url": "https://example.net/b", "content_text": "1 < 2"}]}"""


def read(document: bytes) -> list[News]:
    return [item.read() for item in items(document, PLACE)]


def test_an_item_of_rss_has_its_page_its_date_and_its_content():
    first, second, third = read(RSS)

    assert first == News(
        "https://blog.example.org/a",
        ("https://blog.example.org/a.pdf",),
        "Lantern & Bot",
        "<p>It calls <b>192.0.2.1</b>.</p>",
        AT,
        None,
    )
    assert first.html.startswith("<html><h1>Lantern &amp; Bot</h1><p>")
    assert (second.page, third.page) == ("https://blog.example.org/b", "")


def test_so_has_one_of_rss_1():
    [only] = read(RDF)

    assert (only.page, only.content, only.published) == ("https://blog.example.org/a", "short", AT)


def test_an_entry_of_atom_has_links_that_begin_at_its_base():
    first, second, third = read(ATOM)

    assert (first.page, first.attached) == (
        "https://blog.example.org/x/a",
        ("https://blog.example.org/x/a.pdf",),
    )
    assert (first.content, first.published) == ("<p>long</p>", AT)
    assert first.changed == datetime(2026, 1, 16, 12, tzinfo=UTC)
    assert (second.page, second.content) == ("", "1 &lt; 2")
    assert ">x</" in third.content


def test_an_item_of_json_feed_has_them_too():
    first, second = read(JSON)

    assert (first.page, first.attached, first.content, first.published) == (
        "https://blog.example.org/a",
        ("https://blog.example.org/a.pdf",),
        "<p>long</p>",
        AT,
    )
    assert (second.page, second.content) == ("https://example.net/b", "1 &lt; 2")


@pytest.mark.parametrize("document", [RSS, RDF, ATOM, JSON, b"\xef\xbb\xbf" + RSS])
def test_feeds_are_told_by_their_first_bytes(document: bytes):
    assert is_feed(document[:4096])


@pytest.mark.parametrize("head", [b"", b"<html><feed>", b"{}", b"<rssx>", b"The <rss> of it"])
def test_other_documents_are_none(head: bytes):
    assert not is_feed(head)


def test_a_date_that_cannot_be_read_spoils_its_item_only():
    first, second = items(
        b"<rss><item><pubDate>soon</pubDate></item><item><title>B</title></item></rss>", PLACE
    )

    with pytest.raises(MalformedError, match="'soon' is not a time"):
        first.read()
    assert second.read().title == "B"


def test_a_bomb_or_half_a_feed_is_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><rss><item><title>&a;</title></item></rss>'
    for document in (bomb, RSS[:300]):
        with pytest.raises(MalformedError):
            list(items(document, PLACE))
