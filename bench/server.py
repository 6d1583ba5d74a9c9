"""The server over HTTP: python bench/server.py DIR -> figures as JSON.

DIR is a data directory that `fill.py` has made; the sightings that are sent go into it.
"""

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path
from time import perf_counter, sleep
from urllib.parse import quote

import numpy as np
import world
from http_load import at_rate, back_to_back, p_ms, request

FINDING = (
    '{"kind":"sighting","observables":[{"topic":"ip","value":"%s","role":"attacker"}],'
    '"first_seen":"2026-01-%02dT%02d:%02d:%02d.%06dZ","count":1,"attributes":{"port":%d}}'
)


def start(directory):
    """Start a server and wait until it answers; return it, its port and the seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = perf_counter()
    command = [sys.executable, "-m", "cure", "run", "--data", str(directory), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            sleep(0.02)
            continue
        return server, port, perf_counter() - began
    raise SystemExit("the server did not start")


def findings(rng, count):
    """Return a body of findings, a line each."""
    octets = rng.integers(0, 256, (count, 4)).tolist()
    rest = rng.integers(0, [28, 24, 60, 60, 1_000_000, 65_536], (count, 6)).tolist()
    lines = (
        FINDING % (".".join(map(str, o)), r[0] + 1, *r[1:])
        for o, r in zip(octets, rest, strict=True)
    )
    return "\n".join(lines).encode()


def main(directory):
    """Measure one server."""
    server, port, restart = start(directory)
    try:
        figures = asyncio.run(measure(port, np.random.default_rng()))
    finally:
        server.terminate()
        server.wait()
    print(json.dumps({"restart_s": round(restart, 2)} | figures))


async def measure(port, rng):
    """Send the load."""
    asked = world.asked(5000)
    cards = [
        request("GET", f"/api/v1/observables/{one.topic.value}/{quote(one.value, safe='')}")
        for one in asked
    ]
    match = request("POST", "/api/v1/match", "\n".join(one.value for one in asked[:1000]).encode())
    bodies = [
        request("POST", f"/api/v1/records?source=bench-{i % 2}", findings(rng, 10_000))
        for i in range(60)
    ]
    took, statuses = await at_rate(port, cards, 500)
    assert set(statuses) == {200}, set(statuses)
    figures = dict(zip(("http_card_p50_ms", "http_card_p99_ms"), p_ms(took), strict=True))
    times = []
    for _ in range(20):
        seconds, _ = await back_to_back(port, [match], 1)
        times.append(seconds)
    figures["http_match_1k_ms"] = round(float(np.median(times)) * 1e3, 2)
    seconds, answers = await back_to_back(port, bodies[:40], 4)
    assert all(json.loads(body)["accepted"] == 10_000 for _, body in answers), answers[0]
    figures["http_records_per_s"] = round(400_000 / seconds)
    (seconds, _), (took, _) = await asyncio.gather(
        back_to_back(port, bodies[40:], 2), at_rate(port, cards[:2000], 500)
    )
    p50, p99 = p_ms(took)
    return figures | {
        "busy_http_records_per_s": round(200_000 / seconds),
        "busy_http_card_p50_ms": p50,
        "busy_http_card_p99_ms": p99,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
