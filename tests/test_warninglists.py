"""Notes on values that are known before anyone reports them."""

import pytest

from cure.model import recognise
from cure.warninglists import warned_of


@pytest.mark.parametrize(
    ("value", "listed_on"),
    [
        ("10.1.2.3", "rfc1918"),
        ("10.1.2.0/24", "rfc1918"),
        ("8.8.8.8", "public-dns-v4"),
        ("fe80::1", "ipv6-linklocal"),
        ("github.com", "tranco10k"),
        ("some.host.github.com", "tranco10k"),
        ("d41d8cd98f00b204e9800998ecf8427e", "empty-hashes"),
        ("someone@mailinator.com", "disposable-email"),
    ],
)
def test_a_value_that_a_list_names_is_warned_of(value, listed_on):
    assert listed_on in {one.list for one in warned_of(recognise(value))}


@pytest.mark.parametrize(
    "value", ["notgithub-at-all.jp", "0" * 64, "someone@example.jp", "malware:emotet"]
)
def test_a_value_that_no_list_names_is_not(value):
    assert warned_of(recognise(value)) == []
