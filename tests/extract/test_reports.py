"""What is found in real reports, against what their authors list (`make bench-extract`)."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from conftest import SHARED
from cure.errors import MalformedError
from cure.extract.documents import read
from cure.extract.observables import observables
from cure.model import Observable, Topic, filehash, ip, recognise
from cure.model.observable import host_of

REPORTS = SHARED / "data" / "security_reports"
pytestmark = pytest.mark.skipif(
    not REPORTS.exists(), reason="needs the reports in ../shared/data/security_reports"
)
FORMS = {"ipv4": ip, "md5": filehash, "sha1": filehash, "sha256": filehash}


def f1_of_listed(name: str) -> dict[Topic, float]:
    """Return F1 for addresses and hashes, of which the lists need no interpretation."""
    counts: dict[Topic, Counter[str]] = {Topic.IP: Counter(), Topic.HASH: Counter()}
    with gzip.open(REPORTS / "gold" / f"{name}.jsonl.gz") as lines:
        documents = [json.loads(line) for line in lines]
    for document in documents:
        path = SHARED / "data" / document["doc"]
        found, _ = observables(read(path.read_bytes(), path.name))
        said = with_hosts(one.observable for one in found)
        listed = {
            form(one) for kind, form in FORMS.items() for one in document["gold"].get(kind, ())
        }
        for topic, count in counts.items():
            ours = {_first(one) for one in said if one.topic is topic}
            theirs = {one for one in listed if one.topic is topic}
            count["right"] += len(ours & theirs)
            count["all"] += len(ours) + len(theirs)
    return {topic: 2 * count["right"] / count["all"] for topic, count in counts.items()}


def with_hosts(values: Iterable[Observable]) -> set[Observable]:
    """Add the host of every URL, for the lists have it."""
    said = set(values)
    return said | {host_of(one.value) for one in said if one.topic is Topic.URL}


def _first(one: Observable) -> Observable:
    """Return a network as the gold has it: its first address."""
    return ip(one.value.partition("/")[0]) if one.topic is Topic.IP else one


def test_report_pages_yield_their_addresses_and_hashes() -> None:
    f1 = f1_of_listed("eset")

    assert f1[Topic.IP] >= 0.995
    assert f1[Topic.HASH] >= 0.995


def test_one_advisory_says_the_same_in_three_formats() -> None:
    said: list[set[Observable]] = []
    for suffix in ("pdf", "docx", "html"):
        data = (REPORTS / suffix / f"AA20-302A.{suffix}").read_bytes()
        found, _ = observables(read(data, f"AA20-302A.{suffix}"))
        topics = {Topic.IP, Topic.HASH}
        said.append({one.observable for one in found if one.observable.topic in topics})

    assert said[0] == said[1] == said[2]
    assert len(said[0]) == 52


@pytest.mark.parametrize("folder", ["talos", "strangereal", "avast", "netskope", "annoctr"])
def test_every_report_is_read_and_every_place_is_right(folder: str) -> None:
    paths = [path for path in sorted((REPORTS / folder).rglob("*")) if path.is_file()]
    for path in paths:
        data = path.read_bytes()
        document = read(gzip.decompress(data) if path.suffix == ".gz" else data, path.name)
        found, ignored = observables(document)
        text = document.text
        assert all(text[one.start : one.end] == one.as_written for one in found), path
        assert all(text[one.start : one.end] == one.value for one in ignored), path

    assert paths


def test_the_authors_own_lists_are_found_in_their_texts() -> None:
    with gzip.open(REPORTS / "gold" / "strangereal.jsonl.gz") as lines:
        documents = [json.loads(line) for line in lines]
    missed: list[str] = []
    total = 0
    for document in documents:
        said = {one for name in document["docs"] for one in _said(SHARED / "data" / name)}
        wanted = {one for text in document["gold_in_text"] if (one := _value(text))}
        total += len(wanted)
        missed += [one.value for one in wanted - said]

    assert total > 60
    assert len(missed) <= 3, missed


def _said(path: Path) -> set[Observable]:
    found, _ = observables(read(path.read_bytes(), path.name))
    return with_hosts(one.observable for one in found)


def _value(text: str) -> Observable | None:
    """Return a value of the list; what is a file's name there has the form of none."""
    try:
        one = recognise(text)
    except MalformedError:
        return None
    return None if one.topic in {Topic.TAG, Topic.DOMAIN} and "\\" in text else one
