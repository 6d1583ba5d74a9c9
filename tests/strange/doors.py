"""What strangers send to doors that are no publisher's: questions, tokens, files, frames."""

import asyncio
import gzip
import hashlib
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl

from cure.access.keys import read_token
from cure.app import publishers
from cure.asking import moment, span
from cure.errors import CureError
from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.view import View
from cure.interfaces import Line, Logged
from cure.matching import match_lines
from cure.model import Finding, Kind, Label, Record, Tlp, Topic, mention
from cure.model.finding import digest_of
from cure.model.observable import CONSTRUCTORS
from cure.origins.files import inputs, lines
from cure.origins.hpfeeds import AUTH, PUBLISH, Connection, Sensor
from cure.origins.inbox import Inbox
from cure.origins.packed import zstd
from cure.origins.robots import robots_for
from cure.origins.syslog import payload
from cure.origins.syslog_frames import Frames
from cure.settings import read_settings
from cure.sources import read_sources
from cure.subscribers.taxii.asked import read_filters
from cure.subscribers.taxii.posted import read_envelope
from cure.subscribers.taxii.tokens import Tokens
from cure.subscribers.watches.watch import read_entries, read_entry
from cure.web.arrays import elements
from cure.web.hec import RefusedError, events_in
from servers import NOW, OPERATOR
from strange.bombs.archives import tar_of, zip_of
from strategies import T0, VALUES

_SECRET = bytes(range(64))


@cache
def _view() -> View:
    """Return the view of a hub that knows some values of each topic."""
    hub = Hub(HashKey.of(bytes(range(24))))
    said = [Finding(Kind.SIGHTING, (mention(one),), T0, T0) for one in VALUES]
    records = [Record("nicter", Label(Tlp.CLEAR, "soc"), digest_of("x", one), one) for one in said]
    hub.accept(batch_of([Logged(number, one, 0) for number, one in enumerate(records, 1)]))
    return Gate(hub).view(OPERATOR, NOW)


def _search(data: bytes) -> None:
    _view().search(data.decode("utf-8", "replace"))


def _values(data: bytes) -> None:
    """Every line is answered, and its value is in its canonical form."""
    given = list(lines(BytesIO(data)))
    matches = match_lines(_view(), given)
    assert len(matches) == len(given)
    for one in matches:
        assert one.topic is None or CONSTRUCTORS[one.topic](one.value).value == one.value, one


def _moment(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    with suppress(CureError):
        span(text)
    moment(text, NOW)


def _watch(data: bytes) -> None:
    """What is watched is written as it can be read again, but for signs behind a URL."""
    for entry in read_entries(lines(BytesIO(data))).entries:
        again = read_entry(entry.pattern)
        assert again == entry or entry.topic is Topic.URL is again.topic, entry


def _filters(data: bytes) -> None:
    read_filters(parse_qsl(data.decode("utf-8", "replace")))


def _envelope(data: bytes) -> None:
    posted = read_envelope(data, NOW)
    posted.status(NOW)
    posted.bundle()


def _token(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    read_token(text)
    Tokens(_SECRET).opened(text, "/taxii2/soc", OPERATOR)


def _settings(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "cure.toml"
        file.write_bytes(data)
        read_sources(read_settings(file, {}), publishers(), {})


def _file(data: bytes) -> None:
    """A file, packed or not: as lines, and as it is."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "name.gz"
        file.write_bytes(data)
        for one in inputs(file, NOW):
            assert all(len(line) <= len(data) * 300 + (4 << 20) for line in one.lines)
        for one in inputs(file, NOW):
            list(one.blocks)


def _robots(data: bytes) -> None:
    robots = robots_for("cure", data.decode("utf-8", "replace"))
    robots.allows("/a/" * 1000 + "b.html?c=d")


def _array(data: bytes) -> None:
    list(elements(b"[" + data))


def _collector(data: bytes) -> None:
    try:
        list(events_in(data))
    except RefusedError:
        return


def _syslog(data: bytes) -> None:
    """However it is cut, the same messages come; of those too long, the heads may differ."""
    whole, cut = Frames(), Frames()
    said = _told([*whole.feed(data), *whole.end()])
    parts = [one for at in range(0, len(data), 7) for one in cut.feed(data[at : at + 7])]
    assert said == _told([*parts, *cut.end()])
    for message in said:
        if isinstance(message, bytes):
            payload(message)


def _told(messages: list[Line]) -> list[bytes | str]:
    return [one if isinstance(one, bytes) else one.why for one in messages]


class _Line(asyncio.Transport):
    """A line to nobody, which remembers what was said last."""

    def __init__(self) -> None:
        super().__init__()
        self.last = b""
        self._closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.last = bytes(data)

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        self._closing = True

    def abort(self) -> None:
        self._closing = True

    def pause_reading(self) -> None:
        """Nothing comes by itself."""


def _hpfeeds(data: bytes) -> None:
    """Frames of somebody unknown, and of a sensor, who may publish on one channel."""
    asyncio.run(_connected(data))


async def _connected(data: bytes) -> None:
    inbox = Inbox("nicter", lambda *_, **__: None)
    for knows_secret in (False, True):
        line = _Line()
        connection = Connection({"pot": Sensor(b"secret", {"events": inbox})})
        connection.connection_made(line)
        if knows_secret:
            proof = hashlib.sha1(line.last[-4:] + b"secret", usedforsecurity=False).digest()
            connection.data_received(_frame(AUTH, b"\x03pot" + proof))
            connection.data_received(_frame(PUBLISH, b"\x03pot\x06events" + data[:100]))
        connection.data_received(data)
        connection.connection_lost(None)


def _frame(opcode: int, content: bytes) -> bytes:
    return (5 + len(content)).to_bytes(4) + bytes((opcode,)) + content


def _refusing(door: Callable[[bytes], None]) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        try:
            door(data)
        except CureError:
            return

    return read


DOORS = MappingProxyType(
    {
        door.__name__.removeprefix("_"): _refusing(door)
        for door in (
            *(_search, _values, _moment, _watch, _filters, _envelope, _token, _settings),
            *(_file, _robots, _array, _collector, _syslog, _hpfeeds),
        )
    }
)


SEEDS: MappingProxyType[str, list[bytes]] = MappingProxyType(
    {
        "search": [b"192.0.2.0/24", b"2001:db8::/33", b"*.example.com", b"d41d8", b"malware:*t"],
        "values": [b"192.0.2.1\nhxxp://a[.]example/b\n2001:db8::/32\na@example.jp\nmalware:x\n"],
        "moment": [b"2026-01-01T00:00:00Z", b"36h", b"2026-01-01T00:00:00.5+09:00"],
        "watch": [b"192.0.2.0/24 # ours\n*.example.jp\n*@example.jp\nmalware:emo*\nhxxp://a.b/c"],
        "filters": [b"match[version]=first,2026-01-01T00:00:00Z&match[type]=indicator&match[id]=x"],
        "envelope": [
            (
                b'{"objects":[{"type":"indicator",'
                b'"id":"indicator--00000000-0000-4000-8000-000000000001"'
                b',"created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00+09:00",'
                b'"spec_version":"2.1","object_marking_refs":["x"],"pattern":"x"}]}'
            )
        ],
        "token": [b"ck_00000000_0000000000000000000000000000000000000000000"],
        "settings": [
            (
                b'host = "127.0.0.1"\nmax_body_mb = 64\n[[source]]\nname = "cowrie@tokyo-1"\n'
                b'publisher = "cowrie"\n[source.tail]\npaths = ["/var/log/*.json"]\n'
            )
        ],
        "file": [
            gzip.compress(b"a\nb\n"),
            zstd.compress(b"a\nb\n"),
            zip_of({"a": b"b"}),
            tar_of({"a": b"b"}),
            b"a\r\nb",
        ],
        "robots": [b"User-agent: *\nDisallow: /a/*b*$\nCrawl-delay: 1.5\n\nUser-agent: cure\n"],
        "array": [b'{"a": "]"}, [1, 2] ,3]', b"]", b'"\\"", {}]  x'],
        "collector": [b'{"event": "a line"}\n{"event": {"n": 1}, "host": "x"}'],
        "syslog": [b"12 <13>1 - - - -<14>Jan  2 03:04:05 ids suricata[7]: {}\nlast"],
        "hpfeeds": [_frame(AUTH, b"\x03pot" + bytes(20)), _frame(PUBLISH, b"\x03pot\x06events{}")],
    }
)
"""What each may well be sent."""
