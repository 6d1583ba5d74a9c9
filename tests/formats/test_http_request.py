"""HTTP requests off the wire: what was asked of whom, and what is no request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.http_request import HttpRequest, http_request


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", HttpRequest("GET", "/", "", "")),
        (b"GET / HTTP/1.1", HttpRequest("GET", "/", "", "")),
        (
            b"GET /a b HTTP/1.1\nHOST:Example.com\nuser-agent:  x y \n",
            HttpRequest("GET", "/a b", "example.com", "x y"),
        ),
        (b"M-SEARCH * HTTP/1.1\r\n\r\n", HttpRequest("M-SEARCH", "*", "", "")),
        (
            b"HEAD http://example.com:80/x?y HTTP/1.1\r\nHost: other.example.net\r\n",
            HttpRequest("HEAD", "/x?y", "example.com", ""),
        ),
        (b"GET http://example.com HTTP/1.1\r\n", HttpRequest("GET", "/", "example.com", "")),
        (
            b"CONNECT mail.example.org:25 HTTP/1.1\r\nHost: 192.0.2.1\r\n",
            HttpRequest("CONNECT", "", "mail.example.org", ""),
        ),
        (b"GET /\xff HTTP/1.1\r\nHost: nosuchname\r\n", HttpRequest("GET", "/\\xff", "", "")),
        (b"POST / HTTP/1.1\r\n\r\nHost: example.com", HttpRequest("POST", "/", "", "")),
        (
            b"GET / HTTP/1.1\r\nHost: example.com\r\nHost: example.net\r\n",
            HttpRequest("GET", "/", "example.com", ""),
        ),
    ],
)
def test_a_request_is_read_generously(data, read):
    assert http_request(data) == read


@pytest.mark.parametrize(
    "host", [b"192.0.2.1", b"192.0.2.1:8080", b"[2001:db8::1]:80", b"localhost", b""]
)
def test_a_host_that_is_no_name_is_left_out(host):
    request = http_request(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
    assert request
    assert request.host == ""


@pytest.mark.parametrize(
    "data",
    [b"", b"GET /", b"get / HTTP/1.1\r\n", b"SSH-2.0-x\r\n", b" GET / HTTP/1.1", b"\x16\3\1\0\1"],
)
def test_what_begins_with_no_request_line_is_none(data):
    assert http_request(data) is None


def test_long_texts_are_cut():
    request = http_request(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nUser-Agent: " + b"b" * 9000)
    assert request
    assert (len(request.path), len(request.user_agent)) == (1000, 1000)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_none(data):
    http_request(data)
    http_request(b"GET / HTTP/1.1\r\n" + data)
