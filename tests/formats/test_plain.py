"""Plain lists: what speaks, what is silent, what is quarantined."""

import pytest

from formats.saying import all_words, extras, only, read, reasons, span, words

SHA256 = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def test_every_value_of_a_mixed_list_speaks_for_itself():
    text = (
        "192.0.2.1\n198.51.100.0/24\n2001:db8::1\n203.0.113.7:8080\nexample.com\n"
        f"http://example.com/a\n{SHA256}\na.user@example.com\n"
    )
    assert all_words(text) == [
        ["listed 192.0.2.1"],
        ["listed 198.51.100.0/24"],
        ["listed 2001:db8::1"],
        ["listed 203.0.113.7"],
        ["listed example.com"],
        ["listed http://example.com/a", "host example.com"],
        [f"sample {SHA256}"],
        ["listed a.user@example.com"],
    ]


@pytest.mark.parametrize(
    "line",
    ["", "  \t", "# a comment", "; a comment", "// a comment", "! a comment", "  # indented"],
)
def test_a_comment_and_a_blank_line_are_silent(line):
    assert reasons(f"192.0.2.1\n{line}\n192.0.2.2\n") == ["said", "", "said"]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("192.0.2.0/24 ; SBL000001", "SBL000001"),
        ("192.0.2.0/24 # scanner.example.com", "scanner.example.com"),
        ("192.0.2.0/24\t\t// seen", "seen"),
        ("192.0.2.0/24#4#2#Host", "4#2#Host"),
        ("Some office:192.0.2.0-192.0.2.255", "Some office"),
        ("192.0.2.0-192.0.2.255;65", "65"),
    ],
)
def test_what_stands_beside_a_value_is_a_note(line, note):
    finding = only(f"{line}\n")
    assert words(finding) == ["listed 192.0.2.0/24"]
    assert extras(finding) == {"note": note}


def test_a_hash_sign_within_a_url_belongs_to_the_url():
    assert all_words("http://example.com/a#b\n")[0][0] == "listed http://example.com/a#b"


def test_line_ends_of_windows_and_a_byte_order_mark_are_no_part_of_a_value():
    assert all_words(b"\xef\xbb\xbf192.0.2.1\r\n192.0.2.2\r\n") == [
        ["listed 192.0.2.1"],
        ["listed 192.0.2.2"],
    ]


def test_a_comment_in_another_encoding_does_no_harm():
    assert reasons(b"# caf\xe9\n192.0.2.1\ncaf\xe9.example.com\n") == [
        "",
        "said",
        "not UTF-8: invalid continuation byte at byte 3",
    ]


def test_what_is_no_value_is_quarantined_and_the_rest_is_read():
    assert reasons("192.0.2.1\n192.0.2.999\nhello world\n192.0.2.2\n192.0.2.3\n") == [
        "said",
        "'192.0.2.999' is not a ip: neither an IPv4 or IPv6 address nor a network",
        "'hello world' is not a entry: more than one value on the line",
        "said",
        "said",
    ]


def test_a_heading_of_one_word_is_silent():
    assert reasons("# a list of sites\nSite\nexample.com\nexample.net\n") == [
        "",
        "",
        "said",
        "said",
    ]


def test_numbers_of_networks_are_silent_for_there_is_no_topic():
    assert reasons("AS64500 ; AE | EXAMPLE, US\nAS64501 ; | EXAMPLE\n") == ["", ""]


def test_all_findings_of_a_list_carry_its_name_and_its_moment():
    text = "# This File Date : Fri Jan  2 03:04:05 UTC 2026\n192.0.2.1\n"
    finding = only(text, "lists/firehol_level1.netset")
    assert finding.attributes == {"feed": "firehol_level1"}
    assert span(finding) == "2026-01-02 03:04"


def test_a_list_without_a_moment_leaves_the_time_to_intake():
    finding = only("192.0.2.1\n")
    assert (finding.first_seen, finding.last_seen) == (None, None)


@pytest.mark.parametrize("name", ["avanzato_c2.txt", "IPC2s-30day.csv", "domainC2s.csv", "c2.txt"])
def test_a_list_that_calls_itself_one_of_c2s_lists_c2s(name):
    assert all_words("192.0.2.1\n", name) == [["c2 192.0.2.1"]]


@pytest.mark.parametrize("name", ["fc2.txt", "abc2def.txt", "list.txt"])
def test_any_other_list_just_lists(name):
    assert all_words("192.0.2.1\n", name) == [["listed 192.0.2.1"]]


def test_private_addresses_on_a_list_are_values_all_the_same():
    assert all_words("10.0.0.1\n127.0.0.1\n0.0.0.0\n") == [
        ["listed 10.0.0.1"],
        ["listed 127.0.0.1"],
        ["listed 0.0.0.0"],
    ]


IPSUM = (
    "# IPsum Threat Intelligence Feed\n#\n# Last update: Fri, 02 Jan 2026 03:00:29 +0200\n#\n"
    "# IP\tnumber of (black)lists\n#\n192.0.2.1\t10\n192.0.2.2\t1\n"
)


def test_ipsum_tells_how_many_lists_have_an_address():
    said = [finding for reading in read(IPSUM, "ipsum.txt") for finding in reading.findings]
    assert [(words(f), extras(f), span(f)) for f in said] == [
        (["listed 192.0.2.1"], {"lists": 10}, "2026-01-02 01:00"),
        (["listed 192.0.2.2"], {"lists": 1}, "2026-01-02 01:00"),
    ]


def test_a_line_of_ipsum_without_a_number_is_quarantined():
    assert reasons(f"{IPSUM}192.0.2.3\n192.0.2.4\tmany\n")[-2:] == [
        "'192.0.2.3' is not a entry: want a value, a tab and a number",
        "'192.0.2.4\\tmany' is not a entry: want a value, a tab and a number",
    ]


def test_of_tor_s_list_of_exits_the_addresses_speak():
    text = (
        f"ExitNode {SHA256[:40].upper()}\nPublished 2026-01-01 00:00:00\n"
        "LastStatus 2026-01-01 01:00:00\nExitAddress 192.0.2.1 2026-01-01 02:00:00\n"
    )
    finding = only(text)
    assert (words(finding), span(finding)) == (["listed 192.0.2.1"], "2026-01-01 02:00")
