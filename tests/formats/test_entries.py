"""Entries of block lists: the value, and what stands around it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.entries import Listing, entry, feed_name
from cure.model import Topic

MD5 = "0cc175b9c0f1b6a831c399e269772661"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("192.0.2.1", ["192.0.2.1"]),
        ("192.0.2.7/24", ["192.0.2.0/24"]),
        ("192.0.2.7/255.255.255.0", ["192.0.2.0/24"]),
        ("2001:DB8::1", ["2001:db8::1"]),
        ("2001:db8::/32", ["2001:db8::/32"]),
        ("192.0.2.0-192.0.2.255", ["192.0.2.0/24"]),
        ("192.0.2.1 - 192.0.2.2", ["192.0.2.1", "192.0.2.2"]),
        ("2001:db8::-2001:db8::ffff", ["2001:db8::/112"]),
        ("198.051.100.000", ["198.51.100.0"]),
        ("198.051.100.000 - 198.051.100.255", ["198.51.100.0/24"]),
        ("example.com", ["example.com"]),
        ("*.example.com", ["example.com"]),
        (".example.com", ["example.com"]),
        ("Example[.]COM", ["example.com"]),
        ("abcd-dead.beef.example.com", ["abcd-dead.beef.example.com"]),
        ("http://192.0.2.1:8080/a,b#c", ["http://192.0.2.1:8080/a,b#c"]),
        ("tcp://192.0.2.1:443", ["tcp://192.0.2.1:443"]),
        ("example.com/a/b?c", ["http://example.com/a/b?c"]),
        ("192.0.2.1/@a/panel.php", ["http://192.0.2.1/@a/panel.php"]),
        (MD5.upper(), [MD5]),
        ("a.user@example.com", ["a.user@example.com"]),
    ],
)
def test_a_value_is_read_however_a_list_writes_it(text, values):
    found = entry(text)
    assert [one.value for one in found.observables] == values
    assert not found.attributes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("192.0.2.1:443", "192.0.2.1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("example.com:443", "example.com"),
    ],
)
def test_a_port_beside_a_host_is_an_attribute(text, value):
    found = entry(text)
    assert (found.observables[0].value, found.attributes) == (value, {"port": 443})


def test_a_port_of_zero_is_no_port():
    assert entry("192.0.2.1:0").attributes == {}


@pytest.mark.parametrize("url", ["http://example.com/a/b…", "example.com/a/b…"])
def test_of_a_url_that_was_cut_off_only_the_host_is_known(url):
    found = entry(url)
    assert [one.value for one in found.observables] == ["example.com"]
    assert found.role == "host"
    assert found.attributes["url_cut"].endswith("example.com/a/b…")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://www.exam…", "the list cut it off"),
        ("010.20.030.40", "neither an IPv4"),
        ("192.0.2.256", "neither an IPv4"),
        ("0.0.0.0/0", "the whole address space"),
        ("::/0", "the whole address space"),
        ("192.0.2.9-192.0.2.1", "its end is before its start"),
        ("192.0.2.9 - 2001:db8::1", "its end is before its start"),
        ("192.0.2.1:70000", "above 65535"),
        ("example.invalid", "no such top-level domain"),
        ("localhost", "a label is missing"),
        ("Error: rate limit", "no address, name, URL, hash or e-mail"),
        ("", "nothing there"),
    ],
)
def test_what_is_no_value_is_refused_with_the_reason(text, why):
    with pytest.raises(MalformedError, match=why):
        entry(text)


@given(st.text(max_size=30) | st.from_regex(r"[0-9a-f.:/-]{1,30}"))
def test_any_text_is_an_entry_without_a_tag_or_malformed(text):
    with contextlib.suppress(MalformedError):
        found = entry(text)
        assert found.observables
        assert all(one.topic is not Topic.TAG for one in found.observables)


ADDRESSES = st.ip_addresses().filter(lambda one: getattr(one, "ipv4_mapped", None) is None)


@given(ADDRESSES, ADDRESSES)
def test_the_networks_of_a_range_hold_both_its_ends(first, last):
    with contextlib.suppress(MalformedError):
        values = [one.value for one in entry(f"{first}-{last}").observables]
        assert values[0].partition("/")[0] == entry(str(first)).observables[0].value


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a/b/firehol_level1.netset", "firehol_level1"),
        ("pack.zip/ci-badguys.txt.gz", "ci-badguys"),
        ("feed.example.org", "feed.example.org"),
        ("C:\\lists\\drop.json", "drop"),
        (".txt", "list"),
        ("", "list"),
    ],
)
def test_a_list_is_called_as_its_file_without_suffixes(path, name):
    assert feed_name(path) == name


def test_a_hash_on_a_list_of_c2s_is_a_sample_all_the_same():
    listing = Listing("feed", role="c2")
    assert [one.role for one in listing.mentioned(entry(MD5))] == ["sample"]
    assert [one.role for one in listing.mentioned(entry("192.0.2.1"))] == ["c2"]
