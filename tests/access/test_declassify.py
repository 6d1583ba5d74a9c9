"""Declassification: only what an owner's signer has signed, and never of one source alone."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from access.conftest import NOW, OPERATOR, Office
from cure.access.declassify import Declassification, Rule, audience_of, counted
from cure.access.principal import Principal, Scope
from cure.errors import ForbiddenError, MalformedError
from cure.installation import Installation
from cure.model import Caveat, Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.finding import digest_of

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RULE = Rule(
    name="darknet-days",
    version=1,
    owner="bank",
    sources=frozenset({"nicter@a", "nicter@b", "nicter@c"}),
    network="192.0.2.0/24",
    at_least=2,
    tlp="TLP:GREEN",
)


def body_of(**changed: object) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(RULE, **changed))


@pytest.fixture
def boss(office: Office) -> Principal:
    office.user("sig@bank")
    boss = office.user("boss@bank", Scope.ADMIN)
    public = KEY.public_key().public_bytes_raw()
    Declassification(office.accounts.store).add_signer(boss, "sig@bank", public, NOW)
    return boss


def test_a_signed_rule_holds_in_its_newest_version(office: Office, boss: Principal):
    rules = Declassification(office.accounts.store)
    for version in (1, 2):
        body = body_of(version=version, at_least=1 + version)
        rules.add(boss, body, KEY.sign(body), NOW)

    assert [(one.version, one.at_least) for one in rules.current()] == [(2, 3)]
    off = body_of(version=3, is_off=True)
    rules.add(boss, off, KEY.sign(off), NOW)
    assert rules.current() == []
    assert [one.entry.about for one in office.audit.entries()][-1] == "bank darknet-days 3"


@given(bit=st.integers(0, 511))
def test_a_signature_with_a_changed_bit_is_none(bit: int):
    signature = bytearray(KEY.sign(body_of()))
    signature[bit // 8] ^= 1 << bit % 8

    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(bytes(signature), body_of())


def test_a_rule_that_no_signer_of_the_owner_signed_is_refused(office: Office, boss: Principal):
    rules, body = Declassification(office.accounts.store), body_of()
    other = Ed25519PrivateKey.generate()
    with pytest.raises(ForbiddenError, match="no signer of bank"):
        rules.add(boss, body, other.sign(body), NOW)
    with pytest.raises(ForbiddenError, match="no signer of bank"):
        rules.add(boss, body_of(at_least=9), KEY.sign(body), NOW)
    with pytest.raises(ForbiddenError):  # not even the operator declassifies for others
        rules.add(OPERATOR, body, KEY.sign(body), NOW)
    assert rules.current() == []


def test_a_rule_is_told_of_no_more_once_its_signer_is_gone(office: Office, boss: Principal):
    rules, body = Declassification(office.accounts.store), body_of()
    rules.add(boss, body, KEY.sign(body), NOW)
    office.accounts.users.remove(boss, "sig@bank", NOW)

    assert rules.current() == []


def test_versions_follow_one_another_and_stay(office: Office, boss: Principal):
    rules = Declassification(office.accounts.store)
    for version in (2, 0):
        body = body_of(version=version)
        with pytest.raises(MalformedError):
            rules.add(boss, body, KEY.sign(body), NOW)
    body = body_of()
    rules.add(boss, body, KEY.sign(body), NOW)
    with sqlite3.connect(office.directory / "access.sqlite") as file:
        for deed in ("UPDATE rule SET body = x''", "DELETE FROM rule"):
            with pytest.raises(sqlite3.IntegrityError, match="kept for ever"):
                file.execute(deed)


def test_nobody_makes_himself_a_signer(office: Office):
    boss = office.user("boss@bank", Scope.ADMIN)
    rules = Declassification(office.accounts.store)
    for user in ("boss@bank", "kim@press"):
        with pytest.raises(ForbiddenError):
            rules.add_signer(boss, user, KEY.public_key().public_bytes_raw(), NOW)


def test_nobody_takes_the_key_of_a_signer_of_another_organisation(office: Office, boss: Principal):
    rules, body = Declassification(office.accounts.store), body_of()
    rules.add(boss, body, KEY.sign(body), NOW)
    office.user("kim@press")
    chief = office.user("chief@press", Scope.ADMIN)
    rules.add_signer(chief, "kim@press", KEY.public_key().public_bytes_raw(), NOW)

    assert [one.name for one in rules.current()] == ["darknet-days"]


@pytest.mark.parametrize(
    "changed",
    [
        {"at_least": 1},
        {"sources": frozenset({"nicter@a"})},
        {"network": "192.0.2.0/25"},
        {"network": "2001:db8::/32"},
        {"network": "all"},
        {"tlp": "GREEN"},
    ],
)
def test_a_rule_that_tells_too_much_is_none(
    office: Office, boss: Principal, changed: dict[str, object]
):
    body = body_of(**changed)
    with pytest.raises(MalformedError):
        Declassification(office.accounts.store).add(boss, body, KEY.sign(body), NOW)


def seen(source: str, value: str, day: int, label: Label) -> Record:
    at = NOW + timedelta(days=day)
    finding = Finding(Kind.SIGHTING, (mention(ip(value), "attacker"),), at, at)
    return Record(source, label, digest_of(source, finding), finding)


def test_a_network_is_told_of_where_enough_sources_saw_it(tmp_path: Path):
    red = Label(Tlp.RED, "bank")
    secret = Label(Tlp.RED, "bank", caveats=(Caveat.NO_DERIVE,))
    wide = msgspec.structs.replace(RULE, network="192.0.0.0/8")
    said = [
        seen("nicter@a", "192.0.2.1", 0, red),
        seen("nicter@b", "192.0.2.2", 0, red),
        seen("nicter@a", "192.0.3.1", 0, red),  # one source alone
        seen("nicter@a", "192.0.4.1", 0, red),
        seen("nicter@b", "192.0.4.1", 0, secret),  # not to be derived from
        seen("nicter@a", "192.0.5.1", 1, red),
        seen("nicter@b", "192.0.5.1", 1, red),  # another day
        seen("other", "192.0.2.9", 0, red),  # not in the rule
        seen("nicter@a", "192.0.2.8", 0, Label(Tlp.CLEAR, "press")),  # another owner's
    ]
    with Installation(tmp_path / "data", write=True, link_reserved=True) as installation:
        installation.append(said)
        view = installation.gate.view(audience_of(wide), NOW)
        label, told = counted(wide, view, NOW.date())

    assert label == Label(Tlp.GREEN, "bank")
    assert [(one.network, one.addresses) for one in told] == [("192.0.2.0/24", 2)]
