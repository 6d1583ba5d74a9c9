"""Trails of Maltrail, in all their forms."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.trail import trail


@pytest.mark.parametrize(
    ("text", "topic", "value", "port"),
    [
        ("example.com", "domain", "example.com", None),
        ("192.0.2.1", "ip", "192.0.2.1", None),
        ("192.0.2.0/24", "ip", "192.0.2.0/24", None),
        ("2001:db8::1", "ip", "2001:db8::1", None),
        ("2001:db8::/32", "ip", "2001:db8::/32", None),
        ("192.0.2.1:8443", "ip", "192.0.2.1", 8443),
        ("[2001:db8::1]:53", "ip", "2001:db8::1", 53),
        ("example.com:8080", "domain", "example.com", 8080),
        ("http://192.0.2.1", "url", "http://192.0.2.1/", None),
        ("example.com/a/b.php?c=", "url", "http://example.com/a/b.php?c=", None),
        ("192.0.2.1/a", "url", "http://192.0.2.1/a", None),
        ("192.0.2.1:81/a", "url", "http://192.0.2.1:81/a", None),
        ("0123456789abcdef0123456789abcdef", "hash", "0123456789abcdef0123456789abcdef", None),
        ("a.user@example.com", "email", "a.user@example.com", None),
    ],
)
def test_a_trail_that_stands_for_one_value_is_read(text, topic, value, port):
    found = trail(text)
    assert (found.observable.topic, found.observable.value, found.port) == (topic, value, port)


@pytest.mark.parametrize("text", ["/gate.php", ".xyz", ".example.com", r"abc[0-9]{1,3}\.com"])
def test_a_part_of_a_value_or_a_pattern_stands_for_none(text):
    assert trail(text) is None


@pytest.mark.parametrize(
    "text", ["", "nothing", "192.0.2.1:53:53", "192.0.2.1:0", "192.0.2.1:65536", "key: value"]
)
def test_what_is_no_trail_is_refused(text):
    with pytest.raises(MalformedError):
        trail(text)


@given(st.text(max_size=40))
def test_any_text_is_a_trail_or_refused(text):
    with contextlib.suppress(MalformedError):
        trail(text)
