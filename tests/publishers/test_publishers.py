"""What holds for every publisher; a new one is found by itself, and nothing here is edited."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cure.publishers
from cure.formats import lines as formats_lines
from cure.interfaces import Input, Line, Publisher, Reading, Setting, Unreadable
from cure.model import Finding, domain, ip
from cure.model.finding import complete
from cure.model.networks import Networks

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 12, 31, tzinfo=UTC)
SAMPLES = Path(__file__).parent / "samples"
MAX_LINES = 120
SETTING = Setting(
    own=Networks(("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "192.0.2.0/24")),
    listed=frozenset((domain("phish.example.com"), ip("203.0.113.66"))),
)
"""What the samples take for told: 192.0.2.0/24 is their own side."""

MODULES: dict[str, ModuleType] = {
    found.name: importlib.import_module(f"cure.publishers.{found.name}")
    for found in pkgutil.iter_modules(cure.publishers.__path__)
}
FOLDERS = sorted({path.parent for path in SAMPLES.rglob("input.*")})
each_publisher = pytest.mark.parametrize("name", MODULES)
each_sample = pytest.mark.parametrize(
    "folder", FOLDERS, ids=lambda folder: folder.relative_to(SAMPLES).as_posix()
)


def publisher_of(name: str) -> Publisher:
    return MODULES[name].PUBLISHER


def lines_of(raw: bytes) -> list[Line]:
    *lines, rest = raw.split(b"\n")
    return [*lines, rest] if rest else [*lines]


def read(publisher: Publisher, lines: list[Line], name: str = "input.jsonl") -> list[Reading]:
    """Read all lines; that a line is left over would be a loss nobody notices."""
    stream = iter(lines)
    given = Input(
        name=name,
        as_of=AS_OF,
        lines=stream,
        blocks=blocks_of(stream),
        head=b"\n".join(line for line in lines if isinstance(line, bytes))[:4096],
        setting=SETTING,
    )
    readings = list(publisher.read(given))
    assert next(stream, None) is None
    assert readings or not any(lines)
    return readings


def blocks_of(lines: Iterator[Line]) -> Iterator[bytes | Unreadable]:
    """Give the same as bytes, line ends and all."""
    for line in lines:
        yield line if isinstance(line, Unreadable) else line + b"\n"


def sample_lines(name: str) -> list[Line]:
    paths = sorted((SAMPLES / name).rglob("input.*"))
    return [line for path in paths for line in lines_of(path.read_bytes())]


def takes_lines(publisher: Publisher) -> bool:
    """Whether every line of the format stands for itself."""
    return inspect.getmodule(publisher.read) is formats_lines


@each_publisher
def test_a_name_plate_is_complete(name):
    publisher = publisher_of(name)
    assert publisher.name == name
    assert publisher.title.isascii()
    assert re.search(r"[ぁ-んァ-ヶ一-龠]", publisher.title_ja)
    assert publisher.topics
    assert publisher.reference.startswith("https://")


@each_publisher
def test_a_publisher_is_a_short_file_that_says_what_it_reads(name):
    module = MODULES[name]
    assert (module.__doc__ or "").strip()
    assert len(inspect.getsource(module).splitlines()) <= MAX_LINES


@each_publisher
def test_a_publisher_has_samples(name):
    assert any(folder.is_relative_to(SAMPLES / name) for folder in FOLDERS)


@each_sample
def test_a_sample_belongs_to_a_publisher_and_tells_its_origin(folder):
    name = folder.relative_to(SAMPLES).parts[0]
    assert name in MODULES
    above = [folder, *folder.parents]
    told = next(path / "PROVENANCE.md" for path in above if (path / "PROVENANCE.md").is_file())
    assert told.is_relative_to(SAMPLES / name)
    for word in ("source", "made", "licence"):
        assert re.search(rf"(?m)^\W*{word}\W*:\W*\w", told.read_text("utf-8")), word


@each_sample
def test_a_sample_is_read_as_expected(folder):
    publisher = publisher_of(folder.relative_to(SAMPLES).parts[0])
    said = [
        msgspec.json.encode(complete(finding, AS_OF, NOW)).decode()
        for path in sorted(folder.glob("input.*"))
        for reading in read(publisher, lines_of(path.read_bytes()), path.name)
        for finding in reading.findings
    ]
    assert said == (folder / "expected.jsonl").read_text("utf-8").splitlines()


@each_sample
def test_a_publisher_speaks_of_its_topics_only(folder):
    publisher = publisher_of(folder.relative_to(SAMPLES).parts[0])
    for path in folder.glob("input.*"):
        for reading in read(publisher, lines_of(path.read_bytes()), path.name):
            for finding in reading.findings:
                assert topics_of(finding) <= publisher.topics


def topics_of(finding: Finding) -> set[str]:
    return {mention.topic for mention in complete(finding, AS_OF, NOW).observables}


@each_publisher
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_publisher_survives_any_bytes_and_loses_no_line(name, data):
    publisher = publisher_of(name)
    lines = data.draw(st.lists(noisy(sample_lines(name)), max_size=12))
    readings = read(publisher, lines)
    numbers = [reading.number for reading in readings]
    assert len(set(numbers)) == len(numbers)
    for reading in readings:
        assert reading.lines > 0
        assert not (reading.findings and reading.why)
    if takes_lines(publisher):
        assert numbers == list(range(1, len(lines) + 1))
        alone = [read(publisher, [line])[0] for line in lines]
        assert [r.findings for r in readings] == [r.findings for r in alone]
        assert [r.why for r in readings] == [r.why for r in alone]


def noisy(good: list[Line]) -> st.SearchStrategy[Line]:
    """Draw a line of a sample, whole or spoilt, or any other bytes."""
    whole = st.sampled_from([b"", *good])
    cut = st.builds(lambda line, at: line[: at % (len(line) + 1)], whole, st.integers(0, 9999))
    spoilt = st.builds(
        lambda line, at, byte: line[: at % (len(line) + 1)] + byte + line[at % (len(line) + 1) :],
        whole,
        st.integers(0, 9999),
        st.binary(min_size=1, max_size=2),
    )
    return st.one_of(whole, cut, spoilt, st.binary(max_size=60)).filter(lambda x: b"\n" not in x)


@each_publisher
def test_a_line_that_could_not_be_delivered_is_quarantined_with_its_reason(name):
    readings = read(publisher_of(name), [Unreadable(b"head", "the file breaks off here")])
    assert ["the file breaks off here" in reading.why for reading in readings] == [True]
    assert not readings[0].findings


@each_publisher
def test_the_same_lines_always_say_the_same(name):
    publisher = publisher_of(name)
    lines = sample_lines(name)
    assert read(publisher, lines) == read(publisher, lines)
