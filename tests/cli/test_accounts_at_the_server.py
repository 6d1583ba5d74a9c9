"""`cure run` with accounts: the first link, keys in the environment, and who is let in."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cure import Client
from cure.errors import ForbiddenError, UnauthenticatedError
from program import Program
from waiting import PATIENCE_S

PASSWORD = "a long way to Sapporo"  # noqa: S105 - of nobody
ACCOUNTS = {"CURE_ACCOUNTS": "true"}


@contextmanager
def started(cure: Program, directory: str = "d", **environment: str) -> Iterator[tuple[str, str]]:
    """Run a server and give its URL and the token of the link, if there is one."""
    with subprocess.Popen(
        cure.command("run", "--port", "0", "--data", directory),
        cwd=cure.directory,
        env=cure.environment | environment,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdout is not None
        try:
            url = re.search(r"http://\S+", server.stdout.readline().decode())
            assert url is not None
            link = server.stdout.readline().decode() if environment else ""
            yield url[0], link.rpartition("#setup=")[2].strip()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(PATIENCE_S)


@pytest.fixture
def cure(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_the_first_start_with_accounts_shows_a_link_that_is_good_once(cure: Program):
    with started(cure, **ACCOUNTS) as (url, token):
        assert httpx.get(f"{url}api/v1/sources").status_code == 401
        said = {"token": token, "user": "root@local", "password": PASSWORD}
        assert httpx.post(f"{url}api/v1/setup", json=said).status_code == 204
        assert httpx.post(f"{url}api/v1/setup", json=said).status_code == 401
        login = {"user": "root@local", "password": PASSWORD}
        assert httpx.post(f"{url}api/v1/login", json=login).json()["operates"] is True
    kept = b"".join(path.read_bytes() for path in (cure.directory / "d").iterdir())
    assert token.encode() not in kept
    with started(cure) as (url, _):
        assert httpx.get(f"{url}api/v1/sources").status_code == 401


def test_a_server_for_other_machines_asks_for_credentials_and_shows_the_link(cure: Program):
    with started(
        cure,
        CURE_HOST="0.0.0.0",  # noqa: S104 - that is the question
        CURE_PUBLIC_URL="https://cure.example.jp",
    ) as (url, token):
        here = url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - as above
        assert token
        assert httpx.get(f"{here}api/v1/sources").status_code == 401
        named = httpx.get(f"{here}healthz", headers={"Host": "cure.example.jp"})
        assert named.status_code == 200
        assert "Strict-Transport-Security" in named.headers
        other = httpx.get(f"{here}healthz", headers={"Host": "example.com"})
        assert other.status_code == 421


def test_nobody_is_believed_where_he_says_he_comes_from(cure: Program):
    statuses: list[int] = []
    with started(cure, **ACCOUNTS) as (url, _), httpx.Client(base_url=url) as client:
        began = time.monotonic()
        while httpx.codes.TOO_MANY_REQUESTS not in statuses:
            answer = client.post(
                "api/v1/setup",
                json={"token": "x", "user": "root@local", "password": PASSWORD},
                headers={"X-Forwarded-For": f"198.51.100.{len(statuses) % 256}"},
            )
            statuses.append(answer.status_code)
            tries = 20 + (time.monotonic() - began) * 10 / 60  # 20 at once, and 10 a minute
            assert len(statuses) <= tries + 1
    assert statuses[:20] == [401] * 20
    assert set(statuses[20:-1]) <= {401}


def test_the_client_and_commands_show_a_key(cure: Program, monkeypatch, cowrie_log):
    assert cure("org", "add", "local", "--operator", "--data", "d").code == 0
    made = cure(
        "key", "add", "local", "--scope", "read", "--scope", "publish", "--data", "d", "--json"
    )
    token = re.search(r"cure_\w{8}_\w{43}", made.out)
    assert token is not None, made
    with started(cure) as (url, _):
        with Client(url) as client, pytest.raises(UnauthenticatedError):
            client.sources()
        with Client(url, key=token[0]) as client:
            assert client.sources() == []
        monkeypatch.setitem(os.environ, "CURE_KEY", token[0])
        with Client(url) as client:
            assert client.sources() == []
        log = cowrie_log("192.0.2.1")
        told = cure("ingest", "cowrie", log, "--url", url, "--json", CURE_KEY=token[0])
        assert told.json()["new_records"] == 1
        asked = cure("ask", "192.0.2.1", "--url", url, "--json", CURE_KEY=token[0])
        assert list(asked.json()["sources"]) == ["cowrie"]
        refused = cure("ask", "192.0.2.1", "--url", url)
        assert (refused.code, refused.out) == (1, "")
        assert "these credentials are not accepted" in refused.err
        narrow = cure("key", "add", "local", "--scope", "metrics", "--data", "d", "--json")
        key = re.search(r"cure_\w{8}_\w{43}", narrow.out)
        assert key is not None
        with Client(url, key=key[0]) as client, pytest.raises(ForbiddenError):
            client.sources()
