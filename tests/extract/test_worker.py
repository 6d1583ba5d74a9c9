"""A foreign document may crash its parser, fill the memory or never end: only it is lost."""

import pytest

from cure.errors import MalformedError
from cure.extract.worker import Worker
from extract import making

GOOD = making.docx(making.paragraph("It calls c2_a.onion."))
BOMB = making.docx("<w:p/>" * 8_000_000)
MIB = 1024 * 1024


def test_one_process_reads_many_documents() -> None:
    worker = Worker()
    try:
        texts = {worker.read(GOOD, "x").text for _ in range(5)}
    finally:
        worker.close()

    assert texts == {"It calls c2_a.onion.\n"}


def test_a_bomb_is_refused_and_the_next_document_is_read() -> None:
    worker = Worker(memory_bytes=512 * MIB)
    try:
        with pytest.raises(MalformedError, match="more memory than it may have"):
            worker.read(BOMB, "bomb.docx")
        assert worker.read(GOOD, "x").text
    finally:
        worker.close()


def test_a_document_that_takes_too_long_is_refused_and_the_next_one_is_read() -> None:
    worker = Worker(time_limit_s=5)
    try:
        with pytest.raises(MalformedError, match="takes more than 5 s"):
            worker.read(b"<html>" + b"<a b='" * 100_000, "slow.html")
        assert worker.read(GOOD, "x").text
    finally:
        worker.close()


def test_a_refused_document_keeps_the_process() -> None:
    worker = Worker()
    try:
        with pytest.raises(MalformedError, match="no text"):
            worker.read(b"\x00" * 100, "x")
        assert worker.read(GOOD, "x").text
    finally:
        worker.close()
