"""Egress: nothing inside is reached, by no trick of names, and nothing costs more than agreed."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cure.errors import SourceError
from cure.origins.egress import Bounds, fetch, is_public

INSIDE = Bounds(allow_private=True, seconds=10)


class Site(BaseHTTPRequestHandler):
    """Answers from a table of paths, and writes down what was asked."""

    protocol_version = "HTTP/1.1"
    answers: dict[str, tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        self.asked.append((self.path, {name.lower(): text for name, text in self.headers.items()}))
        status, headers, body = self.answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        pass


@contextmanager
def site(
    answers: dict[str, tuple[int, dict[str, str], bytes]],
) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    asked: list[tuple[str, dict[str, str]]] = []
    kind = type("Here", (Site,), {"answers": answers, "asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            serving.join()


def test_what_is_there_is_written_to_a_file_as_it_was_sent(tmp_path: Path):
    packed = gzip.compress(b"192.0.2.1\n")
    answers = {"/list": (200, {"ETag": '"1"', "Content-Encoding": "gzip"}, packed)}
    with site(answers) as (url, asked):
        answer = fetch(f"{url}/list", {"X-Key": "k"}, tmp_path / "f", INSIDE)

    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    assert (tmp_path / "f").read_bytes() == packed
    [(path, headers)] = asked
    assert (path, headers["x-key"], headers["host"]) == ("/list", "k", url.partition("//")[2])


def test_what_is_inside_is_not_fetched(tmp_path: Path):
    with site({"/": (200, {}, b"secret")}) as (url, asked):
        for there in (url, url.replace("127.0.0.1", "localhost")):
            with pytest.raises(SourceError, match="not public"):
                fetch(there + "/", {}, tmp_path / "f", Bounds())

    assert asked == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "want https or http"),
        ("gopher://192.0.2.1/", "want https or http"),
        ("http://", "want https or http"),
        ("http://user:word@192.0.2.1/", "with a password"),
        ("http://0x7f000001/", "not public"),
        ("http://2130706433/", "not public"),
        ("http://127.1/", "not public"),
        ("http://[::1]/", "not public"),
        ("http://[::ffff:169.254.169.254]/latest", "not public"),
        ("http://[64:ff9b::7f00:1]/", "not public"),
        ("http://169.254.169.254/latest/meta-data", "not public"),
        ("http://192.0.2.1/", "not public"),
    ],
)
def test_no_spelling_of_an_address_inside_is_fetched(url: str, why: str, tmp_path: Path):
    with pytest.raises(SourceError, match=why):
        fetch(url, {}, tmp_path / "f", Bounds())


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("::ffff:8.8.8.8", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - not to listen on
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::", False),
        ("::7f00:1", False),
        ("2002:a00:1::", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::1", False),
        ("2001:0:7f00:1::", False),
    ],
)
def test_an_address_is_public_or_not(address: str, *, public: bool):
    assert is_public(address) == public


def test_redirects_are_followed_three_times_and_headers_stay_at_home(tmp_path: Path):
    with site({"/end": (200, {}, b"there")}) as (other, asked_there):
        answers = {
            "/0": (302, {"Location": "/1"}, b""),
            "/1": (301, {"Location": "2"}, b""),
            "/2": (307, {"Location": f"{other}/end"}, b""),
            "/round": (302, {"Location": "/round"}, b""),
        }
        with site(answers) as (url, asked):
            fetch(f"{url}/0", {"Auth-Key": "k"}, tmp_path / "f", INSIDE)
            with pytest.raises(SourceError, match="redirects more than 3 times"):
                fetch(f"{url}/round", {}, tmp_path / "g", INSIDE)

    assert (tmp_path / "f").read_bytes() == b"there"
    assert [headers.get("auth-key") for _, headers in asked[:3]] == ["k", "k", "k"]
    assert "auth-key" not in asked_there[0][1]


def test_what_is_too_large_or_too_slow_is_left(tmp_path: Path):
    with site({"/": (200, {}, b"a" * 2000)}) as (url, _):
        with pytest.raises(SourceError, match="larger than 1000 bytes"):
            fetch(url + "/", {}, tmp_path / "f", Bounds(allow_private=True, size_bytes=1000))
        with pytest.raises(SourceError, match="took longer"):
            fetch(url + "/", {}, tmp_path / "f", Bounds(allow_private=True, seconds=0))


def test_what_cannot_be_reached_is_told(tmp_path: Path):
    with site({}) as (url, _):
        pass
    with pytest.raises(SourceError, match="ConnectError"):
        fetch(url, {}, tmp_path / "f", INSIDE)
    with pytest.raises(SourceError, match="has no address"):
        fetch("http://no-such-name.invalid/", {}, tmp_path / "f", INSIDE)
