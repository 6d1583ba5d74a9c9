"""DNS messages, whole and broken."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.dns_message import DnsMessage, dns_message
from formats.capture_writer import dns, dns_name

A = (1, IPv4Address("192.0.2.1").packed)
AAAA = (28, IPv6Address("2001:db8::1").packed)
CNAME = (5, dns_name("alias.example.com"))
TXT = (16, b"\5hello")


def test_a_question_and_an_answer():
    question = dns("www.example.com", is_response=False)
    assert dns_message(question) == DnsMessage(
        is_response=False, name="www.example.com", answers=()
    )
    answer = dns("www.example.com", CNAME, A, TXT, AAAA)
    assert dns_message(answer) == DnsMessage(
        is_response=True,
        name="www.example.com",
        answers=("alias.example.com", "192.0.2.1", "2001:db8::1"),
    )


def test_a_name_may_point_back_into_the_message():
    pointing = (5, b"\4mail\xc0\x10")  # to the label after www
    message = dns_message(dns("www.example.com", pointing))
    assert message
    assert message.answers == ("mail.example.com",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(12),
        dns("example.com", (1, b"\1")),
        dns("example.com", A)[:-1],
        bytes(4) + b"\0\1" + bytes(6) + b"\xc0\x0c" + bytes(4),
    ],
    ids=["empty", "no question", "short address", "cut off", "a circle"],
)
def test_a_broken_message_is_none(data):
    assert dns_message(data) is None


@given(st.binary(max_size=60), st.integers(0, 60))
def test_any_bytes_can_be_read(noise, at):
    whole = dns("www.example.com", CNAME, A)
    dns_message(noise)
    dns_message(whole[:at] + noise + whole[at:])
