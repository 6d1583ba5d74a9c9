"""From publishing to a webhook and a stream: python bench/push.py -> figures as JSON.

A server of its own is filled over HTTP at a rate; one record in so many meets a watch. The time
counts from the moment at which a request is planned until the receiver has the whole event.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import httpx
import numpy as np
from server import start

RATE, SECONDS, BATCH = 5000, 20, 100
HITS_IN = 100  # one record in so many is of the watched network


class Received:
    """When each value came first, and how many came more than once."""

    def __init__(self):
        self.at, self.twice = {}, 0

    def take(self, value):
        """Take down that a value has come."""
        if value in self.at:
            self.twice += 1
        self.at.setdefault(value, perf_counter())


async def receive(received):
    """Listen as a webhook; return the server and its port."""

    async def answer(reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                fields = dict(one.lower().split(b": ", 1) for one in head.split(b"\r\n")[1:-2])
                body = json.loads(await reader.readexactly(int(fields[b"content-length"])))
                for event in body if isinstance(body, list) else [body]:
                    received.take(event["data"]["value"])
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def follow(url, received):
    """Read the stream of all records."""
    async with (
        httpx.AsyncClient(timeout=60) as client,
        client.stream("GET", f"{url}/api/v1/stream/records") as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data: {"):
                received.take(json.loads(line[6:])["observables"][0]["value"])


def addresses(batch):
    """Return the addresses of one request: some in 10.0.0.0/8, which is watched."""
    numbers = range(batch * BATCH, (batch + 1) * BATCH)
    return [
        f"{10 if n % HITS_IN == 0 else 20}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        for n in numbers
    ]


async def publish(url, sent):
    """Send all records at the rate, whether or not earlier ones were answered."""
    begin = perf_counter() + 1
    slots = asyncio.Semaphore(64)
    async with httpx.AsyncClient(timeout=60) as client:

        async def one(batch):
            planned = begin + batch * BATCH / RATE
            await asyncio.sleep(max(0, planned - perf_counter()))
            values = addresses(batch)
            sent.update(dict.fromkeys(values, planned))
            lines = (
                '{"observables":[{"topic":"ip","value":"%s","role":"attacker"}],'  # noqa: UP031
                '"first_seen":"2026-01-10T00:00:00Z"}' % value
                for value in values
            )
            async with slots:
                answer = await client.post(
                    f"{url}/api/v1/records?source=bench", content="\n".join(lines)
                )
            assert answer.is_success, answer.text

        await asyncio.gather(*(one(batch) for batch in range(RATE * SECONDS // BATCH)))


def figures(sent, received, *, only=""):
    """Return how long it took, and what is missing."""
    of_these = [value for value in sent if value.startswith(only)]
    waited = [received.at[value] - sent[value] for value in of_these if value in received.at]
    p50, p99 = np.percentile(waited, [50, 99]) * 1000
    return {
        "events": len(of_these),
        "missing": len(of_these) - len(waited),
        "twice": received.twice,
        "p50_ms": round(p50),
        "p99_ms": round(p99),
        "max_ms": round(max(waited) * 1000),
    }


async def measure(port, *, batch):
    """Measure one server with one webhook and one stream."""
    url = f"http://127.0.0.1:{port}"
    sent, hooked, followed = {}, Received(), Received()
    hook, hook_port = await receive(hooked)
    async with httpx.AsyncClient() as client:
        address = f"http://127.0.0.1:{hook_port}/"
        for path, form in (
            ("watches", {"name": "own", "own": True, "entries": ["10.0.0.0/8"]}),
            ("deliveries", {"way": "webhook", "address": address, "batch": batch}),
        ):
            assert (await client.post(f"{url}/api/v1/{path}", json=form)).is_success
    await asyncio.sleep(1)
    stream = asyncio.create_task(follow(url, followed))
    await publish(url, sent)
    until = perf_counter() + 30
    wanted = len(sent) // HITS_IN
    while perf_counter() < until and (  # noqa: ASYNC110 - two ends to wait for
        len(hooked.at) < wanted or len(followed.at) < len(sent)
    ):
        await asyncio.sleep(0.1)
    stream.cancel()
    hook.close()
    return {
        "webhook": figures(sent, hooked, only="10."),
        "stream": figures(sent, followed),
    }


def main():
    """Measure with one event a request, then with many."""
    told = {"rate": RATE, "seconds": SECONDS, "hits": f"1 in {HITS_IN}"}
    for name, batch in (("single", False), ("batch", True)):
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "cure.toml").write_text("push_allow_private = true\n", "utf-8")
            server, port, _ = start(directory)
            try:
                told[name] = asyncio.run(measure(port, batch=batch))
            finally:
                server.terminate()
                try:
                    server.wait(30)
                except subprocess.TimeoutExpired:
                    server.kill()
    json.dump(told, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
