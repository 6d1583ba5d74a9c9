"""Tables of web pages: rows that say something, and rows that are layout."""

from hypothesis import given
from hypothesis import strategies as st

from cure.formats.entries import Listing
from cure.formats.html_tables import html_document
from formats.saying import extras, read, reasons, span, words

PAGE = """<!doctype html><html><body><table><tr><td>Menu</td><td>
<table><tr><th>Malware</th><th>Url</th><th>IP</th><th>FirstSeen</th></tr>
<tr><td>Pony</td><td>example.com/p/@a.php</td><td>192.0.2.1</td><td>21-06-2019</td></tr>
<tr><td>Pony<td>nothing<td>192.0.2.1<td>21-06-2019</table></td></tr></table>
<table><tr><td><b>Links</b></td></tr><tr><td><input value="www.example.com"></td>
<td>203.0.113.1</td></tr></table></body></html>"""


def test_a_row_under_a_heading_is_read_by_its_columns():
    said = [finding for reading in read(PAGE) for finding in reading.findings]
    assert words(said[0]) == [
        "c2 http://example.com/p/@a.php",
        "tag malware:pony",
        "host 192.0.2.1",
        "host example.com",
    ]
    assert span(said[0]) == "2019-06-21 00:00"


def test_a_row_without_a_heading_is_read_if_a_cell_is_a_value_and_is_layout_otherwise():
    said = [finding for reading in read(PAGE) for finding in reading.findings]
    assert words(said[1]) == ["listed www.example.com", "host 203.0.113.1"]
    assert extras(said[1]) == {}
    assert reasons(PAGE) == [
        "",
        "said",
        "'nothing' is not a domain: a label is missing or has a forbidden character",
        "",
        "said",
    ]


def test_a_page_without_any_value_is_quarantined_as_a_whole():
    page = "<html><body><table><tr><td>Not found</td></tr></table></body></html>"
    assert reasons(page) == ["no table of the page has a value in a row"]


@given(
    st.binary(max_size=80) | st.text(alphabet="<>/tdrabhl![]-'=\" ", max_size=60).map(str.encode)
)
def test_any_bytes_have_a_reading(document):
    readings = list(html_document(b"<html>" + document, Listing("feed")))
    assert [reading.number for reading in readings] == list(range(1, len(readings) + 1))
    assert readings
