"""Maltrail's static lists: families, references, aliases and trails."""

import pytest

from cure.formats.maltrail import family_of
from cure.formats.trail import trail
from formats.saying import extras, read, reasons, words

HEAD = (
    "# Copyright (c) 2014-2026 Maltrail developers (https://github.com/stamparm/maltrail/)\n"
    "# See the file 'LICENSE' for copying permission\n\n"
)
FOLDER = "trails/static/"


def said(text: str, name: str = "malware/emotet.txt"):
    return [finding for reading in read(HEAD + text, FOLDER + name) for finding in reading.findings]


@pytest.mark.parametrize(
    ("name", "tag", "role", "platform"),
    [
        ("malware/emotet.txt", "malware:emotet", "c2", ""),
        ("malware/stop_ransomware.txt", "malware:stop_ransomware", "c2", ""),
        ("malware/android_anubis.txt", "malware:anubis", "c2", "android"),
        ("malware/osx_macma.txt", "malware:macma", "c2", "osx"),
        ("malware/elf_mirai.txt", "malware:mirai", "c2", "elf"),
        ("malware/apt_lazarus.txt", "actor:lazarus", "c2", ""),
        ("malware/apt_23.txt", "actor:apt-23", "c2", ""),
        ("malware/sinkhole_example.txt", "maltrail:sinkhole_example", "listed", ""),
        ("malware/hacked_example.txt", "maltrail:hacked_example", "c2", ""),
        ("malware/generic_stealer.txt", "maltrail:generic_stealer", "c2", ""),
        ("malicious/ek_example.txt", "malware:example", "c2", ""),
        ("malicious/merlin_c2.txt", "malware:merlin_c2", "c2", ""),
        ("suspicious/pua.txt", "maltrail:pua", "listed", ""),
        ("mass_scanner.txt", "maltrail:mass_scanner", "listed", ""),
    ],
)
def test_the_name_of_a_list_says_what_its_trails_are(name, tag, role, platform):
    family = family_of(FOLDER + name)
    assert (f"{family.taxonomy}:{family.term}", family.role, family.platform) == (
        tag,
        role,
        platform,
    )
    assert family.feed == "maltrail/" + name.rpartition("/")[2].removesuffix(".txt")


def test_every_trail_carries_the_tag_of_its_family_and_its_references():
    findings = said(
        "# Reference: https://example.org/one\n# Reference: https://example.org/two (# note)\n\n"
        "example.com\n192.0.2.1:8443\nhttp://192.0.2.2/a\n\n"
        "# Referecne https://example.org/three\n\nexample.net/gate.php\n"
    )
    assert [words(finding) for finding in findings] == [
        ["c2 example.com", "tag malware:emotet"],
        ["c2 192.0.2.1", "tag malware:emotet"],
        ["c2 http://192.0.2.2/a", "tag malware:emotet", "host 192.0.2.2"],
        ["c2 http://example.net/gate.php", "tag malware:emotet", "host example.net"],
    ]
    first = ["https://example.org/one", "https://example.org/two"]
    assert [extras(finding) for finding in findings] == [
        {"reference": first},
        {"reference": first, "port": 8443},
        {"reference": first},
        {"reference": ["https://example.org/three"]},
    ]


def test_a_heading_ends_the_references_but_a_trail_taken_out_does_not():
    findings = said(
        "# Reference: https://example.org/one\n# TITLE-HOST=Login\n\nexample.com\n#example.org\n"
        "example.net\n\n# Generic\n\nwww.example.net\n"
    )
    assert [extras(finding) for finding in findings] == [
        {"reference": ["https://example.org/one"]},
        {"reference": ["https://example.org/one"]},
        {},
    ]


def test_aliases_are_an_annotation_of_the_family():
    (finding,) = said("# Aliases: geodo, Heodo, emotet, CVE-2026-0001\n")
    assert finding.kind.value == "annotation"
    assert words(finding) == [
        "subject malware:emotet",
        "alias malware:geodo",
        "alias malware:heodo",
    ]


def test_aliases_of_a_group_are_groups():
    (finding,) = said("# Aliases: apt 27, Emissary Panda\n", "malware/apt_27.txt")
    assert words(finding) == ["subject actor:threat-group-3390", "alias actor:emissary-panda"]


def test_a_comment_after_a_trail_is_a_note():
    (finding,) = said("192.0.2.0/24 # scanner.example.com\n", "mass_scanner_cidr.txt")
    assert words(finding) == ["listed 192.0.2.0/24", "tag maltrail:mass-scanner-cidr"]
    assert extras(finding) == {"note": "scanner.example.com"}


@pytest.mark.parametrize(
    "part",
    ["/gate.php", "/a.php?b=", ".cc", ".example.com", r"(a|b)[0-9]{2}\.example\.com", "# x", ""],
)
def test_a_part_of_a_value_is_silent(part):
    assert reasons(f"{HEAD}{part}\n", f"{FOLDER}malware/emotet.txt")[-1] == ""


@pytest.mark.parametrize("line", ["192.0.2.1:22:443", "example.invalid", "free"])
def test_a_trail_that_is_broken_is_quarantined(line):
    assert "is not a domain" in reasons(f"{HEAD}{line}\n", f"{FOLDER}malware/emotet.txt")[-1]
    assert trail("example.com") is not None
