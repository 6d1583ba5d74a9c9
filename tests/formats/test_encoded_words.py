"""Encoded words: text in headers, in any charset, whole or cut in two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.encoded_words import decoded, in_charset


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plain = text?", "plain = text?"),
        ("=?utf-8?Q?caf=C3=A9?=", "café"),
        ("=?iso-8859-1?q?one_two?=  =?ISO-8859-1?B?w7w=?=", "one twoÃ¼"),
        ("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
        ("=?utf-8?b?5pel?=\t=?utf-8?b?5pys?=", "日本"),
        ("=?utf-8*ja?q?=E6=97=A5?=", "日"),
        ("=?utf-8?q?a b?=", "a b"),
    ],
)
def test_words_are_decoded_and_blanks_between_them_dropped(written, meant):
    assert decoded(written) == meant


def test_a_character_may_begin_in_one_word_and_end_in_the_next():
    assert decoded("=?utf-8?q?=E6=97?= =?utf-8?q?=A5?=") == "日"


def test_neighbours_may_differ_in_charset():
    assert decoded("=?iso-2022-jp?b?GyRCRnwbKEI=?= =?gb2312?b?1tA=?=") == "日中"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?nonsense?q?a=FF?=", "a\ufffd"),
        ("=?utf-8?q?=FF?=", "\ufffd"),
        ("=?utf-8?b?YQ?=", "a"),
        ("=?utf-8?b?YWJj5?=", "YWJj5"),
        ("=?utf-8?q?no end", "=?utf-8?q?no end"),
        ("=?idna?q?a.b?=", "a.b"),
        ("=?unicode_escape?q?=5Cud800?=", "\\ud800"),
        ("=?utf-7?q?+2AA-?=", "?"),
    ],
)
def test_what_is_broken_is_shown_not_refused(written, read):
    assert decoded(written) == read


@given(
    st.text(st.characters(codec="utf-8"), max_size=80),
    st.binary(max_size=40),
    st.sampled_from(["utf-7", "hz", "x\0", "ü"]),
)
def test_any_text_gives_text_that_can_be_written_as_utf8(text, raw, charset):
    decoded(f"{text} =?{charset}?q?{text}?=").encode()
    in_charset(raw, charset).encode()
