"""What is found in a text, and where; whatever the text is."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.extract.observables import observables
from cure.extract.text import Block, Document
from cure.model import domain, email, filehash, ip, url

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"  # of "test"
SHA1 = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"
MD5 = "098f6bcd4621d373cade4e832627b4f6"
SHA512 = (
    "ee26b0dd4af7e749aa1a8ee3c10ae9923f618980772e473f8819a5d4940e0db2"
    "7ac185f8a0e1d5f84f88bc887fd67b143732c304cc5fa9ad8e6f57f50028a8ff"
)
MD5_OF_A = "0cc175b9c0f1b6a831c399e269772661"
PIECES = ["evil_a.onion", "[.]", "hxxp://", "192.88.99.1", SHA256, SHA1[:20], "\n", "。", "@", "/"]
PIECES += ["(", ")", "|", "\t", ":", "2002::1", " dot ", "の", "`", "[at]", "\\", "++", "https"]


def values(text: str) -> list[str]:
    found, _ = observables(Document(text))
    return [one.observable.value for one in found]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5)).map("".join))
def test_every_text_is_searched_and_every_place_is_right(text: str) -> None:
    found, ignored = observables(Document(text))

    places = sorted((one.start, one.end) for one in [*found, *ignored])
    assert all(text[one.start : one.end] == one.as_written for one in found)
    assert all(text[one.start : one.end] == one.value and one.reason for one in ignored)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))


@pytest.mark.parametrize(
    "unit",
    [")", "a.", "a-", "1.", "[.]", "http://", "a@", "0123456789abcdef", "a\n", "f:", "(", "a . "],
)
def test_time_is_linear_in_the_length(unit: str) -> None:
    began = time.process_time()
    observables(Document("http://c2_a.onion/" + unit * (400_000 // len(unit))))

    assert time.process_time() - began < 20


def test_a_host_with_a_port_is_found_without_it() -> None:
    assert values("192.88.99.7:8080 and c2_a.onion:443") == ["192.88.99.7", "c2_a.onion"]


def test_a_network_is_one() -> None:
    assert values("192.88.99.0/24, 192.88.99.9/index.html") == ["192.88.99.0/24", "192.88.99.9"]


def test_ipv6_is_found() -> None:
    assert values("from [2002:c058:6301::1]:443 to 2002:C058:6301::/48") == [
        "2002:c058:6301::1",
        "2002:c058:6301::/48",
    ]
    assert values("at 12:30:45 std::string abc::def 00:11:22:33:44:55") == []


def test_a_url_ends_where_the_sentence_goes_on() -> None:
    text = (
        "(first http://c2_a.onion/a(b)), then http://c2_b.onion/. 'http://c2_c.onion/x' went"
        " to “http://c2_d.onion/?q=1;r”"
    )

    assert values(text) == [
        "http://c2_a.onion/a(b)",
        "http://c2_b.onion/",
        "http://c2_c.onion/x",
        "http://c2_d.onion/?q=1;r",
    ]


def test_urls_with_a_comma_between_are_two() -> None:
    assert values("http://c2_a.onion/a,b,http://c2_b.onion/") == [
        "http://c2_a.onion/a,b",
        "http://c2_b.onion/",
    ]


def test_markup_around_a_value_is_no_part_of_it() -> None:
    assert values(
        "`++http://c2_a.onion/a++` **c2_b.onion** _c2_c.onion_ `\\http://c2_d.onion/`"
    ) == [
        "http://c2_a.onion/a",
        "c2_b.onion",
        "c2_c.onion",
        "http://c2_d.onion/",
    ]


def test_japanese_needs_no_blanks() -> None:
    text = (
        "C2サーバc2_a.onionの先でhttp://c2_b.onion/aへ接続し、192.88.99.7。"
        "hxxp://c2_c[.]onionと通信する。"
    )

    assert values(text) == [
        "c2_a.onion",
        "http://c2_b.onion/a",
        "192.88.99.7",
        "http://c2_c.onion/",
    ]


def test_full_width_text_is_read() -> None:
    assert values("ｃ２_a．ｏｎｉｏｎ と １９２．８８．９９．７") == ["c2_a.onion", "192.88.99.7"]


def test_hashes_of_every_length_and_case_are_found() -> None:
    assert values(f"{MD5.upper()} {SHA1} sha256:{SHA256} {SHA512}") == [MD5, SHA1, SHA256, SHA512]


def test_a_hash_with_another_length_is_none() -> None:
    assert values(f"{SHA256}a {MD5[1:]} 0x{SHA1} x{MD5} {MD5}-1") == []


@pytest.mark.parametrize("at", [8, 16, 32, 40, 50, 60])
def test_a_hash_broken_by_a_line_end_is_joined(at: int) -> None:
    text = f"SHA-256: {SHA256[:at]}\n  {SHA256[at:]}\n"
    found, _ = observables(Document(text))

    assert [one.observable for one in found] == [filehash(SHA256)]
    assert found[0].as_written == f"{SHA256[:at]}\n  {SHA256[at:]}"


def test_hashes_one_a_line_are_not_joined() -> None:
    assert values(f"MD5:\n{MD5}\n{MD5_OF_A}\n") == [MD5, MD5_OF_A]
    assert values(f"{SHA1}\n{SHA256}\n{MD5}") == [SHA1, SHA256, MD5]
    assert values(f"SHA-256\n{SHA256}\n{SHA256}") == [SHA256, SHA256]


def test_the_hash_that_was_named_last_tells_the_length() -> None:
    assert values(f"SHA256\n{SHA256}\n\nMD5\n{MD5}\n{MD5_OF_A}\n") == [SHA256, MD5, MD5_OF_A]


def test_a_file_named_by_its_hash_is_that_hash() -> None:
    assert values(f"{SHA256}.exe") == [SHA256]


def test_a_name_that_begins_with_digits_of_a_hash_is_a_name() -> None:
    assert values(f"{MD5}.c2_a.onion and {MD5}@c2_a.onion") == [
        f"{MD5}.c2_a.onion",
        f"{MD5}@c2_a.onion",
    ]


def test_mail_addresses_are_found_whole() -> None:
    text = "a.b+tag@c2_a.onion, <x_y@c2_b.onion>, mailto:z@c2_c.onion, read\\_me@c2_d.onion"

    assert values(text) == [
        "a.b+tag@c2_a.onion",
        "x_y@c2_b.onion",
        "z@c2_c.onion",
        "read_me@c2_d.onion",
    ]


def test_each_mention_is_found_with_its_section() -> None:
    text = "C2\nc2_a.onion\nc2_a.onion"
    blocks = (Block("heading", 0, 2, "C2", 1), Block("paragraph", 3, len(text), "C2"))
    found, _ = observables(Document(text, blocks))

    assert [(one.observable, one.start, one.section) for one in found] == [
        (domain("c2_a.onion"), 3, "C2"),
        (domain("c2_a.onion"), 14, "C2"),
    ]


def test_what_someone_defanged_in_vain_is_ignored_with_its_reason() -> None:
    _, ignored = observables(Document("run invoice[.]exe and hxxp://server/a"))

    assert [one.value for one in ignored] == ["invoice[.]exe", "hxxp://server/a"]
    assert ignored[0].reason == "no such top-level domain"


def test_topics_are_told_apart() -> None:
    text = f"192.88.99.7 c2_a.onion http://c2_a.onion/ a@c2_a.onion {MD5}"
    found, _ = observables(Document(text))

    assert [one.observable for one in found] == [
        ip("192.88.99.7"),
        domain("c2_a.onion"),
        url("http://c2_a.onion/"),
        email("a@c2_a.onion"),
        filehash(MD5),
    ]
