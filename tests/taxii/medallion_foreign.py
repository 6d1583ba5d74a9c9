"""pytest plug-in: run medallion's own TAXII 2.1 test-suite against any server, over HTTP.

medallion's tests call Flask's client in the same process. This replaces it by a small client that
sends the same requests to JUDGE_URL. It runs in the environment that `make medallion` makes.

    JUDGE_URL   where the server is, without a path
    JUDGE_ROOT  path of the API root that stands for medallion's ``/trustgroup1/``
    JUDGE_KEY   the key that stands for medallion's account, for a header Authorization: Bearer
"""

import os

import flask.app
import requests

_BASE = os.environ["JUDGE_URL"].rstrip("/")
_ROOT = os.environ["JUDGE_ROOT"]
_KEY = os.environ["JUDGE_KEY"]
_TIMEOUT_S = 20


def _path(asked: str) -> str:
    """Add the slash that the standard demands at the end, and put our root in place of theirs."""
    path, mark, query = asked.partition("?")
    path = path if path.endswith("/") else f"{path}/"
    if path.startswith("/trustgroup1/"):
        path = _ROOT + path.removeprefix("/trustgroup1/")
    return path + mark + query


class _Answer:
    """The part of Flask's answer that medallion's tests read."""

    def __init__(self, answer: requests.Response) -> None:
        self._answer = answer
        self.status_code = answer.status_code
        self.headers = answer.headers
        self.content_type = answer.headers.get("Content-Type")

    @property
    def json(self) -> object:
        try:
            return self._answer.json()
        except ValueError:
            return None


class _Client:
    def __init__(self) -> None:
        self._http = requests.Session()

    def _send(self, method: str, path: str, headers: object = None, **more: object) -> _Answer:
        given = dict(headers or {})
        if "Authorization" in given:
            given["Authorization"] = f"Bearer {_KEY}"
        answer = self._http.request(
            method, _BASE + _path(path), headers=given, data=more.get("data"), timeout=_TIMEOUT_S
        )
        return _Answer(answer)

    def get(self, path: str, **more: object) -> _Answer:
        return self._send("GET", path, **more)

    def post(self, path: str, **more: object) -> _Answer:
        return self._send("POST", path, **more)

    def delete(self, path: str, **more: object) -> _Answer:
        return self._send("DELETE", path, **more)


flask.app.Flask.test_client = lambda *_, **__: _Client()
