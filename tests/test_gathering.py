"""Gathering: configured sources beside a writer, their back-pressure, failures and health."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import Full

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import ConfigError, SourceError
from cure.extract import worker
from cure.extract.apart import read_apart
from cure.feeding import Feed, StoppedError
from cure.gathering import Gathering, back_off_s
from cure.installation import Installation
from cure.interfaces import Input
from cure.model import Label, Tlp
from cure.origins.bookmarks import Bookmarks
from cure.origins.delivering import Address, Deliver, LaterError, Looked
from cure.origins.egress import Bounds
from cure.origins.follow import Follow
from cure.origins.listing import followed
from cure.origins.page_cache import PageCache
from cure.origins.pages import Pages
from cure.origins.tour import Tour
from cure.origins.visits import Visits
from cure.publishers.cowrie import PUBLISHER as COWRIE
from cure.publishers.reports import PUBLISHER as REPORTS
from cure.ways import Hpfeeds, SourceSetting, Syslog
from cure.writer import Writer
from extract import strange_readers
from origins.test_egress import site
from origins.test_hpfeeds import auth, publish
from servers import NOW
from test_writer import Held, wait_until_taken
from waiting import soon

LOOPBACK = ("127.0.0.0/8",)


def line(address: str) -> bytes:
    return (
        b'{"eventid":"cowrie.session.connect","src_ip":"%s","timestamp":"2026-01-15T11:59:00Z"}'
        % address.encode()
    )


def source(way: object, name: str = "cowrie@a", kind: str = "follow") -> SourceSetting:
    return SourceSetting(
        name=name,
        publisher=COWRIE,
        kind=kind,
        way=way,  # pyright: ignore[reportArgumentType]
        label=Label(Tlp.GREEN, "soc"),
    )


def following(path: Path, every_s: float = 0.01) -> Looked:
    return Looked(partial(Follow, listed=partial(followed, path), every_s=every_s), every_s)


@contextmanager
def gathering(
    installation: Installation, *sources: SourceSetting, max_waiting: int = 200_000
) -> Iterator[Gathering]:
    writer = Writer(installation.append, max_waiting=max_waiting)
    writer.start()
    found = Gathering(sources, writer=writer, installation=installation, clock=lambda: NOW)
    found.start()
    try:
        yield found
    finally:
        found.stop()
        writer.stop()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with Installation(tmp_path / "data", write=True) as found:
        yield found


def test_a_followed_file_is_kept_and_accounted_for(tmp_path: Path, installation: Installation):
    log = tmp_path / "cowrie.json"
    log.write_bytes(line("192.0.2.1") + b"\n{\n" + line("192.0.2.1") + b"\n")
    with gathering(installation, source(following(log))) as running:
        soon(lambda: running.health()[0].lines == 3)
        with log.open("ab") as file:
            file.write(b"}\n" + line("192.0.2.2") + b"\n")
        soon(lambda: running.health()[0].lines == 5)
        health = running.health()[0]

    assert (health.spoke, health.quarantined, health.records, health.new_records) == (3, 2, 3, 2)
    assert (health.last_record_at, health.lag_s, health.error) == (NOW, 60, "")
    assert len(installation) == 2
    numbers = {one.number: one.input_name for _, one in installation.log.quarantined(9)}
    assert numbers == {2: str(log), 4: str(log)}


def test_after_a_restart_nothing_is_read_twice_and_nothing_left_out(
    tmp_path: Path, installation: Installation
):
    log = tmp_path / "cowrie.json"
    log.write_bytes(line("192.0.2.1") + b"\n")
    for count in (1, 2):
        with gathering(installation, source(following(log))) as running:
            soon(lambda: running.health()[0].lines == 1)
        assert len(installation) == count
        with log.open("ab") as file:
            file.write(line(f"192.0.2.{count + 1}") + b"\n")


class Failing:
    """An origin that fails as it is told, and then ends the test."""

    def __init__(self, errors: list[Exception]) -> None:
        self.errors = errors
        self.looks: list[float] = []

    def look(self, deliver: Deliver) -> float:
        self.looks.append(time.monotonic())
        if self.errors:
            raise self.errors.pop(0)
        data = Input(name="a", as_of=NOW, lines=iter([line("192.0.2.1")]))
        deliver(data)
        return 100


def test_a_source_that_fails_is_tried_again_and_stops_no_other(
    tmp_path: Path, installation: Installation, caplog: pytest.LogCaptureFixture
):
    origin = Failing([SourceError("not there"), LaterError("not now", 0.01)])
    log = tmp_path / "cowrie.json"
    log.write_bytes(line("192.0.2.2") + b"\n")
    sources = (source(Looked(lambda _: origin, 0.01)), source(following(log), "cowrie@b"))
    with gathering(installation, *sources) as running:
        failing, other = running.health()
        soon(lambda: failing.error == "not there")
        soon(lambda: other.lines)
        soon(lambda: failing.lines)

        assert failing.error == ""
    assert caplog.messages == ["cowrie@a: not there"]
    assert origin.looks[1] - origin.looks[0] > 0.4


@given(st.integers(1, 1000), st.floats(1, 86_400), st.floats(0, 1))
def test_the_wait_after_failures_grows_up_to_the_schedule(failures, every_s, chance):
    wait = back_off_s(failures, every_s, chance)

    assert 0.5 <= wait <= max(60, every_s)
    assert wait <= back_off_s(failures + 1, every_s, chance)


def feed(writer: Writer, installation: Installation) -> Feed:
    return Feed(source(following(Path())), writer, installation, lambda: NOW)


def batch(count: int) -> Input:
    lines = (line(f"192.0.2.{number}") for number in range(count))
    return Input(name="a", as_of=NOW, lines=lines)


def test_who_reads_waits_while_too_much_is_to_be_kept(tmp_path: Path):
    with Held(tmp_path) as installation:
        writer = Writer(installation.append, max_waiting=1)
        writer.start()
        one = feed(writer, installation)
        first = threading.Thread(target=one.take, args=(batch(1),))
        first.start()
        soon(lambda: installation.sizes)
        wait_until_taken(writer)
        others = [threading.Thread(target=one.take, args=(batch(9),)) for _ in range(2)]
        for other in others:
            other.start()
        time.sleep(0.1)
        assert installation.sizes == [1]
        installation.go.set()
        for thread in (first, *others):
            thread.join()
        writer.stop()

        assert (one.health.lines, one.health.records, len(installation)) == (19, 19, 9)


def test_who_does_not_want_to_wait_is_refused_before_anything_is_acknowledged(tmp_path: Path):
    with Installation(tmp_path, write=True) as installation:
        writer = Writer(installation.append)

        def full(_: object) -> None:
            raise Full

        writer.start()
        writer.submit = full  # pyright: ignore[reportAttributeAccessIssue]
        one, stopping = feed(writer, installation), threading.Event()
        with pytest.raises(Full):
            one.take(batch(1), wait=False)
        stopping.set()
        with pytest.raises(StoppedError):
            one.take(batch(1), stopping=stopping)
        writer.stop()

        assert one.health.lines == 0


def test_a_long_input_is_left_when_the_server_stops(installation: Installation):
    writer = Writer(installation.append)
    writer.start()
    one, stopping = feed(writer, installation), threading.Event()

    def endless() -> Iterator[bytes]:
        while True:
            yield b"{"
            stopping.set()

    with pytest.raises(StoppedError):
        one.take(Input(name="a", as_of=NOW, lines=endless()), stopping=stopping)
    assert one.take(batch(3)).new_records == 3  # the writer has its turn again
    writer.stop()


def test_what_is_repeated_of_a_file_is_not_counted_again(installation: Installation):
    writer = Writer(installation.append)
    writer.start()
    one = feed(writer, installation)
    lines = iter([b"#comment", line("192.0.2.1"), b"{"])

    fed = one.take(Input(name="a", as_of=NOW, lines=lines), before=100, repeated=1)
    writer.stop()

    assert (fed.account.lines, fed.account.spoke, fed.account.quarantined) == (2, 1, 1)
    assert [one.number for _, one in installation.log.quarantined(9)] == [102]


def test_sensors_send_over_the_network(installation: Installation):
    here = Address("127.0.0.1", 0)
    sensor = Hpfeeds(here, "tokyo-1", "0f1e2d3c4b5a6978", ("cowrie.sessions",))
    sender = Syslog(Address("127.0.0.1", 0, None, ""), udp=True, tcp=True, senders=LOOPBACK)
    sources = (source(sensor, kind="hpfeeds"), source(sender, "cowrie@b", "syslog"))
    with gathering(installation, *sources) as running:
        ports = running.listening.ports
        [broker], [tcp, udp] = ports[here], ports[sender.address]
        with socket.create_connection(("127.0.0.1", broker)) as speaking:
            greeting = speaking.recv(14, socket.MSG_WAITALL)
            speaking.sendall(auth(greeting[-4:]) + publish(line("192.0.2.1")) + publish(b"{"))
            soon(lambda: running.health()[0].lines == 2)
        with socket.create_connection(("127.0.0.1", tcp)) as speaking:
            speaking.sendall(b"<13>Jan  2 03:04:05 a cowrie: " + line("192.0.2.2") + b"\n")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaking:
            speaking.sendto(line("192.0.2.3"), ("127.0.0.1", udp))
        soon(lambda: running.health()[1].lines == 2)

    assert len(installation) == 3


def test_what_was_taken_before_the_end_is_kept(installation: Installation):
    sender = Syslog(Address("127.0.0.1", 0), udp=False, tcp=True, senders=LOOPBACK)
    with gathering(installation, source(sender, kind="syslog")) as running:
        [[tcp]] = running.listening.ports.values()
        with socket.create_connection(("127.0.0.1", tcp)) as speaking:
            speaking.sendall(b"".join(line(f"192.0.2.{n}") + b"\n" for n in range(200)))
            speaking.shutdown(socket.SHUT_WR)
            assert speaking.recv(1) == b""  # it has read to the end

    assert len(installation) == 200


def test_a_port_that_is_taken_or_a_certificate_that_is_none_is_told(
    installation: Installation, tmp_path: Path
):
    writer = Writer(installation.append)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address("127.0.0.1", taken.getsockname()[1])
        way = Syslog(address, udp=False, tcp=True, senders=LOOPBACK)
        for wrong, why in (
            (way, f"cannot listen on 127.0.0.1:{address.port}: Address already in use"),
            (
                replace(way, address=Address("127.0.0.1", 0, str(tmp_path / "a.pem"), "b")),
                "cannot use the certificate",
            ),
        ):
            with pytest.raises(ConfigError, match=why):
                Gathering(
                    [source(wrong)], writer=writer, installation=installation, clock=lambda: NOW
                )


def test_bookmarks_are_those_of_each_source(installation: Installation):
    kept: list[Bookmarks] = []

    def begin(bookmarks: Bookmarks) -> Failing:
        kept.append(bookmarks)
        return Failing([])

    with gathering(
        installation, source(Looked(begin, 1)), source(Looked(begin, 1), "cowrie@b")
    ) as running:
        soon(lambda: all(one.lines for one in running.health()))

    assert len(kept) == 2


def test_a_document_that_takes_long_keeps_nobody_waiting(
    tmp_path: Path, installation: Installation
):
    isolated = replace(COWRIE, isolated=True, read=strange_readers.echo)
    folder = tmp_path / "documents"
    folder.mkdir()
    document = folder / "slow.txt"
    document.write_bytes(b"192.0.2.1\nwait\n192.0.2.2\n")
    os.utime(document, (NOW.timestamp(), NOW.timestamp()))
    way = Looked(partial(Follow, listed=partial(followed, folder), settled_s=0.0, whole=True), 0.01)
    slow = replace(source(way, "cowrie@slow"), publisher=isolated)
    log = tmp_path / "cowrie.json"
    with gathering(installation, slow, source(following(log))) as running:
        soon(lambda: worker.SHARED._running)  # noqa: SLF001 - the document is being read
        log.write_bytes(line("192.0.2.3") + b"\n")
        soon(lambda: running.feeds["cowrie@a"].health.new_records)
        assert not running.feeds["cowrie@slow"].health.lines
        soon(lambda: running.feeds["cowrie@slow"].health.new_records == 2)


def test_a_page_that_a_feed_tells_of_is_read_apart_and_kept_with_its_url(
    tmp_path: Path, installation: Installation
):
    inside = Bounds(allow_private=True, seconds=10)
    answers = {
        "/a": (200, {}, b"<!doctype html><p>Emotet calls c2-a.onion.</p>"),
        "/b": (200, {}, b"%PDF-1.7 is none"),
    }
    with site(answers) as (home, _):
        item = "<item><link>{}</link><pubDate>Thu, 15 Jan 2026 12:00:00 GMT</pubDate></item>"
        feed = f"<rss>{item.format(f'{home}/a')}{item.format(f'{home}/b')}</rss>"
        answers["/feed"] = (200, {}, feed.encode())
        tour = Tour(url=f"{home}/feed", hosts=frozenset(), every_s=60, most=9, pause_s=0, keep_s=60)
        begin = partial(
            Pages,
            tour=tour,
            cache=PageCache(tmp_path / "pages"),
            visits=Visits(inside),
            apart=read_apart,
            bounds=inside,
        )
        pages = replace(source(Looked(begin, 60), "reports", "pages"), publisher=REPORTS)
        with gathering(installation, pages) as running:
            soon(lambda: running.health()[0].lines == 2)
            health = running.health()[0]

    assert (health.spoke, health.quarantined, health.records, health.error) == (1, 1, 1, "")
    [kept] = [one.record for batch in installation.log.read() for one in batch]
    assert kept.finding.first_seen == NOW
    assert {(one.role, one.value) for one in kept.finding.observables} == {
        ("subject", "c2-a.onion"),
        ("tag", "malware:emotet"),
        ("reference", f"{home}/a"),
    }
    [(_, bad)] = installation.log.quarantined(9)
    assert bad.input_name == f"{home}/b"
