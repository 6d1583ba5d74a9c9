"""Feeds in XML: clean-mx, RSS and OpenIOC."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.entries import Listing
from cure.formats.xml_feeds import xml_document
from formats.saying import all_words, extras, only, read, reasons, span, words

MD5 = "0cc175b9c0f1b6a831c399e269772661"
CLEANMX = """<?xml version="1.0" encoding="UTF-8"?>
<output><response><error>0</error></response><entries>
<entry><line>1</line><id>7</id><first>1441008970</first><last>0</last>{more}<target>Bank</target>
<url><![CDATA[http://example.com/a?b=c@example.org]]></url><ip>192.0.2.1</ip><country /></entry>
</entries></output>"""


def test_clean_mx_lists_phishing_urls_with_their_hosts():
    finding = only(CLEANMX.format(more=""))
    assert words(finding) == [
        "listed http://example.com/a?b=c@example.org",
        "host 192.0.2.1",
        "host example.com",
    ]
    assert span(finding) == "2015-08-31 08:16"
    assert extras(finding) == {"line": "1", "id": "7", "target": "Bank"}


def test_clean_mx_lists_urls_of_viruses_with_the_hash_of_the_file():
    finding = only(CLEANMX.format(more=f"<md5>{MD5}</md5>"))
    assert words(finding)[:2] == ["payload http://example.com/a?b=c@example.org", f"sample {MD5}"]


def test_an_item_of_rss_says_in_its_description_what_it_lists():
    finding = only(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>t</title><item>"
        "<title>example.com (2016-01-01 12:00:00)</title><link>http://example.org/7</link>"
        "<description>Host: example.com, IP address: 192.0.2.1, SBL: Not listed, status: offline, "
        "Malware: Citadel, AS: 64500, country: US</description></item></channel></rss>"
    )
    assert words(finding) == ["listed example.com", "host 192.0.2.1", "tag malware:citadel"]
    assert span(finding) == "2016-01-01 12:00"
    assert extras(finding) == {
        "sbl": "Not listed",
        "status": "offline",
        "as": "64500",
        "country": "US",
    }


def test_an_item_of_rss_may_just_have_the_value_in_its_title():
    text = (
        "<rss><channel><item><title>192.0.2.1 | scanner</title></item>"
        "<item><title>no value at all</title></item></channel></rss>"
    )
    assert [bool(reading.findings) for reading in read(text)] == [True, False]
    assert "no cell is an address" in reasons(text)[1]


OPENIOC = """<?xml version="1.0" encoding="UTF-8"?>
<OpenIOC xmlns="http://openioc.org/schemas/OpenIOC_1.1" id="1"><metadata>
<short_description>An alert</short_description><description>Downloader</description>
<authored_date>2026-01-02T03:04:05.921Z</authored_date></metadata><criteria>
<Indicator operator="OR">{items}</Indicator></criteria></OpenIOC>"""


def term(search: str, content: str, **more: str) -> str:
    extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return (
        f'<IndicatorItem condition="{more.pop("is_", "is")}"{extra}>'
        f'<Context search="{search}"/><Content type="string">{content}</Content></IndicatorItem>'
    )


def test_the_terms_of_openioc_speak_of_hashes_names_and_addresses():
    items = (
        term("FileItem/Md5sum", MD5)
        + term("Network/DNS", "www.example.com")
        + term("PortItem/remoteIP", "192.0.2.1")
        + term("Email/From", "a@example.com")
    )
    readings = read(OPENIOC.format(items=items))
    said = [finding for reading in readings for finding in reading.findings]
    assert [words(finding) for finding in said] == [
        [f"sample {MD5}"],
        ["listed www.example.com"],
        ["listed 192.0.2.1"],
        ["sender a@example.com"],
    ]
    assert {span(finding) for finding in said} == {"2026-01-02 03:04"}
    assert extras(said[0]) == {"title": "An alert", "note": "Downloader"}


def test_terms_that_are_negated_or_of_no_topic_are_silent_and_broken_ones_quarantined():
    items = (
        term("Network/DNS", "www.example.com", negate="true")
        + term("Network/HTTP/RequestURI", "/a/")
        + term("FileItem/Md5sum", "none")
        + "<IndicatorItem id='7'/>"
    )
    assert reasons(OPENIOC.format(items=items)) == [
        "",
        "",
        "'none' is not a hash: want 32, 40, 64 or 128 hexadecimal digits",
        "'7' is not a term: no context or no content",
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<a><b/></a>", "no known XML feed form"),
        ("<rss><channel>", "no element found"),
        ("<?xml version='1.0' encoding='nobody-knows'?><rss/>", "unknown encoding"),
        (
            "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'b'>]><rss>&a;</rss>",
            "EntitiesForbidden",
        ),
    ],
)
def test_a_document_of_another_form_is_quarantined(text, why):
    assert why in reasons(text)[0]


def test_a_feed_without_items_is_silent():
    assert reasons("<rss><channel><title>t</title></channel></rss>") == [""]
    assert all_words("<rss/>") == []


@given(
    st.binary(max_size=80) | st.text(alphabet="<>/rsitemlnk!&;='\" ", max_size=60).map(str.encode)
)
def test_any_bytes_have_a_reading(document):
    readings = list(xml_document(b"<" + document, Listing("feed")))
    assert [reading.number for reading in readings] == list(range(1, len(readings) + 1))
    assert readings
