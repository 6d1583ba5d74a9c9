"""What traffic tells of those outside, and what it does not tell of the own side."""

import pytest

from cure.formats.traffic import asked, named, peer, visited
from cure.model import Mention, ip
from cure.model.networks import Networks

OWN = Networks(("192.0.2.0/24",))
HERE, THERE = None, ip("203.0.113.7")


def words(mentions: list[Mention]) -> list[str]:
    return [f"{one.role} {one.value}" for one in mentions]


def test_who_called_whom_tells_the_role():
    assert peer(HERE, THERE) == Mention(THERE.topic, THERE.value, "target")
    assert peer(THERE, HERE) == Mention(THERE.topic, THERE.value, "attacker")
    assert peer(HERE, HERE) is None
    assert peer(THERE, THERE) is None


def test_a_name_is_told_with_what_it_stands_for():
    answers = ["cdn.example.net", "203.0.113.7", "TXT 5 hello", "203.0.113.0/24"]
    assert words(asked("C2.Example.com.", answers, OWN)) == [
        "queried c2.example.com",
        "alias cdn.example.net",
        "resolved 203.0.113.7",
    ]
    assert words(asked("c2.example.com", [], OWN)) == ["queried c2.example.com"]


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("dc.corp.example.com", ["192.0.2.5"]),
        ("dc.corp.example.com", ["10.0.0.1"]),
        ("_ldap._tcp.dc._msdcs.corp.example.com", ["dc.corp.example.com"]),
        ("7.113.0.203.in-addr.arpa", ["host.example.com"]),
        ("dc.corp.local", []),
        ("FILESERVER", []),
        ("203.0.113.7", []),
        ("", []),
    ],
)
def test_names_of_the_own_side_are_not_told(name, answers):
    assert asked(name, answers, OWN) == []


@pytest.mark.parametrize(
    ("arguments", "url"),
    [
        (("203.0.113.7", 80, "c2.example.com", "/a?b"), "http://c2.example.com/a?b"),
        (("203.0.113.7", 8080, "", "/"), "http://203.0.113.7:8080/"),
        (("2001:db8::7", 80, "", "/"), "http://[2001:db8::7]/"),
        (("203.0.113.7", 3128, "x", "http://c2.example.com/"), "http://c2.example.com/"),
        (("203.0.113.7", 3128, "c2.example.com", ""), "c2.example.com"),
    ],
)
def test_a_page_is_told_by_its_url(arguments, url):
    assert words(visited(*arguments)) == [f"target {url}"]


@pytest.mark.parametrize("host", ["192.168.0.1", "intranet", "no host"])
def test_a_page_of_no_host_outside_is_not_told(host):
    assert visited("203.0.113.7", 80, host, "/") == []
    assert named(host) == []
    assert named(None) == []
