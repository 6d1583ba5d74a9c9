"""Whether a server says that it can do its work, and why not when it cannot."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from cure.errors import LogError
from cure.hub.view import Changes
from cure.installation import Installation
from cure.interfaces import Appended
from cure.model import Record
from cure.web import readiness
from servers import application, asked, client_of, finding, ndjson

RECORDS = "/api/v1/records?source=a"


class Failing(Installation):
    """An installation whose appends fail while there is an error to fail with."""

    error: Exception | None = None

    def append(self, records: Sequence[Record]) -> tuple[Appended, Changes | None]:
        if self.error is not None:
            raise self.error
        return super().append(records)


def test_a_server_that_works_is_alive_and_ready(tmp_path: Path):
    with asked(tmp_path) as web:
        assert web.get("/healthz").status_code == 200
        answer = web.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_server_whose_writer_failed_is_alive_and_not_ready(tmp_path: Path):
    with (
        Failing(tmp_path, write=True) as installation,
        client_of(application(installation)) as web,
    ):
        installation.error = ZeroDivisionError("a bug")
        assert web.post(RECORDS, content=ndjson(finding("192.0.2.1"))).status_code == 503
        answer = web.get("/readyz")
        alive = web.get("/healthz").status_code
        collector = web.get("/services/collector/health").status_code
        told = web.get("/metrics").text

    assert answer.status_code == 503
    assert answer.json()["error"] == {
        "code": "not_ready",
        "message": readiness.FAILED,
        "detail": None,
    }
    assert (alive, collector) == (200, 503)
    assert "cure_ready 0.0" in told
    assert 'cure_alive{part="writer"} 0.0' in told


def test_a_server_is_not_ready_until_its_log_takes_records_again(tmp_path: Path):
    with (
        Failing(tmp_path, write=True) as installation,
        client_of(application(installation)) as web,
    ):
        installation.error = LogError("the disk of 192.0.2.66 is broken")
        web.post(RECORDS, content=ndjson(finding("192.0.2.1")))
        broken = web.get("/readyz")
        installation.error = None
        web.post(RECORDS, content=ndjson(finding("192.0.2.1")))
        mended = web.get("/readyz")

    assert (broken.status_code, mended.status_code) == (503, 200)
    assert broken.json()["error"]["message"] == readiness.REFUSED
    assert "192.0.2.66" not in broken.text


def test_a_server_whose_disk_is_full_is_not_ready(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(readiness, "_NO_DISK_BYTES", 1 << 60)
    with asked(tmp_path) as web:
        assert web.get("/readyz").json()["error"]["message"] == readiness.FULL


def test_a_server_that_cannot_write_is_not_ready(tmp_path: Path):
    with asked(tmp_path / "data") as web:
        (tmp_path / "data").rename(tmp_path / "gone")
        assert web.get("/readyz").json()["error"]["message"] == readiness.UNWRITABLE
        (tmp_path / "gone").rename(tmp_path / "data")


def test_the_disk_is_not_tried_at_every_question(tmp_path: Path, monkeypatch):
    with asked(tmp_path) as web:
        first = web.get("/readyz").status_code
        monkeypatch.setattr(readiness, "_NO_DISK_BYTES", 1 << 60)
        assert [web.get("/readyz").status_code for _ in range(3)] == [first] * 3
