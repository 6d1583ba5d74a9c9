"""What is told of a process, and what is not."""

from datetime import UTC, datetime

import pytest

from cure.errors import MalformedError
from cure.formats.processes import Deed, asked, connected, left, outside, started
from cure.formats.suspicion import Process
from cure.model import filehash
from cure.model.networks import Networks

SEEN = datetime(2026, 1, 2, tzinfo=UTC)
OWN = Networks(("192.0.2.0/24", "2001:db8:1::/48"))
CLEAN = Deed(Process(r"C:\Windows\svchost.exe"), SEEN, OWN)
DIGEST = filehash("0123456789abcdef0123456789abcdef")


def words(said) -> list[str]:
    return [f"{one.role} {one.value}" for finding in said for one in finding.observables]


def suspect(command: str, machine: str = "") -> Deed:
    return Deed(Process("/tmp/x", command, machine=machine), SEEN, OWN)  # noqa: S108 - no file


@pytest.mark.parametrize(
    "address",
    [
        *("192.0.2.1", "10.0.0.1", "0:0:0:0:0:0:0:1", "::ffff:192.168.0.1", "fe80::1"),
        *("224.0.0.251", "ff02::fb", "255.255.255.255", "0.0.0.1", "::", "2001:db8:1::5"),
    ],
)
def test_an_address_of_the_own_side_of_nobody_or_of_many_is_not_outside(address):
    assert outside(address, OWN) is None
    assert connected(CLEAN, address, {}, name="example.com") == ()


def test_what_is_no_address_is_malformed():
    with pytest.raises(MalformedError):
        connected(CLEAN, "example.com", {})


def test_a_connection_names_the_address_and_its_name():
    assert words(connected(CLEAN, "198.51.100.1", {}, name="a.example.com")) == [
        "target 198.51.100.1",
        "target a.example.com",
    ]
    assert words(connected(CLEAN, "198.51.100.1", {}, name="PC-1")) == ["target 198.51.100.1"]
    assert words(connected(CLEAN, "198.51.100.1", {}, is_inbound=True)) == ["client 198.51.100.1"]


def test_a_name_that_only_the_own_side_knows_is_silent():
    assert asked(CLEAN, "dc.example.com", ["10.0.0.1"]) == ()
    assert asked(CLEAN, "wpad", []) == ()
    assert asked(CLEAN, "printer.local", []) == ()
    assert asked(CLEAN, "1.2.0.192.in-addr.arpa", []) == ()


def test_a_name_without_an_answer_speaks():
    assert words(asked(CLEAN, "gone.example.com", [])) == ["queried gone.example.com"]


def test_own_addresses_among_the_answers_are_left_out():
    assert words(asked(CLEAN, "a.example.com", ["198.51.100.1", "10.0.0.1", "198.51.100.1"])) == [
        "queried a.example.com",
        "resolved 198.51.100.1",
    ]


def test_a_start_without_hash_and_url_says_nothing():
    assert started(CLEAN, ()) == ()
    assert words(started(CLEAN, [DIGEST])) == [f"process {DIGEST.value}"]


def test_the_command_of_an_unsuspicious_process_is_not_told():
    deed = Deed(Process("/usr/bin/vi", "vi http://example.com/secret"), SEEN, OWN)
    (finding,) = started(deed, [DIGEST])
    assert words([finding]) == [f"process {DIGEST.value}"]
    assert finding.attributes == {"image": "/usr/bin/vi"}


def test_own_users_machines_and_addresses_are_hidden_in_a_command():
    deed = suspect(
        r"x 192.0.2.7 198.51.100.7:80 [2001:db8:1::7] \\FILES\c$ C:\Users\taro\a"
        r" /home/hanako/b pc-7.corp.example.jp PC-7 v1.2.3.4.5 10:20:30 \\evil.example.com\c",
        machine="PC-7.corp.example.jp",
    )
    (finding,) = left(deed, [DIGEST], {})
    assert finding.attributes["command"] == (
        r"x * 198.51.100.7:80 [*] \\*\c$ C:\Users\*\a"
        r" /home/*/b * * v1.2.3.4.5 10:20:30 \\evil.example.com\c"
    )


def test_a_command_is_cut():
    (finding,) = left(suspect("x" * 5000), [DIGEST], {})
    assert len(finding.attributes["command"]) == 1000


def test_a_url_on_the_own_side_is_not_told():
    deed = suspect("http://192.0.2.1/a http://10.0.0.1/b http://198.51.100.1/c")
    assert words(started(deed, ())) == ["target http://198.51.100.1/c"]
    assert left(CLEAN, (), {}, came_from="http://192.0.2.1/a") == ()


def test_a_file_names_the_url_that_it_came_from():
    said = left(CLEAN, [DIGEST], {"file": "a"}, came_from="https://example.com/a")
    assert words(said) == [f"file {DIGEST.value}", "payload https://example.com/a"]
    assert left(CLEAN, (), {"file": "a"}) == ()
