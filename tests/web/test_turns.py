"""Whoever would wait too long for his turn is refused before his body is read."""

import asyncio
import json
import socket
import threading
import time
from pathlib import Path
from queue import Full
from urllib.parse import urlsplit

import pytest

from cure.installation import Installation
from cure.web import turns
from cure.web.turns import Turns
from cure.writer import Writer
from servers import application, running
from waiting import PATIENCE_S, soon


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "BEHIND_S", 0.01)


def test_what_would_wait_too_long_is_refused_until_the_others_had_their_turn(tmp_path: Path):
    async def refused_while_one_waits() -> bool:
        await work.read(lambda: time.sleep(0.3))
        work.check()
        waiting = asyncio.create_task(work.read(released.wait))
        await asyncio.sleep(0)
        with pytest.raises(Full):
            work.check()
        released.set()
        return await waiting

    released = threading.Event()
    with Installation(tmp_path, write=True) as installation:
        work = Turns(Writer(installation.append))
        try:
            assert asyncio.run(refused_while_one_waits())
            work.check()
        finally:
            work.stop()


def test_who_is_refused_need_not_send_his_body(tmp_path: Path):
    with Installation(tmp_path, write=True) as installation:
        app = application(installation)
        with running(app) as url:
            there = app.state.serving.turns
            asyncio.run(there.read(lambda: time.sleep(0.3)))
            free = threading.Event()
            held = threading.Thread(target=lambda: asyncio.run(there.read(free.wait)))
            held.start()
            soon(lambda: there.is_behind)
            with socket.create_connection(("127.0.0.1", urlsplit(url).port), PATIENCE_S) as client:
                head = "POST /api/v1/records?source=a HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                client.sendall(f"{head}Content-Length: 1000000\r\n\r\n".encode())
                answer = ""
                while not answer.endswith("}") and (some := client.recv(4096)):
                    answer += some.decode()
            free.set()
            held.join()

    assert answer.startswith("HTTP/1.1 503")
    assert "retry-after: 1" in answer.lower()
    assert json.loads(answer.partition("\r\n\r\n")[2])["error"]["code"] == "overloaded"
