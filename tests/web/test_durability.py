"""What was acknowledged is there after the process was killed, once."""

import json
import subprocess
import sys
from pathlib import Path

import httpx

from cure.installation import Installation
from cure.model import Audience, Tlp, ip
from servers import finding, ndjson

_SERVER = """
import sys
from pathlib import Path
from servers import application, running
from cure.installation import Installation

with Installation(Path(sys.argv[1]), write=True) as installation:
    with running(application(installation)) as url:
        print(url, flush=True)
        sys.stdin.read()
"""


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path):
    tests = Path(__file__).parents[1]
    environment = {"PYTHONPATH": f"{tests}:{tests.parent / 'src'}"}
    kept: list[str] = []
    for life in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", _SERVER, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        ) as server:
            assert server.stdout
            url = server.stdout.readline().decode().strip()
            for batch in range(5):
                values = [f"10.{life}.{batch}.{i}" for i in range(100)]
                body = ndjson(*map(finding, values), *map(finding, values[:10]))
                answer = httpx.post(f"{url}/api/v1/records?source=sensor", content=body).json()
                assert (answer["accepted"], answer["duplicates"]) == (100, 10)
                kept += values
            server.kill()

    with Installation(tmp_path, write=False) as installation:
        view = installation.gate.view(Audience("soc", Tlp.RED))
        assert len(installation) == len(kept) == 1000
        assert view.is_known([ip(value) for value in kept]).all()
        assert json.dumps(view.sources()[0].records) == "1000"
