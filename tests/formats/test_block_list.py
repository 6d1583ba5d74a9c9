"""Block lists: what an address is compared with, and what it must not be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.block_list import BlockList, block_list, site_of
from cure.model import domain, ip, url


def found(listed: str, visited: str) -> str:
    one = url(listed) if "://" in listed else ip(listed) if listed[-1].isdigit() else domain(listed)
    match = BlockList([one]).find(url(visited))
    return match.by if match else ""


@pytest.mark.parametrize(
    ("listed", "visited", "by"),
    [
        ("http://example.com/a", "http://example.com/a", "url"),
        ("http://example.com/a#x", "http://example.com/a#y", "url"),
        ("http://example.com/a", "https://example.com/b", "host"),
        ("a.example.com", "https://a.example.com/", "host"),
        ("victim1.example.com", "https://victim2.example.com/", "site"),
        ("http://a.example.co.jp/x", "https://b.example.co.jp/", "site"),
        ("http://192.0.2.1/a", "http://192.0.2.1:8080/", "host"),
        ("192.0.2.1", "http://192.0.2.1/", "host"),
    ],
)
def test_an_address_is_compared_by_url_host_and_site(listed, visited, by):
    assert found(listed, visited) == by


@pytest.mark.parametrize(
    ("listed", "visited"),
    [
        ("bad.workers.dev", "https://good.workers.dev/"),
        ("https://bad.s3.amazonaws.com/a", "https://good.s3.amazonaws.com/a"),
        ("https://bad.github.io/", "https://good.github.io/"),
        ("a.example.co.jp", "https://other.co.jp/"),
        ("http://192.0.2.1/", "http://192.0.2.2/"),
        ("https://docs.google.com/forms/bad", "https://docs.google.com/forms/good"),
        ("https://t.co/bad", "https://t.co/good"),
        ("https://brand.example.jp@evil.example.net/", "https://brand.example.jp/"),
    ],
)
def test_customers_of_the_same_provider_do_not_stand_for_each_other(listed, visited):
    assert found(listed, visited) == ""


def test_a_url_on_a_shared_host_matches_itself():
    assert found("https://docs.google.com/forms/bad", "https://docs.google.com/forms/bad") == "url"
    listed = BlockList([url("https://t.co/bad")])
    assert listed.may_name("t.co")
    assert not listed.may_name("example.com")


def test_a_public_suffix_on_a_list_stands_for_itself_only():
    assert found("workers.dev", "https://a.workers.dev/") == ""
    assert found("workers.dev", "https://workers.dev/") == "host"


def test_the_list_of_the_same_values_is_made_once():
    values = frozenset({domain("example.com")})
    assert block_list(values) is block_list(values)


LABELS = st.text("abc", min_size=1, max_size=3)


@given(st.lists(LABELS, min_size=1, max_size=4), st.sampled_from(["com", "co.jp", "workers.dev"]))
def test_the_site_of_a_site_is_itself(labels, suffix):
    site = site_of(".".join([*labels, suffix]))
    assert site == f"{labels[-1]}.{suffix}"
    assert site_of(site) == site
