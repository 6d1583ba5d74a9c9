"""OpenCTI CVE-2026-21887, FlowIntel CVE-2026-9813: a feed's URL that points inside.

Nothing of it is resolved at a name server: all hosts are addresses, or names of this machine.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import pytest

from cure.errors import SourceError
from cure.origins.egress import Bounds, fetch
from waiting import soon

LOOPBACK = [
    *("127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "127.255.255.254", "0.0.0.0", "0"),  # noqa: S104
    *("2130706433", "0x7f000001", "0x7F.0.0.1", "0x7f.0x0.0x0.0x1", "0x7f.1", "0x7f.0.1"),
    *("017700000001", "0177.0.0.1", "0177.0.0.01", "0177.1", "00000177.0.0.1", "127.0x1"),
    *("127.00.00.01", "127.0.0.01", "0177.0x0.0.1", "127.0.0.0x1", "0x7f.0.0.01"),
    *("localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "LocalHost"),
    *("①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"),
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]"),
    *("[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[2002:7f00:1::]", "[2002:7f00:0001::1]", "[2001:0:7f00:1::]", "[::1%25lo]", "[::1%lo]"),
]
INSIDE = [
    *("10.0.0.1", "10.255.255.254", "0xa000001", "167772161", "012.0.0.1", "10.1"),
    *("172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1.254", "0xc0a80001"),
    *("169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518"),
    *("[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]"),
    *("[fd00:ec2::254]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd12:3456:789a::1]"),
    *("[fec0::1]", "[ff02::1]", "[ff0e::1]", "224.0.0.1", "239.255.255.250", "255.255.255.255"),
    *("100.64.0.1", "100.100.100.200", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "240.0.0.1", "0.1.2.3", "[2001:db8::1]", "[100::1]", "[::ffff:10.0.0.1]"),
    *("[::ffff:192.168.0.1]", "[::10.0.0.1]", "[64:ff9b::10.0.0.1]", "[2002:c0a8:1::]"),
]
TRICKS = [
    *("http://example.com@127.0.0.1:{port}/", "http://example.com:80@127.0.0.1:{port}/"),
    *("http://127.0.0.1:{port}#@example.com/", "http://127.0.0.1:{port}?@example.com/"),
    *("http://user:password@127.0.0.1:{port}/", "http://127.0.0.1:{port}/..//example.com/"),
    *("http://127.0.0.1:{port}\\@example.com/", "http:\\\\127.0.0.1:{port}/"),
    *("HTTP://127.0.0.1:{port}/", "hTTp://localhost:{port}/", " http://127.0.0.1:{port}/"),
    *("http:///127.0.0.1:{port}/", "http:127.0.0.1:{port}/", "//127.0.0.1:{port}/"),
    *("http://127.0.0.1:{port}\t/", "http://127.0.0.1\r\n:{port}/", "http://\x00127.0.0.1:{port}/"),
    *("http://127.0.0.1%00.example.com:{port}/", "http://127.0.0.1%2eexample.com:{port}/"),
    *("http://%31%32%37.0.0.1:{port}/", "http://127.0.0.1%09:{port}/", "http://[::1]x:{port}/"),
    *("http://[::1:{port}/", "http://[127.0.0.1]:{port}/", "http://::1:{port}/"),
    *("ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_x", "dict://127.0.0.1:{port}/x"),
    *("file:///etc/passwd", "file://127.0.0.1/etc/passwd", "ldap://127.0.0.1:{port}/"),
    *("tftp://127.0.0.1:{port}/", "ws://127.0.0.1:{port}/", "jar:http://127.0.0.1:{port}!/"),
    *("data:text/plain,x", "javascript:alert(1)", "unix:///var/run/docker.sock", "http://", ""),
    *("http+unix://%2Fvar%2Frun%2Fdocker.sock/", "127.0.0.1:{port}", "http://:{port}/"),
    *("http://127.0.0.1:99999/", "http://127.0.0.1:-1/", "http://127.0.0.1:0x50/"),
]
CORPUS = [
    *(f"http://{host}:{{port}}/" for host in LOOPBACK),
    *(f"https://{host}:{{port}}/" for host in LOOPBACK[::3]),
    *(f"http://{host}/latest/meta-data/" for host in INSIDE),
    *TRICKS,
]


class Sentinels:
    """Listeners on this machine that no request may ever reach."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self._listening = [socket.create_server(("127.0.0.1", 0))]
        self.port = self._listening[0].getsockname()[1]
        if socket.has_dualstack_ipv6():
            six = ("::1", self.port)
            self._listening.append(socket.create_server(six, family=socket.AF_INET6))
        for one in self._listening:
            threading.Thread(target=self._wait, args=(one,), daemon=True).start()

    def _wait(self, listening: socket.socket) -> None:
        try:
            while True:
                connection, address = listening.accept()
                self.reached.append(str(address))
                connection.close()
        except OSError:  # closed
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as closing:
            for one in self._listening:
                closing.callback(one.close)


@pytest.fixture(scope="module")
def sentinels() -> Iterator[Sentinels]:
    with Sentinels() as listening:
        yield listening


def test_the_corpus_is_large_and_says_nothing_twice():
    assert len(CORPUS) >= 120
    assert len(CORPUS) == len(set(CORPUS))


def test_a_sentinel_notices_who_comes(sentinels):
    socket.create_connection(("127.0.0.1", sentinels.port)).close()
    soon(lambda: sentinels.reached)

    assert len(sentinels.reached) == 1
    sentinels.reached.clear()


@pytest.mark.parametrize("url", CORPUS)
def test_nothing_inside_is_reached(sentinels, url: str, tmp_path: Path):
    with pytest.raises(SourceError):
        fetch(url.replace("{port}", str(sentinels.port)), {}, tmp_path / "body", Bounds(seconds=5))

    assert sentinels.reached == []
    assert not (tmp_path / "body").exists()
