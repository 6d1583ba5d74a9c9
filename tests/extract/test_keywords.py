"""Keywords: names, ids and descriptions in English and Japanese, and what only looks like one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.extract.keywords import Keyword, keywords, named_keywords, without_values
from cure.extract.observables import observables
from cure.extract.sentences import sentences
from cure.extract.text import Block, Document
from cure.model import tag

REAL = Path(__file__).parents[3] / "shared" / "data" / "security_reports"
NAMES = [
    "マルウェア「\0」",
    'マルウェア「"」',
    "Emotet",
    "エモテット",
    "APT28",
    "Maze ransomware",
    "T1059.001",
    "CVE-2021-44228",
    "日本",
]


def named(text: str) -> list[str]:
    return [one.tag for one in named_keywords(Document(text))]


def found(text: str, prefix: str) -> list[Keyword]:
    return [one for one in keywords(Document(text)) if one.tag.startswith(prefix)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Emotet is back", ["malware:emotet"]),
        ("(Heodo)", ["malware:emotet"]),
        ("Emotet's loader, CobaltStrike.", ["malware:emotet", "malware:cobalt-strike"]),
        ("Win32/Emotet.AA", ["malware:emotet"]),
        ("APT 28 and APT-29", ["actor:apt28", "actor:apt29"]),
        ("ＥＭＯＴＥＴ", ["malware:emotet"]),
        ("攻撃グループLazarusによる攻撃", ["actor:lazarus-group"]),
        ("エモテットへの感染", ["malware:emotet"]),
        ("米国の金融業界を狙う", ["country:us", "sector:finance"]),
        ("the financial sector in Japan", ["sector:finance", "country:jp"]),
        ("T1059.001, TA505 and G0007", ["attack:T1059.001", "actor:ta505", "actor:apt28"]),
        ("CVE-2021-44228 is of CWE-502", ["cve:cve-2021-44228", "cwe:cwe-502"]),
        ("CVE–2021–44228", ["cve:cve-2021-44228"]),
        ("TLP:AMBER+STRICT", ["tlp:amber+strict"]),
        ("they ran net.exe", ["malware:net"]),
    ],
)
def test_what_is_named_is_found(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "NotEmotetAtAll",
        "see https://example.com/emotet-is-back",
        "emotet.com and mail@emotet.com",
        "C:\\Users\\Emotet\\a",
        "a maze of rules, net profit, cool flame",
        "Maze of rules",
        "he ate turkey in china shops",
        "written in .NET",
        "ランサムウェア一般の注意",
    ],
)
def test_what_only_looks_like_a_name_is_not(text):
    assert named(text) == []


def test_a_plain_word_is_a_name_beside_its_noun():
    (one,) = found("The Maze ransomware gang.", "malware:maze")

    assert one.as_written == "Maze"
    assert "'ransomware' stands beside it" in one.why


def test_a_plain_word_is_a_name_in_a_row_of_names_before_their_noun():
    assert named("Maze, Ryuk and Egregor ransomware") == [
        "malware:maze",
        "malware:ryuk",
        "malware:egregor",
    ]


def test_a_plain_word_is_a_name_where_the_text_speaks_of_the_thing_elsewhere():
    text = "Cobalt Strike was seen. Its Beacon calls home."

    assert [one.as_written for one in found(text, "malware:")] == ["Cobalt Strike", "Beacon"]
    assert named("Its Beacon calls home.") == []


def test_the_noun_tells_a_group_from_its_malware():
    assert named("the Carbanak group") == ["actor:carbanak"]
    assert named("the Carbanak backdoor") == ["malware:carbanak"]


def test_a_described_technique_weighs_less_than_a_named_one():
    named_one, described = found("Process Injection; it injects code into explorer", "attack:T1055")

    assert (named_one.weight, named_one.as_written) == (1.0, "Process Injection")
    assert described.weight < named_one.weight
    assert "describe" in described.why


def test_a_new_name_is_proposed_apart_with_its_evidence():
    (one,) = found("A new backdoor dubbed Zqx7Loader was found.", "candidate:")

    assert (one.tag, one.as_written) == ("candidate:zqx7loader", "Zqx7Loader")
    assert "dubbed" in one.why
    assert one.weight < 1


def test_a_new_name_in_japanese_is_proposed():
    assert [one.tag for one in found("マルウェア「ゾルゲート」を確認した", "candidate:")] == [
        "candidate:ゾルゲート"
    ]


def test_what_a_catalogue_has_is_no_new_name():
    assert not found("malware called Emotet, the Emotet malware", "candidate:")


@given(st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=20)), max_size=8))
def test_every_keyword_is_where_it_says_and_its_tag_is_canonical(parts):
    text = " ".join(parts)

    for one in keywords(Document(text)):
        assert text[one.start : one.end] == one.as_written
        assert tag(one.tag).value == one.tag


@given(st.text("AZaz.!?。 \nあ漢", max_size=60))
def test_sentences_are_in_order_and_leave_out_blanks_only(text):
    last = 0
    for start, end in sentences(Document(text)):
        assert last <= start < end
        assert not text[last:start].strip()
        last = end
    assert not text[last:].strip()


def test_a_line_of_code_is_a_sentence():
    text = "one\ntwo"

    assert sentences(Document(text, (Block("code", 0, 7),))) == [(0, 3), (4, 7)]


@pytest.mark.skipif(not REAL.exists(), reason="the labelled reports are not here")
def test_named_malware_groups_and_tools_reach_what_the_page_says(monkeypatch):
    """The figures are those of bench/keywords.py and of docs/keywords.md."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "bench"))
    import keywords as bench  # noqa: PLC0415 - a script, and only here

    right = wrong = missed = 0
    for score in bench.linked().values():
        right, wrong, missed = right + score.right, wrong + score.wrong, missed + score.missed

    assert 2 * right / (2 * right + wrong + missed) >= 0.9


def test_a_name_within_an_observable_is_no_keyword():
    document = Document("Emotet called emotet.evil-lantern.net and c2.evil-lantern.net")
    found, _ = observables(document)
    spoken = without_values(keywords(document), found)
    assert [(one.as_written, one.start) for one in spoken] == [("Emotet", 0)]
