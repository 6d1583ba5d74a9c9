"""Syslog out: what our own readers of syslog, CEF and LEEF make of it is what was said."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError
from cure.formats.cef import cef as read_cef
from cure.formats.cef import cef_alert
from cure.formats.leef import leef as read_leef
from cure.formats.leef import leef_alert
from cure.formats.syslog_line import syslog_line
from cure.model import Topic
from cure.origins.syslog_frames import Frames
from cure.subscribers.deliveries import syslog
from cure.subscribers.deliveries.cef import cef
from cure.subscribers.deliveries.delivery import EventForm, Way
from cure.subscribers.deliveries.leef import leef
from cure.subscribers.deliveries.samples import sample_hit
from cure.subscribers.deliveries.syslog import line
from subscribers.deliveries.desk import Desk, desk
from subscribers.deliveries.receiving import datagrams, syslog_server
from subscribers.deliveries.test_times import at as moment

NOW = moment("2026-01-15T12:00Z")
NASTY = "a|b\\c=d ^e\tf\ncs1=forged\r\nCEF:0|x externalId=9 \\"
VALUES = [
    (Topic.IP, "192.0.2.1"),
    (Topic.IP, "2001:db8::1"),
    (Topic.IP, "192.0.2.0/24"),
    (Topic.DOMAIN, "www.example.com"),
    (Topic.URL, "http://www.example.com/a?b=c&d=%7C"),
    (Topic.HASH, "d41d8cd98f00b204e9800998ecf8427e"),
    (Topic.EMAIL, "a=b@example.com"),
    (Topic.TAG, "malware:emotet"),
]


def as_one_line(text: str) -> str:
    """What is left of a text that has to stay within a line."""
    shown = "".join(
        " " if ord(char) < 32 or char in "\x7f\x85\u2028\u2029" else char for char in text
    )
    return " ".join(shown.split(" ")).strip()


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(("topic", "value"), VALUES)
def test_a_value_of_every_topic_is_read_again(topic: Topic, value: str):
    hit = sample_hit(NOW, topic=topic, value=value)
    from_cef, from_leef = read_cef(cef(hit)).fields, read_leef(leef(hit)).fields

    assert value in from_cef.values()
    assert value in from_leef.values()
    assert from_cef["externalId"] == from_leef["hitId"] == hit.id
    assert from_cef["watch"] == from_leef["watch"] == hit.name


@pytest.mark.parametrize(("topic", "value"), VALUES[:1] + VALUES[4:5])
def test_our_own_reader_of_alerts_takes_it_for_one(topic: Topic, value: str):
    hit = sample_hit(NOW, topic=topic, value=value)
    for alert in (
        cef_alert(cef(hit), None, NOW, UTC),
        leef_alert(leef(hit), None, NOW, UTC),
    ):
        assert alert is not None
        assert value in {
            getattr(alert.source, "value", None),
            getattr(alert.url, "value", None),
        }
        assert alert.category == hit.meaning


texts = st.text(max_size=40) | st.just(NASTY)


@given(texts, texts)
def test_no_text_breaks_out_of_its_field(name: str, word: str):
    hit = sample_hit(NOW, name=name, tags=[word])
    for form in EventForm:
        written = line(hit, form, NOW).decode()
        sent = syslog_line(written, NOW)
        assert (sent.app, sent.seen, sent.priority) == ("cure", NOW, 133)
        assert not {"\n", "\r", "\x00"} & set(written)
        if form is EventForm.CEF:
            event = read_cef(sent.message)
            assert (event.vendor, event.signature_id, event.name) == (
                "CURE",
                hit.meaning,
                hit.text.en,
            )
        else:
            event = read_leef(sent.message)
            assert (event.vendor, event.event_id) == ("CURE", hit.meaning)
        plain = read_cef(cef(sample_hit(NOW))) if form is EventForm.CEF else None
        known = {*(plain.fields if plain else ()), "cs4", "cs4Label", "tags", "watch", "entry"}
        if plain is not None:
            assert event.fields.keys() <= known | {"topic", "sources"}
        assert event.fields["src"] == "192.0.2.1"


def test_lines_come_over_tcp_with_their_lengths(at):
    with syslog_server() as (port, got):
        to = at.deliver(Way.SYSLOG, f"tcp://127.0.0.1:{port}")
        at.see("192.0.2.1", "192.0.2.2")
        at.send(to)
        [sent] = got
    frames = Frames()
    lines = [*frames.feed(sent)]

    assert [read_cef(syslog_line(one.decode(), NOW).message).fields["src"] for one in lines] == [
        "192.0.2.1",
        "192.0.2.2",
    ]
    assert at.state(to).sent == 2


def test_lines_come_over_udp_a_datagram_each(at):
    with datagrams() as there:
        to = at.deliver(
            Way.SYSLOG, f"udp://127.0.0.1:{there.getsockname()[1]}", form=EventForm.LEEF
        )
        at.see("192.0.2.1", "192.0.2.2")
        at.send(to)
        got = [there.recv(65_536).decode() for _ in range(2)]

    assert [read_leef(syslog_line(one, NOW).message).fields["src"] for one in got] == [
        "192.0.2.1",
        "192.0.2.2",
    ]


def test_a_server_that_is_down_gets_all_of_it_later(at):
    with syslog_server() as (port, _):
        pass
    to = at.deliver(Way.SYSLOG, f"tcp://127.0.0.1:{port}")
    at.see("192.0.2.1")
    at.send(to)

    assert at.state(to).why == "cannot be reached: ConnectionRefusedError"
    assert at.progress(to).position == 0


def test_what_needs_tls_is_not_sent_without_it(at, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(syslog, "TIMEOUT_S", 1.0)
    with syslog_server() as (port, got):
        to = at.deliver(Way.SYSLOG, f"tls://localhost:{port}")
        at.see("192.0.2.1")
        at.send(to)

    assert at.state(to).failures == 1
    assert not any(b"192.0.2.1" in one for one in got)


@pytest.mark.parametrize("address", ["udp://host", "host:514", "http://host:514", "tcp://:514"])
def test_an_address_that_is_no_syslog_server_is_refused(at, address: str):
    with pytest.raises(MalformedError):
        at.deliver(Way.SYSLOG, address)
