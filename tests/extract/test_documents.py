"""Documents of every form become text with blocks, told by their content."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.extract.documents import forms, read
from cure.extract.observables import observables
from cure.extract.text import Document, cells
from extract import making

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"  # of "test"
SHA1 = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"
MD5 = "098f6bcd4621d373cade4e832627b4f6"


def outline(document: Document) -> list[tuple[str, str, str]]:
    """Return kind, section and text of every block."""
    return [(one.kind, one.section, document.text[one.start : one.end]) for one in document.blocks]


def values(data: bytes) -> list[str]:
    found, _ = observables(read(data, "report"))
    return [one.observable.value for one in found]


def test_markdown_has_headings_lists_tables_and_code() -> None:
    text = (
        "# Rain\n\nIt rains.\nStill.\n\n## Hashes\n* one\n* two\n\n"
        "| A | B |\n|---|---|\n| 1 |  |\n\n```text\nx\ny\n```\n> said\n"
    )
    document = read(text.encode(), "a.txt")

    assert document.text == text
    assert document.title == "Rain"
    assert outline(document) == [
        ("heading", "Rain", "# Rain"),
        ("paragraph", "Rain", "It rains.\nStill."),
        ("heading", "Rain / Hashes", "## Hashes"),
        ("item", "Rain / Hashes", "* one"),
        ("item", "Rain / Hashes", "* two"),
        ("row", "Rain / Hashes", "| A | B |"),
        ("row", "Rain / Hashes", "| 1 |  |"),
        ("code", "Rain / Hashes", "x\ny"),
        ("quote", "Rain / Hashes", "> said"),
    ]


def test_a_row_has_its_cells_and_the_first_one_heads_the_table() -> None:
    text = "# A\n\n| A | B |\n|---|---|\n| 1 |  |\n\n| C |\n|---|\n"
    document = read(text.encode(), "")
    rows = [one for one in document.blocks if one.kind == "row"]

    assert [one.level for one in rows] == [1, 0, 1]
    assert [document.text[start:end] for start, end in cells(document, rows[1])] == ["1", ""]


def test_a_row_of_asciidoc_may_stand_on_several_lines() -> None:
    table = "|===\n|IP |Name\n|`a`\n|`b`\n\n|c |d\n|===\n"
    text = f"= Rain\n\n{table}\n----\nx\n----\n"
    document = read(text.encode(), "")

    assert [(kind, inner) for kind, _, inner in outline(document) if kind in {"row", "code"}] == [
        ("row", "|IP |Name"),
        ("row", "|`a`\n|`b`"),
        ("row", "|c |d"),
        ("code", "x"),
    ]


def test_plain_text_has_headings_that_people_see() -> None:
    text = (
        "RAIN AND MORE\n\nC2 servers:\n- 192.88.99.7\n- c2_a.onion\n\nHashes\n"
        f"{MD5}\n\n2.1 How it works\nIt works well.\n\nReferences\n- there\n"
    )
    document = read(text.encode(), "")

    assert document.title == "RAIN AND MORE"
    assert [(kind, section) for kind, section, _ in outline(document)] == [
        ("heading", "RAIN AND MORE"),
        ("heading", "RAIN AND MORE / C2 servers"),
        ("item", "RAIN AND MORE / C2 servers"),
        ("item", "RAIN AND MORE / C2 servers"),
        ("heading", "RAIN AND MORE / Hashes"),
        ("paragraph", "RAIN AND MORE / Hashes"),
        ("heading", "RAIN AND MORE / 2.1 How it works"),
        ("paragraph", "RAIN AND MORE / 2.1 How it works"),
        ("heading", "RAIN AND MORE / References"),
        ("item", "RAIN AND MORE / References"),
    ]


def test_html_becomes_what_a_reader_sees() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>Rain</title><style>p{}</style></head><body>"
        "<header>Vendor</header><nav><a href=x>Home</a></nav><h1>Rain &amp; more</h1>"
        "<script>evil_a.onion</script><p>It <b>rains</b><br>much.</p>"
        "<ul><li>one</li><li>two</li></ul><table><tr><th>A</th><th>B</th></tr>"
        "<tr><td><p>x</p></td><td>y <i>z</i></td></tr></table><pre>a\n  b</pre>"
        "<footer>Legal</footer></body></html>"
    )
    document = read(page.encode(), "page")

    assert document.title == "Rain"
    assert outline(document) == [
        ("frame", "", "Vendor"),
        ("frame", "", "Home"),
        ("heading", "Rain & more", "Rain & more"),
        ("paragraph", "Rain & more", "It rains\nmuch."),
        ("item", "Rain & more", "one"),
        ("item", "Rain & more", "two"),
        ("row", "Rain & more", "A\tB"),
        ("row", "Rain & more", "x\ty z"),
        ("code", "Rain & more", "a\n  b"),
        ("frame", "Rain & more", "Legal"),
    ]


def test_a_hash_broken_inside_a_cell_is_joined() -> None:
    page = f"<html><body><table><tr><td>{SHA256[:40]}<br>{SHA256[40:]}</td><td>x</td></tr></table>"
    broken = making.row("x", f"{SHA256[:32]}\n{SHA256[32:]}")
    table = f"<w:tbl>{making.row('Name', 'SHA-256')}{broken}</w:tbl>"

    assert values(page.encode()) == [SHA256]
    assert values(making.docx(table)) == [SHA256]


def test_docx_has_headings_lists_tables_and_footnotes() -> None:
    body = (
        making.paragraph("Rain", '<w:pStyle w:val="H2"/>')
        + making.paragraph("It rains.")
        + making.paragraph("one", "<w:numPr/>")
        + f"<w:tbl>{making.row('A', 'B')}{making.row('x', '')}</w:tbl>"
    )
    notes = f"<w:footnotes xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>{making.paragraph('https://post_a.onion/')}</w:footnotes>"
    document = read(making.docx(body, footnotes=notes), "report")

    assert outline(document) == [
        ("heading", "Rain", "Rain"),
        ("paragraph", "Rain", "It rains."),
        ("item", "Rain", "one"),
        ("row", "Rain", "A\tB"),
        ("row", "Rain", "x\t"),
        ("heading", "Footnotes", "Footnotes"),
        ("item", "Footnotes", "https://post_a.onion/"),
    ]
    assert observables(document)[1][0].reason == "in a section of references"


def test_pdf_is_read_and_its_running_title_is_frame() -> None:
    pages = [
        [
            "Vendor vendor_a.onion",
            "1 Rain",
            "It calls c2_a.onion and",
            f"SHA-256: {SHA256[:40]}",
            SHA256[40:],
            "page 1 of 3",
        ],
        ["Vendor vendor_a.onion", "Indicators of compromise", "192.88.99.7", "page 2 of 3"],
        ["Vendor vendor_a.onion", "The end.", "page 3 of 3"],
    ]
    document = read(making.pdf(pages), "report.pdf")
    found, ignored = observables(document)

    assert [(one.observable.value, one.section) for one in found] == [
        ("c2_a.onion", "1 Rain"),
        (SHA256, "1 Rain"),
        ("192.88.99.7", "1 Rain / Indicators of compromise"),
    ]
    assert {one.value for one in ignored} == {"vendor_a.onion"}


def test_csv_has_rows_of_cells() -> None:
    text = 'Type,Value,Note\ndomain,c2_a[.]onion,"first, of two"\nurl,hxxp://c2_b[.]onion/,\n'
    document = read(text.encode(), "x")

    assert [inner for _, _, inner in outline(document)] == [
        "Type\tValue\tNote",
        "domain\tc2_a[.]onion\tfirst, of two",
        "url\thxxp://c2_b[.]onion/\t",
    ]
    assert values(text.encode()) == ["c2_a.onion", "http://c2_b.onion/"]


def test_of_mail_the_text_is_read_and_its_frame_kept_apart() -> None:
    text = (
        "From: Analyst <analyst@vendor_a.onion>\r\nSubject: Rain\r\n"
        "Date: Wed, 1 Jan 2025 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "It calls c2_a[.]onion\r\n-- \r\nvendor_a.onion\r\n"
        "--b\r\nContent-Type: text/html\r\n\r\n"
        "<html><body><p>and c2_b[.]onion</p></body></html>\r\n"
        "--b\r\nContent-Type: application/pdf\r\n"
        "Content-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n--b--\r\n"
    )
    document = read(text.encode(), "x.eml")
    found, ignored = observables(document)

    assert document.title == "Rain"
    assert [one.observable.value for one in found] == ["c2_a.onion", "c2_b.onion"]
    assert [one.value for one in ignored] == ["analyst@vendor_a.onion", "vendor_a.onion"]
    assert "Attachment: a.pdf" in document.text


def test_of_a_stix_bundle_patterns_objects_and_descriptions_are_read() -> None:
    bundle = {
        "type": "bundle",
        "id": "bundle--1",
        "objects": [
            {"type": "report", "name": "Rain", "description": "It calls hxxp://c2_a[.]onion/ too."},
            {
                "type": "indicator",
                "pattern": "[ipv4-addr:value = '192.88.99.7'"
                " OR domain-name:value IN ('c2_b.onion', 'c2_c.onion')"
                f" OR (file:hashes.'SHA-256' = '{SHA256}' AND file:name = 'a.exe')]",
            },
            {
                "type": "indicator",
                "pattern": "[url:value = 'http://ok_a.onion/']",
                "labels": ["benign"],
            },
            {"type": "indicator", "pattern": "[ipv4-addr:value = '192.88.99']"},
            {"type": "observed-data", "objects": {"0": {"type": "file", "hashes": {"MD5": MD5}}}},
            {"type": "email-addr", "value": "a@c2_a.onion"},
        ],
    }
    document = read(json.dumps(bundle).encode(), "x.json")
    found, ignored = observables(document)

    assert document.title == "Rain"
    assert [one.observable.value for one in found] == [
        "http://c2_a.onion/",
        "192.88.99.7",
        "c2_b.onion",
        "c2_c.onion",
        SHA256,
        MD5,
        "a@c2_a.onion",
    ]
    assert [(one.value, one.reason) for one in ignored] == [
        ("http://ok_a.onion/", "the bundle calls it benign"),
        ("192.88.99", "neither an IPv4 or IPv6 address nor a network"),
    ]


def test_stix_1_is_read_in_json_and_xml() -> None:
    package = {
        "version": "1.1.1",
        "stix_header": {"title": "Rain"},
        "indicators": [
            {
                "observable": {
                    "object": {
                        "properties": {
                            "xsi:type": "AddressObjectType",
                            "address_value": {"value": "192.88.99.7"},
                        }
                    }
                }
            },
            {
                "observable": {
                    "object": {
                        "properties": {"xsi:type": "URIObjectType", "value": "http://c2_a.onion/"}
                    }
                }
            },
            {
                "observable": {
                    "object": {
                        "properties": {
                            "xsi:type": "FileObjectType",
                            "hashes": [{"simple_hash_value": MD5}],
                        }
                    }
                }
            },
        ],
    }
    xml = (
        '<stix:STIX_Package xmlns:stix="s" xmlns:xsi="i" xmlns:a="a" version="1.1.1">'
        "<stix:Title>Rain</stix:Title>"
        '<a:Properties xsi:type="a:DomainNameObjectType">'
        '<a:Value condition="Equals">c2_b.onion##comma##c2_c.onion</a:Value></a:Properties>'
        f"<a:Simple_Hash_Value>{SHA1}</a:Simple_Hash_Value></stix:STIX_Package>"
    )

    assert values(json.dumps(package).encode()) == ["192.88.99.7", "http://c2_a.onion/", MD5]
    assert values(xml.encode()) == ["c2_b.onion", "c2_c.onion", SHA1]


def test_of_a_misp_event_attributes_are_read_also_those_of_objects() -> None:
    network = {"category": "Network activity", "to_ids": True}
    event = {
        "info": "Rain",
        "Attribute": [
            {"type": "ip-dst|port", "value": "192.88.99.7|80", **network},
            {
                "type": "domain|ip",
                "value": "c2_a.onion|192.88.99.8",
                "comment": "and c2_b[.]onion",
                **network,
            },
            {"type": "url", "value": "https://post_a.onion/", "category": "External analysis"},
            {"type": "domain", "value": "gone_a.onion", "deleted": True, **network},
        ],
        "Object": [{"Attribute": [{"type": "filename|md5", "value": f"a.exe|{MD5}", **network}]}],
        "Tag": [{"name": "tlp:clear"}],
    }
    expected = ["192.88.99.7", "c2_a.onion", "192.88.99.8", "c2_b.onion", MD5]

    for wrapped in ({"Event": event}, {"response": [{"Event": event}]}, [{"Event": event}], event):
        found, ignored = observables(read(json.dumps(wrapped).encode(), "x"))
        assert [one.observable.value for one in found] == expected
        assert [one.reason for one in ignored] == ["context, as the event has it"]


def test_broken_json_is_text() -> None:
    assert values(b'{"type": "bundle", "objects": [{"value": "192.88.99.7"}') == ["192.88.99.7"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    document = read("通信先は c2_a.onion です。\r\n次".encode(encoding), "x")

    assert document.text == "通信先は c2_a.onion です。\n次"


def test_what_is_no_text_is_refused() -> None:
    for data in (b"\x00\x01\x02" * 100, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600):
        with pytest.raises(MalformedError, match="no text"):
            read(data, "x")


def test_a_broken_document_is_refused_with_its_reason() -> None:
    with pytest.raises(MalformedError, match="PDF"):
        read(b"%PDF-1.7\nnothing", "x.pdf")
    with pytest.raises(MalformedError, match="without a text document"):
        read(making.docx("")[:0] + _other_archive(), "x.docx")


def _other_archive() -> bytes:
    return making.docx("").replace(b"document.xml", b"workbook.xml")


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_document_or_refused(data: bytes) -> None:
    try:
        document = forms.parse(data, "x")
    except MalformedError:
        return
    ends = [0, *(one.end for one in document.blocks)]
    assert all(one.start >= end for one, end in zip(document.blocks, ends, strict=False))
    assert all(one.end <= len(document.text) for one in document.blocks)


UNITS = ["#", "# ", "= ", "|a", "|\n", "- https://c2_a.onion\n", "a|http://c2_a.onion/\n", "a b "]
UNITS += ["`", "1. ", "a,b\n", "a:\n", "[a](", "\t", "[file:hashes.MD5 = '", "a\n\n", "<!--"]
TAGS = ["<p>", "</p>", "<tr>", "<td>", "</table>", "<nav>", "</nav>", "<pre>", "x", "<!--"]
TAGS += ["<li>", "</div>", "<h1>", "<script>"]


@pytest.mark.parametrize("unit", UNITS)
def test_reading_takes_no_more_than_linear_time(unit: str) -> None:
    data = (unit * (300_000 // len(unit))).encode()
    bundle = {"type": "bundle", "objects": [{"type": "indicator", "pattern": data.decode()}]}
    began = time.process_time()
    observables(forms.parse(b"x\n" + data, "x"))
    observables(forms.parse(json.dumps(bundle).encode(), "x"))

    assert time.process_time() - began < 20


@given(st.lists(st.sampled_from(TAGS)).map("".join))
def test_any_tangle_of_tags_is_a_page(tags: str) -> None:
    document = forms.parse(f"<html>{tags}".encode(), "x")

    assert all(one.kind for one in document.blocks)


def test_utf_16_that_was_pasted_into_a_text_is_read() -> None:
    pasted = "Name: c2_a.onion".encode("utf-16-le")

    assert read(b"HOSTS:\n\n" + pasted * 20 + b"\n", "note.txt").text.count("c2_a.onion") == 20


def test_a_comment_of_asciidoc_is_the_frame_of_the_page() -> None:
    document = read(b"= Report\n\n// An Author <a@c_d.onion>\nText.\n", "README.adoc")

    assert [one.kind for one in document.blocks] == ["heading", "frame", "paragraph"]
