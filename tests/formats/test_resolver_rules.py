"""Rules by which resolvers and browsers block names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.resolver_rules import blocked_names
from formats.saying import all_words, reasons


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("0.0.0.0 example.com", ["example.com"]),
        ("127.0.0.1\texample.com www.example.com", ["example.com", "www.example.com"]),
        ("::1 example.com", ["example.com"]),
        ("127.0.0.1 localhost", []),
        ("0.0.0.0 0.0.0.0", []),
        ("ff02::1 ip6-allnodes", []),
        ("fe80::1%lo0 localhost", []),
        ("||example.com^", ["example.com"]),
        ("||example.com^$third-party,script", ["example.com"]),
        ("address=/example.com/0.0.0.0", ["example.com"]),
        ("address=/example.com/example.net/", ["example.com", "example.net"]),
        ('local-zone: "example.com" always_nxdomain', ["example.com"]),
        ('local-data: "example.com A 0.0.0.0"', ["example.com"]),
        ('zone "example.com" {type master; file "/etc/blocked";};', ["example.com"]),
        ("example.com CNAME .", ["example.com"]),
        ("example.com 60 IN CNAME rpz-drop.", ["example.com"]),
        ("example.com CNAME rpz-passthru.", []),
    ],
)
def test_a_rule_blocks_names(line, names):
    assert blocked_names(line) == names


@pytest.mark.parametrize(
    "line", ["example.com", "192.0.2.1 example.com", "||example.com/path", "127.0.0.1", "a b c"]
)
def test_any_other_line_is_no_rule(line):
    assert blocked_names(line) is None


def test_in_a_hosts_file_the_machine_s_own_names_and_addresses_are_not_listed():
    text = (
        "127.0.0.1 localhost\n::1 ip6-localhost\n0.0.0.0 example.com # bad\n0.0.0.0 example.net\n"
    )
    assert all_words(text, "hosts") == [["listed example.com"], ["listed example.net"]]


def test_an_exception_of_a_browser_s_list_is_not_listed():
    text = "[Adblock Plus 2.0]\n! Title: x\n||example.com^\n@@||example.net^\n"
    assert reasons(text) == ["", "", "said", ""]


def test_a_rule_with_a_name_that_cannot_be_is_quarantined():
    assert reasons("0.0.0.0 example.com\n0.0.0.0 example.invalid\n")[1:] == [
        "'example.invalid' is not a domain: no such top-level domain"
    ]


@given(st.text(max_size=60))
def test_any_line_is_a_rule_or_none(line):
    names = blocked_names(line)
    assert names is None or all(isinstance(name, str) for name in names)
