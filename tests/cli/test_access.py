"""The commands by which an operator lets others in: org, user, key, grant, rating, audit."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.installation import Installation
from program import Ran

Call = Callable[..., Ran]
FAMILY = ("org", "user", "key", "grant", "rating", "audit")


@pytest.fixture
def soc(call: Call) -> Call:
    """Return what calls `cure` on a directory with two organisations."""

    def on_it(*arguments: object) -> Ran:
        return call(*arguments, "--data", "d")

    assert on_it("org", "add", "soc", "--operator").code == 0
    assert on_it("org", "add", "bank", "--tlp", "amber", "--group", "isac").code == 0
    return on_it


def told(ran: Ran) -> Any:  # noqa: ANN401 - JSON
    assert ran.code == 0, ran
    return ran.json()


def error(ran: Ran) -> tuple[int, str, str]:
    said = ran.json()["error"]
    return ran.code, said["code"], said["message"]


@pytest.mark.parametrize("name", FAMILY)
def test_every_command_shows_an_example(call: Call, name: str):
    family = call(name, "--help").out
    assert f"Example: cure {name} " in family
    subcommands = [
        line.split()[0]
        for line in family.partition("Commands:")[2].splitlines()
        if line.startswith("  ") and line[2] != " "
    ]

    assert len(subcommands) >= 3
    for one in subcommands:
        assert f"Example: cure {name} {one}" in call(name, one, "--help").out


def test_organisations_are_added_changed_and_removed(soc: Call):
    made = told(soc("org", "set", "bank", "--confidentiality", "2", "--json"))
    assert (made["tlp"], made["confidentiality"], made["groups"]) == ("TLP:AMBER", 2, ["isac"])
    assert told(soc("org", "show", "bank", "--json")) == made
    assert [one["name"] for one in told(soc("org", "list", "--json"))] == ["bank", "soc"]
    assert "TLP:AMBER" in soc("org", "show", "bank").out
    told(soc("org", "remove", "bank", "--json"))
    assert [one["name"] for one in told(soc("org", "list", "--json"))] == ["soc"]
    assert error(soc("org", "show", "bank", "--json"))[:2] == (1, "malformed")


def test_an_operator_whose_name_is_not_that_of_the_labels_is_warned(call: Call):
    ran = call("org", "add", "soc", "--operator", "--data", "d")

    assert ran.code == 0
    assert 'set organisation = "soc"' in ran.err


def test_users_are_added_changed_and_removed(soc: Call, monkeypatch: pytest.MonkeyPatch):
    told(soc("user", "add", "rin@bank", "--scope", "read", "--json"))
    made = told(soc("user", "set", "rin@bank", "--tlp", "GREEN", "--json"))
    assert (made["name"], made["scopes"], made["tlp"]) == ("rin@bank", ["read"], "TLP:GREEN")
    assert told(soc("user", "list", "bank", "--json")) == [made]
    monkeypatch.setattr(sys, "stdin", io.StringIO("seven green lanterns\n"))
    assert told(soc("user", "password", "rin@bank", "--json")) == {"user": "rin@bank"}
    assert told(soc("user", "totp", "rin@bank", "--json"))["uri"].startswith("otpauth://totp/")
    identity = {"iss": "https://id.example.jp", "sub": "24400320"}
    options = ("--iss", identity["iss"], "--sub", identity["sub"])
    assert told(soc("user", "bind", "rin@bank", *options, "--json")) == {
        "user": "rin@bank",
        **identity,
    }
    assert told(soc("user", "lock", "rin@bank", "--json"))["is_locked"]
    assert not told(soc("user", "lock", "rin@bank", "--off", "--json"))["is_locked"]
    assert told(soc("user", "remove", "rin@bank", "--json")) == {"removed": "rin@bank"}
    assert told(soc("user", "list", "--json")) == []


def test_a_key_is_shown_once_and_rotated_and_revoked(soc: Call):
    made = told(soc("key", "add", "bank", "--days", "30", "--network", "192.0.2.0/24", "--json"))
    key_id = made["key"]["id"]
    assert made["token"].startswith(f"cure_{key_id}_")
    fresh = told(soc("key", "rotate", key_id, "--json"))["key"]["id"]
    assert told(soc("key", "revoke", key_id, "--json")) == {"revoked": key_id}
    ran = soc("key", "list", "bank")
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == [fresh, key_id]
    assert ran.out.splitlines()[2].endswith("revoked")
    assert made["token"].rpartition("_")[2] not in soc("key", "list", "--json").out
    assert soc("key", "add", "bank", "--days", "366").code == 2


def test_grants_are_given_and_taken_back(soc: Call):
    told(soc("grant", "read", "bank", "cowrie", "exist", "--json"))
    found = told(soc("grant", "publish", "bank", "maltrail@bank", "--json"))
    assert [(one["verb"], one["source"]) for one in found] == [
        ("publish", "maltrail@bank"),
        ("read", "cowrie"),
        ("read", "exist"),
    ]
    left = told(soc("grant", "revoke", "bank", "cowrie", "maltrail@bank", "--json"))
    assert [one["source"] for one in left] == ["exist"]
    assert told(soc("grant", "list", "--json")) == left
    assert error(soc("grant", "revoke", "bank", "nicter", "--json"))[:2] == (1, "malformed")


PROPOSE = (
    *("rating", "propose", "cowrie", "--as", "rin@soc", "--tlp", "AMBER", "--releasable", "bank"),
    *("--reason", "sensor-exposure=one honeypot", "--field", "password=raw", "--json"),
)


def test_in_an_organisation_with_one_person_nothing_is_approved(soc: Call):
    told(soc("user", "add", "rin@soc", "--scope", "rate", "--json"))
    assert told(soc(*PROPOSE))["version"] == 0

    code, name, why = error(soc("rating", "approve", "1", "--as", "rin@soc", "--json"))
    assert (code, name) == (1, "forbidden")
    assert "another person than the proposer" in why
    assert "this is no person" in error(soc("rating", "approve", "1", "--json"))[2]
    assert error(soc("rating", "approve", "1", "--as", "ken@soc", "--json"))[1] == "malformed"


def test_an_approved_rating_relabels_what_is_stored_and_tells_who_had_read_it(
    soc: Call, call: Call, cowrie_log: Callable[..., Path]
):
    assert call("ingest", "cowrie", cowrie_log("192.0.2.1"), "--data", "d").code == 0
    for name in ("rin@soc", "ken@soc"):
        told(soc("user", "add", name, "--scope", "rate", "--json"))
    told(soc(*PROPOSE))
    done = told(soc("rating", "approve", "1", "--as", "ken@soc", "--json"))

    assert (done["rating"]["version"], done["labels"], done["readers"]) == (1, 1, [])
    assert done["withheld"]
    (found,) = soc("records", "192.0.2.1", "--json").lines()
    assert found["label"]["tlp"] == "TLP:AMBER"
    assert told(soc("rating", "show", "cowrie", "--json")) == done["rating"]
    assert told(soc("rating", "history", "cowrie", "--json")) == [done["rating"]]
    assert "ken@soc" in soc("rating", "list").out


def test_accounts_are_managed_while_another_process_has_the_data_open(soc: Call):
    for name in ("rin@soc", "ken@soc"):
        told(soc("user", "add", name, "--scope", "rate", "--json"))
    directory = Path("d")
    with (
        Installation(directory, write=True),
        Audit(directory) as audit,
        Accounts(directory, audit) as accounts,
    ):
        before = accounts.policy_version
        told(soc("key", "add", "bank", "--json"))
        told(soc(*PROPOSE))
        done = told(soc("rating", "approve", "1", "--as", "ken@soc", "--json"))
        assert accounts.policy_version == before + 3

    assert done["labels"] is None  # the other process does that


def test_the_audit_log_is_verified_exported_and_its_head_kept(soc: Call, tmp_path: Path):
    head = soc("audit", "head", "--json")
    kept = tmp_path / "head.json"
    kept.write_text(head.out)
    entries = soc("audit", "export", "--json").lines()

    assert [one["action"] for one in entries] == ["organisation.add"] * 2
    assert entries[1]["prev"] == entries[0]["hash"]
    assert head.json()["hash"] == entries[1]["hash"]
    assert soc("audit", "export", "--since", "2999-01-01T00:00:00Z", "--json").out == ""
    assert told(soc("audit", "verify", "--head", kept, "--json"))["entries"] == 2
    other = f"{int(head.json()['hash'], 16) ^ 1:064x}"
    kept.write_text(head.out.replace(head.json()["hash"], other))
    ran = soc("audit", "verify", "--head", kept)
    assert ran.code == 1
    assert "not signed by this log" in ran.out


def test_where_there_is_nothing_the_way_to_begin_is_told(call: Call):
    ran = call("user", "list", "--data", "nowhere")

    assert ran.code == 2
    assert "cure org add NAME --operator --data nowhere" in ran.err
    assert not Path("nowhere").exists()


def test_a_field_out_of_range_is_an_error(soc: Call):
    assert error(soc("org", "set", "bank", "--tlp", "WHITE", "--json"))[:2] == (1, "malformed")
    assert error(soc("user", "add", "rin", "--json"))[:2] == (1, "malformed")
    assert error(soc("user", "add", "rin@bank", "--scope", "audit", "--json"))[1] == "forbidden"
