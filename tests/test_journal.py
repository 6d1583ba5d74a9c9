"""What a server says of itself: one line each, out of which nothing that others wrote breaks."""

import json
import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.journal import REQUEST, JsonLines, TextLines, kept_journal
from hostile import HOSTILE
from program import Program
from servers import finding, ndjson
from waiting import PATIENCE_S

LOG = logging.getLogger("cure.tests")
"""A logger of ours."""


def record(message: str, error: Exception | None = None, **fields: object) -> logging.LogRecord:
    info = None if error is None else (type(error), error, None)
    made = LOG.makeRecord(LOG.name, logging.WARNING, "x.py", 1, message, (), info)
    made.fields = fields
    return made


@given(st.text(), st.text(), st.text())
def test_nothing_that_is_said_makes_a_second_line_or_reaches_a_terminal(message, field, error):
    said = record(message, ValueError(error), field=field, number=7)

    as_json, as_text = JsonLines().format(said), TextLines().format(said)

    assert as_json.isprintable()
    told = json.loads(as_json)
    assert told["message"].isprintable()
    assert (told["level"], told["logger"], told["number"]) == ("warning", "cure.tests", 7)
    assert all(line.isprintable() for line in told["traceback"])
    head, *below = as_text.split("\n")
    assert head.isprintable()
    assert all(line.startswith("  | ") and line.isprintable() for line in below)


@given(st.text())
def test_a_field_cannot_look_like_another(text):
    line = TextLines().format(record("said", field=text, status=200))

    assert line.endswith(" status=200")
    assert line.count(" status=") == 1 or '"' in line


def test_what_is_said_for_a_request_carries_its_id_and_its_moment():
    at = datetime(2026, 1, 15, 12, 0, 0, 250_000, tzinfo=UTC)
    token = REQUEST.set("0123456789abcdef")
    try:
        said = record("said")
        said.created = at.timestamp()
        told = json.loads(JsonLines().format(said))
    finally:
        REQUEST.reset(token)

    assert (told["at"], told["request"]) == ("2026-01-15T12:00:00.250Z", "0123456789abcdef")


def test_a_thread_that_fails_is_heard_of_in_the_same_form(capfd):
    with kept_journal("json", "warning"):
        failing = threading.Thread(target=lambda: 1 / 0, name="a thread of ours")
        failing.start()
        failing.join()

    [line] = capfd.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["level"], told["message"]) == ("critical", "a bug of ours in a thread of ours")
    assert told["traceback"][-1] == "ZeroDivisionError: division by zero"


def test_libraries_say_warnings_only_whatever_we_say(capfd):
    with kept_journal("text", "debug"):
        logging.getLogger("httpx").info("GET https://example.com/?key=secret")
        LOG.debug("we said")

    said = capfd.readouterr().err
    assert "secret" not in said
    assert "we said" in said


@pytest.fixture
def said(tmp_path: Path) -> list[dict[str, object]]:
    """Return what a server said that was asked by strangers, by a key, and by a wrong one."""
    cure = Program(tmp_path)
    cure.environment |= {"CURE_LOG_FORMAT": "json", "CURE_LOG_LEVEL": "debug"}
    cure("org", "add", "local", "--operator", "--data", "d")
    made = ("key", "add", "local", "--scope", "read", "--scope", "publish", "--data", "d", "--json")
    key = cure(*made).json()["token"]
    with cure.start("run", "--data", "d", "--port", "0", stdout=-1, stderr=-1) as server:
        assert server.stdout is not None
        url = server.stdout.readline().decode().split()[-1]
        with httpx.Client(base_url=url) as web:
            headers = {"Authorization": f"Bearer {key}"}
            body = ndjson(finding("192.0.2.66"), b"rubbish of 192.0.2.66")
            web.post("/api/v1/records?source=sensor", content=body, headers=headers)
            web.get("/api/v1/observables/ip/192.0.2.66", headers=headers)
            for payload in HOSTILE[:40]:
                web.get("/api/v1/search", params={"pattern": payload}, headers=headers)
            wrong = {"Authorization": "Bearer wrong66"}
            web.get("/api/v1/search?pattern=192.0.2.66", headers=wrong)
            web.get("/healthz", headers={"Host": "192.0.2.66"})
        server.terminate()
        _, lines = server.communicate(timeout=PATIENCE_S)
    text = lines.decode()
    for asked in (key, "192.0.2.66", "rubbish", "wrong66", "hostile"):
        assert asked not in text
    return [json.loads(line) for line in text.splitlines()]


def test_each_answer_is_a_line_that_holds_nothing_of_what_was_asked(said):
    answers = [one for one in said if one["message"] == "answered"]

    assert len(answers) == len(said)
    told = [(one["operation"], one["status"], one["principal"]) for one in answers]
    assert told[:2] == [("publish", 200, "local"), ("card_of_observable", 200, "local")]
    assert told[-2:] == [("search", 401, ""), ("none", 421, "")]
    assert set(answers[0]) == {
        *("at", "level", "logger", "message", "request"),
        *("operation", "status", "ms", "principal", "from"),
    }
