"""Lists of phishing sites: rows, hosts, and what is neither."""

from datetime import UTC, datetime

import pytest

from cure.formats.phish_list import is_host_list, is_jpcert_list, jpcert_lines, listed_hosts
from cure.interfaces import Input, Reading


def read(*rows: str) -> list[Reading]:
    lines = iter([row.encode() for row in ("date,URL,description", *rows)])
    return list(jpcert_lines(Input(name="a", as_of=datetime(2026, 1, 3, tzinfo=UTC), lines=lines)))


def test_a_row_is_a_url_its_brand_and_when_it_was_confirmed_in_tokyo():
    _, reading = read("2026/01/02 08:00:00,http://example.com/,例")
    (finding,) = reading.findings
    assert finding.first_seen == datetime(2026, 1, 1, 23, tzinfo=UTC)
    assert finding.attributes["brand"] == "例"


@pytest.mark.parametrize(
    "row",
    [
        "2026/01/02 08:00:00,http://example.com/",
        "2026/01/02 08:00:00,example.com,x",
        "2026/02/30 08:00:00,http://example.com/,x",
        ",http://example.com/,x",
    ],
)
def test_a_row_that_is_none_is_quarantined(row):
    _, reading = read(row)
    assert reading.why


def test_a_list_is_told_by_its_beginning():
    assert is_jpcert_list(b"\xef\xbb\xbfdate,URL,description\n")
    assert is_host_list(b'{\n "kit": [')
    assert not is_host_list(b'{"log": {')


def test_each_host_of_a_kit_has_its_reading():
    first, second = listed_hosts(b'{"kit": ["example.com", "?"]}')
    assert first.findings[0].attributes == {"kit": "kit"}
    assert second.why


def test_an_object_without_hosts_is_silent_and_one_of_another_form_is_quarantined():
    (empty,) = listed_hosts(b"{}")
    assert not empty.why
    (other,) = listed_hosts(b'{"a": [1]}')
    assert other.why
