"""What is plugged in: our publishers, those of other packages, and the labels of both."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cure.app import label_of, operator, publisher_called, publishers
from cure.errors import ConfigError
from cure.model import Label, Tlp

SRC = Path(__file__).parents[1] / "src"
PLUG = """
from cure.interfaces import Publisher, Reading
from cure.model import Layer, Tlp

def read(source):
    yield from ()

PUBLISHER = Publisher(
    name={name!r}, title="A plug", title_ja="プラグ", layer=Layer.ARTIFACT,
    topics=frozenset(), tlp=Tlp.RED, read=read, reference="https://example.org/",
)
"""


def with_package(directory: Path, code: str, offered: str) -> subprocess.CompletedProcess[str]:
    """List the publishers where another package is installed that offers something."""
    (directory / "plug.py").write_text(code, "utf-8")
    metadata = directory / "plug-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: plug\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[cure.publishers]\nplug = {offered}\n")
    return subprocess.run(
        [sys.executable, "-m", "cure", "publishers"],
        env=os.environ | {"PYTHONPATH": f"{SRC}{os.pathsep}{directory}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_publisher_of_ours_is_found_under_the_name_of_its_file():
    files = {path.stem for path in (SRC / "cure" / "publishers").glob("[a-z]*.py")}

    found = publishers()

    assert files <= set(found)
    assert list(found) == sorted(found)
    assert all(name == one.name for name, one in found.items())


def test_an_unknown_publisher_is_told_with_those_there_are():
    with pytest.raises(ConfigError, match=r"no publisher 'x'; there are: amppot, attack"):
        publisher_called("x")


def test_a_publisher_of_another_package_is_found(tmp_path: Path):
    done = with_package(tmp_path, PLUG.format(name="plug"), "plug:PUBLISHER")

    assert done.returncode == 0
    assert "A plug" in done.stdout


def test_two_publishers_cannot_have_one_name(tmp_path: Path):
    done = with_package(tmp_path, PLUG.format(name="cowrie"), "plug:PUBLISHER")

    assert done.returncode == 2
    assert "plug:PUBLISHER offers a publisher 'cowrie', which is there" in done.stderr


def test_what_is_no_publisher_is_refused(tmp_path: Path):
    done = with_package(tmp_path, "PUBLISHER = 1", "plug:PUBLISHER")

    assert done.returncode == 2
    assert "plug:PUBLISHER of group cure.publishers is not a Publisher" in done.stderr


def test_the_operator_sees_what_is_read_here():
    label = label_of(publisher_called("findings"), "soc")

    assert label == Label(Tlp.AMBER, "soc")
    assert operator("soc").may_read("findings", label)
    assert not operator("partner").may_read("findings", label)
