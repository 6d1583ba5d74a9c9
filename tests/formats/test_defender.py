"""Defender: rows that speak, and rows that do not."""

from datetime import UTC, datetime

from cure.formats.defender import defender_rows, is_defender
from cure.interfaces import Input, Reading

HEADING = (
    "Timestamp,ActionType,FolderPath,SHA256,RemoteIP,RemoteUrl,InitiatingProcessFileName,"
    "InitiatingProcessFolderPath"
)
DIGEST = "0123456789abcdef" * 4
TIME = "2026-01-02T03:04:05.1234567Z"


def read(*rows: str) -> list[Reading]:
    lines = iter([row.encode() for row in (HEADING, *rows)])
    return list(defender_rows(Input(name="a", as_of=datetime(2026, 1, 3, tzinfo=UTC), lines=lines)))


def only(row: str) -> list[str]:
    _, reading = read(row)
    assert not reading.why
    return [f"{one.role} {one.value}" for said in reading.findings for one in said.observables]


def test_a_table_is_told_by_the_names_of_its_columns():
    assert is_defender(HEADING.encode() + b"\n")
    assert not is_defender(b'{"InitiatingProcess": 1, "a": 2}'.replace(b",", b" "))
    assert not is_defender(b"date,URL,description\n")


def test_a_connection_names_address_and_url():
    row = f"{TIME},ConnectionSuccess,,,198.51.100.1,https://example.com/a,a.exe,C:\\x"
    assert only(row) == ["target 198.51.100.1", "target https://example.com/a"]


def test_a_port_that_is_merely_open_is_silent():
    assert only(f"{TIME},ListeningConnectionCreated,,,198.51.100.1,,a.exe,C:\\x") == []


def test_an_action_of_no_interest_is_silent():
    assert only(f"{TIME},LogonSuccess,,{DIGEST},,,a.exe,C:\\x") == []


def test_the_image_is_folder_and_file():
    for folder in ("C:\\x", "c:\\x\\A.exe"):
        _, reading = read(f"{TIME},FileCreated,C:\\b,{DIGEST},,,a.exe,{folder}")
        assert str(reading.findings[0].attributes["image"]).lower() == "c:\\x\\a.exe"


def test_a_row_with_other_columns_or_a_bad_value_is_quarantined():
    _, short, hashed, timed = read(
        TIME, f"{TIME},FileCreated,,xyz,,,a,b", f"soon,FileCreated,,{DIGEST},,,a,b"
    )
    assert "other columns" in short.why
    assert "hash" in hashed.why
    assert "time" in timed.why


def test_the_names_of_columns_may_be_quoted():
    quoted = ",".join(f'"{name}"' for name in HEADING.split(","))
    assert is_defender(b"\xef\xbb\xbf" + quoted.encode() + b"\r\n")
