"""A load generator for HTTP/1.1 on loopback: open loop, latencies from the planned moment on."""

import asyncio
from time import perf_counter

import numpy as np


async def _answer(reader):
    """Read one answer; return its status and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if b"content-length" in fields:
        return status, await reader.readexactly(int(fields[b"content-length"]))
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return status, b"".join(parts)


def request(method, path, body=b""):
    """Return the bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Connection:
    """One keep-alive connection, one request at a time."""

    def __init__(self, port):
        self._port = port
        self._free = asyncio.Lock()
        self._streams = None

    async def send(self, raw):
        """Send a request and wait for its answer."""
        async with self._free:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(raw)
            await writer.drain()
            return await _answer(reader)

    async def close(self):
        """Let go."""
        if self._streams is not None:
            self._streams[1].close()


async def at_rate(port, requests, per_second, connections=16):
    """Send requests at a rate, whether or not earlier ones were answered.

    Returns:
        Seconds from each request's planned moment to its answer, and the statuses.
    """
    pool = [Connection(port) for _ in range(connections)]
    for connection in pool:
        await connection.send(request("GET", "/healthz"))
    took, statuses = [], []
    start = perf_counter() + 0.05

    async def one(i, raw):
        planned = start + i / per_second
        await asyncio.sleep(max(0, planned - perf_counter()))
        status, _ = await pool[i % connections].send(raw)
        took.append(perf_counter() - planned)
        statuses.append(status)

    await asyncio.gather(*(one(i, raw) for i, raw in enumerate(requests)))
    for connection in pool:
        await connection.close()
    return took, statuses


async def back_to_back(port, bodies, connections):
    """Send requests as fast as they are answered; return the seconds that all took."""
    waiting = list(enumerate(bodies))
    answers = {}

    async def worker():
        connection = Connection(port)
        while waiting:
            i, raw = waiting.pop(0)
            answers[i] = await connection.send(raw)
        await connection.close()

    start = perf_counter()
    await asyncio.gather(*(worker() for _ in range(connections)))
    return perf_counter() - start, [answers[i] for i in range(len(bodies))]


def p_ms(seconds):
    """Return p50 and p99 in milliseconds."""
    p50, p99 = np.percentile(np.array(seconds) * 1e3, (50, 99))
    return round(float(p50), 2), round(float(p99), 2)
