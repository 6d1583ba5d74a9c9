"""Redis: a server of its own on a socket; a list a value, a set a source, addresses by rank."""

import subprocess
from itertools import combinations
from struct import Struct
from time import sleep

import pyarrow.parquet as pq
import redis

from peers.peer import Stepping, size_of
from peers.world import SOURCES

_SEEN = Struct("<IBI")  # record, source, moment
_BATCH = 10_000
_EXIST = """
local found = {}
for i, key in ipairs(KEYS) do found[i] = redis.call("EXISTS", key) end
return found
"""


def _version():
    told = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=True)
    return (
        f"Redis {told.stdout.split('v=')[1].split()[0]}, redis-py {redis.__version__} with hiredis"
    )


class Redis(Stepping):
    """Structures made for the questions, filled by mass insertion."""

    version = _version()
    how = (
        "a server on a socket; v:VALUE a list of sightings, s:SOURCE a set of values, addresses "
        "in a sorted set, r:RECORD and t:VALUE for walks; mass insertion by redis-cli --pipe, "
        "a script for 10,000 keys at a time, pipelines; saved once (RDB)"
    )

    def __init__(self, directory):
        """Start a server."""
        self._directory, self._socket = directory, directory / "socket"
        self._open()

    def _open(self):
        settings = ("--port", "0", "--unixsocket", self._socket, "--dir", self._directory)
        self._server = subprocess.Popen(
            ["redis-server", *settings, "--save", "", "--list-max-listpack-size", "-2"],
            stdout=subprocess.DEVNULL,
        )
        self._db = redis.Redis(unix_socket_path=str(self._socket), decode_responses=False)
        for _ in range(60_000):
            try:
                self._db.ping()
            except redis.ConnectionError:  # not yet there, or still reading what it saved
                sleep(0.01)
            else:
                break
        self._exist = self._db.register_script(_EXIST)

    def load(self, files):
        """Write commands, as its manual says under mass insertion."""
        pipe = subprocess.Popen(
            ["redis-cli", "-s", self._socket, "--pipe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        for file in files:
            for batch in pq.ParquetFile(file).iter_batches(_BATCH):
                pipe.stdin.write(b"".join(_commands(batch)))
        pipe.stdin.close()
        if pipe.wait():
            raise OSError("the server refused some commands")

    def card(self, topic, value):  # noqa: ARG002 - a value is of one topic here
        """Sum up a value's sightings here."""
        sums = {}
        for one in self._db.lrange(f"v:{value}", 0, -1):
            _, source, at = _SEEN.unpack(one)
            count, first, last = sums.get(source, (0, at, at))
            sums[source] = (count + 1, min(first, at), max(last, at))
        return sums

    def matches(self, asked):
        """Ask whether each key is there, 10,000 keys a call of a script."""
        found = []
        for low in range(0, len(asked), _BATCH):
            some = [value for _, value in asked[low : low + _BATCH]]
            are_there = self._exist(keys=[f"v:{value}" for value in some])
            found += [v for v, is_there in zip(some, are_there, strict=True) if is_there]
        return found

    def matrix(self):
        """Intersect the sets of each pair of sources."""
        pipe = self._db.pipeline(transaction=False)
        for source in range(SOURCES):
            pipe.scard(f"s:{source}")
        pairs = list(combinations(range(SOURCES), 2))
        for a, b in pairs:
            pipe.sintercard(2, [f"s:{a}", f"s:{b}"])
        told = pipe.execute()
        counts = [[0] * SOURCES for _ in range(SOURCES)]
        for source, count in enumerate(told[:SOURCES]):
            counts[source][source] = count
        for (a, b), count in zip(pairs, told[SOURCES:], strict=True):
            counts[a][b] = counts[b][a] = count
        return counts

    def _members(self, prefix, names):
        pipe = self._db.pipeline(transaction=False)
        for name in names:
            pipe.smembers(prefix + name)
        return set().union(*pipe.execute())

    def _step(self, values):
        records = self._members(b"t:", [value.encode() for value in values])
        beside = self._members(b"r:", records)
        return [(value[1:].decode(), value[0] - ord("0")) for value in beside]

    def network(self, network):
        """Take a range of the addresses by rank."""
        _, low, high = network
        found = self._db.zrange("addresses", low, high, byscore=True)
        return len(found), [one.decode() for one in found[:100]]

    def disk(self):
        """Save all, and count the file."""
        self._db.save()
        return size_of(self._directory)

    def close(self):
        """Stop the server."""
        self._db.close()
        self._server.terminate()
        self._server.wait()


PEER = Redis


def _commands(batch):
    """Yield the commands of some rows, in the server's protocol."""
    record, source, at, topic, value, address, many = batch.to_pydict().values()
    rows = zip(record, source, at, topic, map(str.encode, value), address, many, strict=True)
    for number, who, when, what, text, position, is_one_of_many in rows:
        size = len(text) + 2
        seen = _SEEN.pack(number, who, when)
        yield b"*3\r\n$5\r\nRPUSH\r\n$%d\r\nv:%b\r\n$9\r\n%b\r\n" % (size, text, seen)
        yield _set(b"s:%d" % who, text)
        if position is not None:
            yield b"*4\r\n$4\r\nZADD\r\n$9\r\naddresses\r\n$%d\r\n%d\r\n$%d\r\n%b\r\n" % (
                len(str(position)),
                position,
                size - 2,
                text,
            )
        if is_one_of_many:
            yield _set(b"t:" + text, b"%d" % number)
            yield _set(b"r:%d" % number, b"%d%b" % (what, text))


def _set(key, member):
    return b"*3\r\n$4\r\nSADD\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n" % (len(key), key, len(member), member)
