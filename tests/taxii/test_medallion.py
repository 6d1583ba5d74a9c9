"""medallion's own test-suite against our server: what fails is what docs/taxii.md lists."""

import json
import os
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec

from cure.hub.batch import microseconds
from cure.subscribers.taxii.asked import read_moment
from cure.subscribers.taxii.collections import Collection
from guarded import guarded
from servers import NOW, running
from taxii.world import PUBLISHERS

ROOT = Path(__file__).parents[2]
MEDALLION = ROOT / ".medallion"
SUITE = MEDALLION / "suite" / "medallion" / "test"
HERE = Path(__file__).parent
ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def listed() -> set[str]:
    """Return the cases that the documentation says we answer in another way."""
    return set(ROW.findall((ROOT / "docs" / "taxii.md").read_text("utf-8")))


def at_us(text: str) -> int:
    return microseconds(read_moment(text))


def seed(file: Path, root: str) -> None:
    """Put in what medallion's suite expects to find, with its dates and its statuses."""
    said = json.loads((SUITE / "data" / "default_data.json").read_text("utf-8"))["trustgroup1"]
    with closing(sqlite3.connect(file)) as to, to:
        to.execute("INSERT INTO root VALUES (?, ?)", (root, said["information"]["title"]))
        for one in said["collections"]:
            body = msgspec.json.encode(msgspec.convert(one, Collection))
            to.execute("INSERT INTO collection VALUES (?, ?, ?)", (one["id"], root, body))
            dates = {(row["id"], row["version"]): row["date_added"] for row in one["manifest"]}
            for its in one["objects"]:
                version = its.get("modified") or its["created"]
                to.execute(
                    "INSERT INTO object (root, collection, id, kind, spec, version, version_us,"
                    " date_us, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(root, one["id"], its["id"], its["type"]),
                        *(its.get("spec_version", "2.0"), version, at_us(version)),
                        *(at_us(dates[its["id"], version]), json.dumps(its).encode()),
                    ),
                )
        for status in said["status"]:
            row = (status["id"], root, microseconds(NOW), json.dumps(status).encode())
            to.execute("INSERT INTO status VALUES (?, ?, ?, ?)", row)


def test_medallions_suite_passes_but_for_the_cases_that_are_documented(tmp_path: Path):
    report = tmp_path / "report.xml"
    with guarded(tmp_path / "data", is_served=False, publishers=PUBLISHERS) as world:
        seed(tmp_path / "data" / "taxii.sqlite", "soc")
        with running(world.app) as url:
            environment = {
                **os.environ,
                "PYTHONPATH": str(HERE),
                "JUDGE_URL": url,
                "JUDGE_ROOT": "/taxii2/soc/",
                "JUDGE_KEY": world.tokens["soc"],
            }
            command = [MEDALLION / "bin" / "python", "-m", "pytest", "-p", "medallion_foreign"]
            more = ["-c", "tox.ini", "-p", "no:cacheprovider", "-q", "--backends", "memory"]
            done = subprocess.run(
                [*command, *more, f"--junitxml={report}", SUITE / "test_backends.py"],
                cwd=MEDALLION / "suite",
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
    assert report.exists(), done.stdout + done.stderr
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 - pytest has just written it
    fates: dict[str, set[str]] = {}
    for case in cases:
        name = str(case.get("name"))
        if "mongo" not in name:
            fates.setdefault(name.partition("[")[0], set()).update(child.tag for child in case)
    wrong = {"failure", "error"}
    failed = {name.removeprefix("test_") for name, fate in fates.items() if fate & wrong}
    assert len(fates) > 75
    assert failed == listed()
