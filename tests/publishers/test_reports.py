"""Reports: each observable with what it belongs to, once; label sets are no reports."""

from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import pytest

from cure.formats.label_sets import is_label_set
from cure.interfaces import Input, Reading, Unreadable
from cure.model import Finding
from cure.origins.files import inputs, paths_of
from cure.publishers.reports import PUBLISHER

REAL = Path(__file__).parents[3] / "shared" / "data" / "security_reports"
NOW = datetime(2026, 12, 31, tzinfo=UTC)
LABELS = {"annoctr_labels", "cyner", "aptner", "tram", "gold"}
A, B = (sha256(name.encode()).hexdigest() for name in ("invented a", "invented b"))
needs_data = pytest.mark.skipif(not REAL.exists(), reason="the real reports are not here")


def read(text: str | bytes, name: str = "report.md") -> list[Reading]:
    data = text if isinstance(text, bytes) else text.encode()
    given = Input(name=name, as_of=NOW, lines=iter(()), blocks=iter([data]), head=data[:4096])
    return list(PUBLISHER.read(given))


def said(text: str, name: str = "report.md") -> list[Finding]:
    return [finding for reading in read(text, name) for finding in reading.findings]


def tags(finding: Finding) -> set[str]:
    return {one.value for one in finding.observables if one.role == "tag"}


def test_a_document_is_one_element_and_each_observable_one_finding():
    (reading,) = read(f"# Emotet\n\n{A} and {B}, once more {A}\n")

    assert [finding.observables[0].value for finding in reading.findings] == [A, B]
    assert reading.lines == 1


def test_a_finding_has_the_tags_that_belong_to_it_and_no_others():
    first, second = said(f"# Report\n\n- Emotet: {A}\n- TrickBot: {B}\n")

    assert (tags(first), tags(second)) == ({"malware:emotet"}, {"malware:trickbot"})


def test_title_and_section_are_told():
    (finding,) = said(f"# Report\n\n## Samples\n\n- {A}\n")

    assert finding.attributes == {"title": "Report", "section": "Report / Samples"}


def test_the_page_of_the_report_is_a_reference_and_no_attribute():
    (finding,) = said(f"# R\n\nThe report is at https://www.example.com/r.html\n\n{A}\n")

    assert [one.role for one in finding.observables] == ["sample", "reference"]


def test_the_day_in_the_name_is_when_it_was_seen():
    (finding,) = said(A, "reports/2026-02-03-report.txt")

    assert finding.first_seen == datetime(2026, 2, 3, tzinfo=UTC)
    assert said(A, "report.txt")[0].first_seen is None


def test_the_name_counts_where_the_text_names_nothing():
    (finding,) = said(A, "reports/emotet/samples.sha256")
    (other,) = said(f"TrickBot: {A}", "reports/emotet/samples.sha256")

    assert tags(finding) == {"malware:emotet"}
    assert finding.attributes == {"title": "emotet/samples.sha256"}
    assert tags(other) == {"malware:trickbot"}


def test_a_report_that_names_no_observable_says_what_it_speaks_of():
    (finding,) = said("# R\n\nThe Lazarus Group and Mimikatz, in Japan.\n")

    assert tags(finding) == {"actor:lazarus-group", "malware:mimikatz"}


def test_a_text_about_nothing_is_silent():
    (reading,) = read("# R\n\nA nice day in Japan.\n")

    assert not reading.findings
    assert not reading.why


@pytest.mark.parametrize(
    "labels",
    [
        b"We O\nsaw O\nEmotet B-MAL\nat O\nwork O\n\n. O\n",
        b"We\tO\tO\nsaw\tO\tO\nEmotet\tB-MALWARE\tO\nat\tO\tO\nwork\tO\tB-TECHNIQUE\n",
        b'[{"text": "x", "label": "T1003"}]',
        b'{"mention": "x", "label_link": "y"}\n',
        b'{"doc": "x", "gold": {}}\n',
    ],
)
def test_label_sets_are_silent(labels):
    (reading,) = read(labels)

    assert is_label_set(labels)
    assert (reading.findings, reading.why) == ((), "")


@pytest.mark.parametrize("text", [b"", b"O\n", b"plain text\n" * 9, b'{"text": "x"}', A.encode()])
def test_other_files_are_no_label_sets(text):
    assert not is_label_set(text)


def test_an_item_of_a_feed_is_an_element_with_its_page_and_its_date():
    item = (
        "<item><title>{}</title><link>{}</link><pubDate>{}</pubDate>"
        "<description>{}</description></item>"
    )
    date = "Thu, 15 Jan 2026 12:00:00 GMT"
    first, second, third, fourth = read(
        "<rss>"
        + item.format("A", "https://example.org/a", date, f"&lt;p&gt;Emotet: {A}&lt;/p&gt;")
        + item.format("B", "https://example.org/b", date, "We are hiring.")
        + item.format("C", "https://example.org/c", "soon", A)
        + item.format("D", "https://[/", date, A)
        + "</rss>",
        "https://example.org/feed",
    )

    [finding] = first.findings
    assert [(one.role, one.value) for one in finding.observables] == [
        ("sample", A),
        ("tag", "malware:emotet"),
        ("reference", "https://example.org/a"),
    ]
    assert finding.first_seen == datetime(2026, 1, 15, 12, tzinfo=UTC)
    assert (second.findings, second.why) == ((), "")
    assert "not a time" in third.why
    assert fourth.why
    assert [one.number for one in (first, second, third, fourth)] == [1, 2, 3, 4]


def test_a_feed_without_items_is_silent_and_half_a_one_quarantined():
    [empty], [half] = read("<rss></rss>"), read("<rss><item>")

    assert (empty.findings, empty.why) == ((), "")
    assert half.why


def test_a_broken_file_is_quarantined():
    blocks = iter([b"some", Unreadable(b"some", "it breaks off here"), b"more"])
    (reading,) = PUBLISHER.read(Input(name="r", as_of=NOW, lines=iter(()), blocks=blocks))

    assert "it breaks off here" in reading.why
    assert next(blocks, None) is None


@lru_cache
def real() -> dict[str, list[Reading]]:
    return {
        str(path.relative_to(REAL)): [
            reading for one in inputs(path, NOW) for reading in PUBLISHER.read(one)
        ]
        for path in paths_of([REAL])
    }


@needs_data
def test_every_real_file_is_accounted_for_and_none_is_unreadable():
    assert {name for name, readings in real().items() if len(readings) != 1} == set()
    assert {name: r[0].why for name, r in real().items() if r[0].why} == {}


@needs_data
def test_real_label_sets_are_silent_and_nearly_all_reports_speak():
    silent = {name for name, readings in real().items() if not readings[0].findings}
    label_sets = {name for name in real() if name.partition("/")[0] in LABELS}

    assert label_sets <= silent
    assert len(silent - label_sets) <= 20


@needs_data
def test_one_advisory_says_the_same_in_three_formats():
    domains = [
        {
            one.value
            for finding in readings[0].findings
            for one in finding.observables
            if one.topic == "domain"
        }
        for name, readings in real().items()
        if Path(name).stem == "AA20-302A"
    ]

    assert len(domains) == 3
    assert len(set.intersection(*domains)) >= 0.8 * len(set.union(*domains)) > 5


@needs_data
def test_real_findings_carry_the_family_that_the_report_is_about():
    found = Counter(
        one.value
        for finding in real()["eset/glupteba/README.adoc"][0].findings
        for one in finding.observables
        if one.role == "tag"
    )

    assert found.most_common(1)[0][0] == "malware:glupteba"
