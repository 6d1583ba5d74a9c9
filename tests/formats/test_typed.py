"""Hosts and URLs that attackers type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.typed import typed_host, typed_url


@pytest.mark.parametrize("text", ["example.com", "192.0.2.1", "2001:db8::1", "203.0.113.1"])
def test_a_host_that_is_the_same_for_everyone_is_read(text):
    assert typed_host(text).value == text


@pytest.mark.parametrize("text", ["[2001:db8::1]", "::ffff:192.0.2.1"])
def test_ipv6_is_read_with_and_without_brackets(text):
    assert typed_host(text).topic == "ip"


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",  # noqa: S104 - an address among others here
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.1.1",
        "172.31.0.1",
        "192.168.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fd00::1",
        "fe80::1",
        "ff02::1",
        "::ffff:10.1.2.3",
    ],
)
def test_an_address_that_is_another_machine_for_everyone_is_passed_over(text):
    assert typed_host(text) is None
    assert typed_url(f"http://[{text}]/" if ":" in text else f"http://{text}/") is None


@pytest.mark.parametrize("text", ["2001:db8::/32", "192.0.2.0/24", "192.0.2.1/a"])
def test_a_network_or_a_path_is_no_host(text):
    assert typed_host(text) is None


@given(st.text(max_size=40))
def test_any_text_may_be_typed(text):
    assert typed_host(text) is None or typed_host(text).topic in {"ip", "domain"}
    assert typed_url(text) is None or typed_url(text).topic == "url"
