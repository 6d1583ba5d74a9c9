"""The vocabulary: one thing has one tag, whatever it is called and in whichever script."""

import pytest

from cure.extract.analyst_tags import canonical
from cure.extract.catalogues import Entry
from cure.extract.vocabulary import Vocabulary, key, vocabulary
from cure.model import tag


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Emotet", "Heodo", "Geodo", "emotet", "エモテット", "ｴﾓﾃｯﾄ"), "malware:emotet"),
        (("QakBot", "Qbot", "Pinkslipbot"), "malware:qakbot"),
        (("Cobalt Strike", "CobaltStrike", "cobalt-strike"), "malware:cobalt-strike"),
        (("APT28", "Fancy Bear", "Sofacy", "ファンシーベア"), "actor:apt28"),
        (("Lazarus Group", "Lazarus", "HIDDEN COBRA", "ラザルス"), "actor:lazarus-group"),
        (("Process Injection",), "attack:T1055"),
        (("Japan", "日本"), "country:jp"),
        (("Finance", "金融"), "sector:finance"),
    ],
)
def test_all_names_of_a_thing_have_its_tag(names, expected):
    assert {name: vocabulary().named(name).tag for name in names} == dict.fromkeys(names, expected)


def test_every_tag_is_canonical():
    tags = {term.tag for terms in vocabulary().names.values() for term in terms}

    assert {tag(one).value for one in tags} == tags


def test_a_name_stands_for_one_thing_of_a_kind():
    for terms in vocabulary().names.values():
        assert len({term.kind for term in terms}) == len(terms)


def test_the_first_catalogue_decides_what_a_thing_is_called():
    made = Vocabulary()
    made.add(Entry("malware", "First", ["Alias", "Other"], "one"))
    made.add(Entry("malware", "Second", ["Alias", "Other", "Third"], "two"))

    assert made.named("Third").tag == "malware:first"
    assert made.named("Second").tag == "malware:first"


def test_one_shared_alias_does_not_make_two_things_one():
    made = Vocabulary()
    made.add(Entry("malware", "First", ["Alias"], "one"))
    made.add(Entry("malware", "Second", ["Alias"], "two"))

    assert made.named("Second").tag == "malware:second"
    assert made.named("Alias").tag == "malware:first"


def test_an_id_of_attack_identifies_whatever_the_name():
    made = Vocabulary()
    made.add(Entry("actor", "First", [], "one", "G9999"))
    made.add(Entry("actor", "Other", ["G9999"], "two"))

    assert made.named("Other").tag == "actor:first"
    assert made.with_id("G9999").name == "First"


def test_a_group_and_malware_of_one_name_are_both_known():
    assert vocabulary().named("Carbanak", "malware").tag == "malware:carbanak"
    assert vocabulary().named("Carbanak", "actor").tag == "actor:carbanak"


def test_the_noun_of_a_name_may_be_left_out_or_added():
    assert vocabulary().named("Raccoon", "malware").name == "Raccoon Stealer"
    assert vocabulary().named("Turla Group", "actor").name == "Turla"
    assert vocabulary().named("NetwireRAT", "malware").name == "NETWIRE"


def test_keys_leave_out_what_writers_vary():
    assert key("Fancy-Bear") == key("FANCY BEAR") == key("fancy_bear") == "fancybear"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("#CobaltStrike", "malware:cobalt-strike"),
        ("Turla", "actor:turla"),
        ('misp-galaxy:threat-actor="Turla Group"', "actor:turla"),
        ('misp-galaxy:mitre-malware="Emotet - S0367"', "malware:emotet"),
        ('misp-galaxy:banker="Geodo"', "malware:emotet"),
        ('misp-galaxy:mitre-attack-pattern="PowerShell - T1059.001"', "attack:T1059.001"),
        ('misp-galaxy:mitre-attack-pattern="PowerShell - T1086"', "attack:T1086"),
        ('misp-galaxy:ransomware="Never Heard Of"', "malware:never-heard-of"),
        ('misp-galaxy:target-information="Japan"', "country:jp"),
        ("#phishing", "attack:T1566"),
        ("T1059", "attack:T1059"),
        ("CVE-2021-44228", "cve:cve-2021-44228"),
    ],
)
def test_a_tag_of_an_analyst_becomes_the_canonical_one(written, expected):
    assert canonical(written).value == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "#",
        "malware",
        "#APT",
        "tlp:white",
        "no such thing",
        'misp-galaxy:mitre-course-of-action="Audit - T1084"',
        'misp-galaxy:ransomware=" "',
    ],
)
def test_a_tag_that_means_nothing_we_know_is_none(written):
    assert canonical(written) is None
