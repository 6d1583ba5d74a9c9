"""What is released says of itself what it is."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_changelog_has_this_version_and_what_comes_next():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"(?m)^## \[([^\]]+)\]", text)

    assert versions[0] == "Unreleased"
    assert versions[1] == PROJECT["version"]
    assert re.findall(r"(?m)^## \[\d[^\]]*\] - \d{4}-\d\d-\d\d$", text)


def test_every_constraint_is_exact_and_named_once():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    names = [re.sub(r"[-_.]+", "-", pin.partition("==")[0]).lower() for pin in pins]

    assert all(re.fullmatch(r"[\w.-]+==[\w.+!]+", pin) for pin in pins)
    assert len(set(names)) == len(names)
    assert pins == sorted(pins, key=str.lower)
