"""`cure ingest` and `cure parse`: every line is accounted for, whatever it is."""

import gzip
import json
import os
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from cure.log.sqlite import SqliteLog
from program import Program, Ran
from waiting import soon

ACCOUNT = {
    *("publisher", "source", "files", "lines", "spoke", "silent", "quarantined", "reasons"),
    *("records", "new_records", "seconds", "lines_per_second", "records_per_second"),
}
Call = Callable[..., Ran]
WriteLog = Callable[..., Path]


def finding(number: int) -> bytes:
    said = {
        "observables": [{"topic": "ip", "value": f"2001:db8::{number:x}", "role": "attacker"}],
        "first_seen": "2026-01-02T03:04:05Z",
    }
    return json.dumps(said).encode() + b"\n"


def records(directory: Path) -> list[tuple[bytes, str]]:
    log = SqliteLog(directory / "log.sqlite", write=False)
    found = [(one.record.digest, one.record.source) for batch in log.read() for one in batch]
    log.close()
    return found


def test_the_account_tells_what_became_of_every_line(cure: Program, cowrie_log: WriteLog):
    log = cowrie_log("192.0.2.1", b"", "192.0.2.300", "192.0.2.2", b"{", "192.0.2.301")

    told = cure("ingest", "cowrie", log, "--data", "d", "--json").json()

    assert set(told) == ACCOUNT
    counts = {name: told[name] for name in ("files", "lines", "spoke", "silent", "quarantined")}
    assert counts == {"files": 1, "lines": 6, "spoke": 2, "silent": 1, "quarantined": 3}
    assert (told["records"], told["new_records"]) == (2, 2)
    (often, twice), (_, once) = told["reasons"].items()
    assert (often, twice, once) == (
        "not a ip: neither an IPv4 or IPv6 address nor a network",
        2,
        1,
    )


def test_the_account_is_told_to_people_in_words(call: Call, cowrie_log: WriteLog):
    ran = call("ingest", "cowrie", cowrie_log("192.0.2.1", b"{"), "--data", "d")

    first, spoke, silent, quarantined, why, last = ran.out.splitlines()
    assert first == "cowrie: 1 file, 2 lines"
    assert (spoke.split(), silent.split()) == (["spoke", "1"], ["silent", "0"])
    assert quarantined.split() == ["quarantined", "1"]
    assert why.split()[0] == "1"
    assert last.startswith("1 record, 1 of them new; ")
    assert "\x1b" not in ran.out


def test_reading_a_file_again_adds_nothing(call: Call, cowrie_log: WriteLog):
    log = cowrie_log("192.0.2.1", "192.0.2.2")
    call("ingest", "cowrie", log, "--data", "d")

    told = call("ingest", "cowrie", log, "--data", "d", "--json").json()

    assert (told["records"], told["new_records"]) == (2, 0)


def test_an_instance_is_a_source_of_its_own(call: Call, cowrie_log: WriteLog):
    log = cowrie_log("192.0.2.1")
    call("ingest", "cowrie", log, "--data", "d", "--instance", "tokyo-1")

    assert [source for _, source in records(Path.cwd() / "d")] == ["cowrie@tokyo-1"]
    assert call("ingest", "cowrie", log, "--data", "d", "--instance", "a b").code == 2


def test_an_unknown_publisher_is_told_with_those_there_are(call: Call, cowrie_log: WriteLog):
    ran = call("ingest", "kippo", cowrie_log("192.0.2.1"))

    assert ran.code == 2
    assert "there is no publisher 'kippo'; there are: amppot, attack, chorus, cowrie" in ran.err


def test_a_file_that_is_not_there_is_told_before_anything_is_read(call: Call):
    ran = call("ingest", "cowrie", "nowhere.json", "--data", "d", "--json")

    assert (ran.code, ran.json()["error"]["code"]) == (1, "source")
    assert not (Path.cwd() / "d").exists()


def test_a_directory_that_is_written_to_is_refused(cure: Program, cowrie_log: WriteLog):
    with cure.serving("--data", "d"):
        ran = cure("ingest", "cowrie", cowrie_log("192.0.2.1"), "--data", "d")

    assert ran.code == 2
    assert "is in use by process" in ran.err


def test_standard_input_is_a_file(cure: Program):
    told = cure("ingest", "findings", "-", "--data", "d", "--json", given=finding(1)).json()

    assert (told["lines"], told["new_records"]) == (1, 1)


def test_what_was_kept_before_a_kill_is_there_once_afterwards(cure: Program):
    lines = [finding(number) for number in range(12_000)]
    reading = cure.start("ingest", "findings", "-", "--data", "d", stdin=subprocess.PIPE)
    assert reading.stdin is not None
    reading.stdin.write(b"".join(lines[:10_000]))
    reading.stdin.flush()
    kept = wait_for_records(cure.directory / "d" / "log.sqlite")
    os.kill(reading.pid, signal.SIGKILL)
    reading.wait()
    reading.stdin.close()

    survived = records(cure.directory / "d")
    told = cure("ingest", "findings", "-", "--data", "d", "--json", given=b"".join(lines)).json()

    assert len(survived) >= kept
    assert told["new_records"] == 12_000 - len(survived)
    assert records(cure.directory / "d")[: len(survived)] == survived
    assert len(set(records(cure.directory / "d"))) == 12_000
    assert cure("verify", "--data", "d").code == 0


def wait_for_records(file: Path) -> int:
    """Return how many records another process has kept, as soon as there are any."""

    def count() -> int:
        try:
            with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as log:
                return log.execute("SELECT count(*) FROM record").fetchone()[0]
        except sqlite3.OperationalError:  # it is not there yet, or has no tables
            return 0

    return soon(count)


def test_whatever_a_file_holds_each_of_its_lines_is_accounted_for(call: Call, cowrie_log: WriteLog):
    good = "192.0.2.1"
    event = json.loads(cowrie_log(good).read_bytes())
    folder = Path.cwd() / "bad"
    folder.mkdir()
    numbers = (sha256(bytes([n & 255, n >> 8])).hexdigest() for n in range(20_000))
    events = b"".join(json.dumps(event | {"n": n}).encode() + b"\n" for n in numbers)
    (folder / "cut.json.gz").write_bytes(gzip.compress(events)[:-200])
    (folder / "rubbish").write_bytes(bytes(range(256)) * 8)
    (folder / "long").write_bytes(b"x" * (100 << 20) + b"\n" + json.dumps(event).encode())
    times = {"1970": "1970-01-01T00:00:00Z", "2100": "2100-01-01T00:00:00Z"}
    for name, line in {
        "nul": b"\0\0\0",
        "not-utf8": json.dumps(event).encode().replace(b"0123", b"\xff\xfe"),
        "utf16": json.dumps(event).encode("utf-16"),
        "deep": b'{"eventid":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        **{name: json.dumps(event | {"timestamp": at}).encode() for name, at in times.items()},
    }.items():
        (folder / name).write_bytes(line + b"\n")

    told = call("ingest", "cowrie", folder, "--data", "d", "--json").json()

    assert told["files"] == 9
    assert told["lines"] == told["spoke"] + told["silent"] + told["quarantined"]
    kept = call("quarantine", "--data", "d", "--json", "--limit", "100").lines()
    why = {Path(line["input"]).name: line["why"] for line in kept}
    per_file = Counter(Path(line["input"]).name for line in kept)
    assert len(kept) == told["quarantined"]
    assert per_file.pop("rubbish") == 9
    bad = ("cut.json", "long", "nul", "not-utf8", "utf16", "deep", "1970", "2100")
    assert per_file == dict.fromkeys(bad, 1)
    assert why["cut.json"].startswith("the compressed file is broken here")
    assert why["long"] == f"longer than {64 << 20} bytes"
    assert "before 1990" in why["1970"]
    assert "in the future" in why["2100"]
    assert told["spoke"] > 5_000


def test_what_parse_prints_is_what_ingest_keeps(cure: Program, cowrie_log: WriteLog):
    log = cowrie_log("192.0.2.1", b"", "192.0.2.2", b"{")

    ran = cure("parse", "cowrie", log)

    assert ran.code == 0
    first, second = ran.lines()
    assert list(first) == [
        *("kind", "observables", "first_seen", "last_seen", "count", "attributes", "key"),
    ]
    assert first["observables"] == [{"topic": "ip", "value": "192.0.2.1", "role": "attacker"}]
    assert first["first_seen"] == "2026-01-02T03:04:05.678901Z"
    assert second["observables"][0]["value"] == "192.0.2.2"
    where, account, *counts = ran.err.splitlines()
    assert where.startswith(f"{log}:4: ")
    assert account == "cowrie: 1 file, 4 lines"
    assert [line.split()[1] for line in counts[:3]] == ["2", "1", "1"]
    told = cure("ingest", "findings", "-", "--data", "d", "--json", given=ran.out.encode()).json()
    assert (told["spoke"], told["quarantined"], told["new_records"]) == (2, 0, 2)


def test_parse_ends_quietly_when_nobody_reads_on(cure: Program):
    lines = b"".join(finding(number) for number in range(30_000))
    (cure.directory / "many.jsonl").write_bytes(lines)
    parsing = cure.start(
        "parse", "findings", "many.jsonl", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert parsing.stdout is not None
    assert parsing.stderr is not None
    parsing.stdout.readline()
    parsing.stdout.close()

    assert parsing.stderr.read() == b""
    parsing.stderr.close()
    assert parsing.wait() == 1
