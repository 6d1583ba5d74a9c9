"""What is in the stream is read from any copy of it: whole, in order, once, and soon."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cure.cluster.entries import LOG
from cure.cluster.pulling import LOOK_S, Pull
from cure.cluster.stream import NAME, Stream
from nats_servers import servers, stream_of

_OTHER = "cure.file.ratings"
_LONG_S = 5.0


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Stream]:
    with servers(tmp_path) as running, stream_of(running) as opened:
        yield opened


def everything(pull: Pull) -> list[tuple[int, bytes]]:
    """Read until nothing more is there."""
    found: list[tuple[int, bytes]] = []
    while some := pull.take(found[-1][0] if found else 0, LOOK_S):
        found += [(one.seq, one.body) for one in some]
    return found


def test_more_entries_than_fit_one_answer_come_in_order_without_those_of_others(stream: Stream):
    bodies = [str(number).encode() for number in range(700)]
    numbers = [stream.publish(LOG, body, f"log {number}") for number, body in enumerate(bodies)]
    stream.publish(_OTHER, b"not ours", "other")

    assert everything(stream.pull(LOG)) == list(zip(numbers, bodies, strict=True))


def test_large_entries_come_whole(stream: Stream):
    bodies = [bytes([number]) * (stream.most_bytes - 1000) for number in range(6)]  # 48 MB
    for number, body in enumerate(bodies):
        stream.publish(LOG, body, f"large {number}")

    assert [body for _, body in everything(stream.pull(LOG))] == bodies


def test_an_entry_has_the_name_and_the_time_that_the_stream_gave_it(stream: Stream):
    seq = stream.publish(_OTHER, b"body", "its name")

    [one] = stream.pull("cure.file.*").take(0, _LONG_S)

    assert (one.seq, one.subject, one.entry_id, one.body) == (seq, _OTHER, "its name", b"body")
    assert one.at.timestamp() == pytest.approx(time.time(), abs=_LONG_S)


def test_who_waits_is_told_of_what_is_published(stream: Stream):
    pull = stream.pull(LOG)
    assert pull.take(0, LOOK_S) == []
    seq = stream.publish(LOG, b"new", "new")

    assert [one.seq for one in pull.take(0, _LONG_S)] == [seq]
    assert pull.take(seq, LOOK_S) == []


def test_what_nobody_told_of_is_found_as_well(stream: Stream):
    pull = stream.pull(LOG)
    assert pull.take(0, LOOK_S) == []
    stream.ask(lambda: stream._stream.publish(LOG, b"by an older node", stream=NAME))  # noqa: SLF001

    assert [one.body for one in pull.take(0, _LONG_S)] == [b"by an older node"]
