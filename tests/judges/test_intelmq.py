"""IntelMQ, in an environment of its own, collects from what we serve as MISP."""

import json
import subprocess
from pathlib import Path

import httpx
import pytest

from cure.installation import Installation
from servers import application, finding, ndjson, running

HERE = Path(__file__).parent
PYTHON = HERE.parents[1] / ".judges" / "intelmq" / "bin" / "python"


@pytest.mark.skipif(not PYTHON.exists(), reason="run `make judges` first")
def test_intelmq_s_collector_reads_what_stands_beside_a_tag(tmp_path: Path) -> None:
    tagged = {"topic": "tag", "value": "malware:tideloader", "role": "tag"}
    with (
        Installation(tmp_path, write=True) as installation,
        running(application(installation)) as url,
    ):
        for source, value in (("exist", "bad.example.com"), ("reports", "worse.example.com")):
            said = finding(value, "domain", "c2")
            said["observables"].append(tagged)
            also = finding("innocent.example.com", "domain", "subject")
            body = ndjson(said, also)
            sent = httpx.post(f"{url}/api/v1/records", params={"source": source}, content=body)
            assert sent.status_code == 200
        collected = subprocess.run(
            [PYTHON, HERE / "intelmq_collects.py", f"{url}/misp/", "malware:tideloader"],
            capture_output=True,
            text=True,
            check=True,
        )
    events = [json.loads(line) for line in collected.stdout.splitlines() if line[:1] == "{"]

    assert {one["source.fqdn"] for one in events} == {"bad.example.com", "worse.example.com"}
