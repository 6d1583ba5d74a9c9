"""Ratings: two people, a floor, versions that stay, and stored records that follow."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from access.conftest import NOW, OPERATOR, Office
from cure.access.entries import entry_of
from cure.access.principal import Principal, Scope
from cure.access.rating import Sheet, exchanges, raised
from cure.access.ratings import Ratings
from cure.access.relabelling import apply_ratings
from cure.errors import ForbiddenError, MalformedError
from cure.installation import Installation
from cure.model import Audience, Caveat, Finding, Kind, Label, Record, Tlp, ip, mention
from cure.model.fields import OWNERS_FIELDS, FieldClass
from cure.model.finding import digest_of
from cure.model.label import NOBODY
from strategies import audiences, labels

WHY = {"sensor-exposure": "none"}
GREEN = Sheet(source="cowrie", tlp="TLP:GREEN", reasons=WHY)
AMBER = Sheet(source="cowrie", tlp="TLP:AMBER", releasable=("bank",), reasons=WHY)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def two(office: Office) -> tuple[Principal, Principal]:
    return office.user("rin@soc", Scope.RATE), office.user("ken@soc", Scope.RATE)


def rate(office: Office, two: tuple[Principal, Principal], sheet: Sheet) -> Ratings:
    ratings = Ratings(office.accounts.store)
    ratings.approve(two[1], ratings.propose(two[0], sheet, NOW).id, LATER)
    return ratings


def test_a_proposal_holds_once_another_person_approved_it(
    office: Office, two: tuple[Principal, Principal]
):
    ratings = Ratings(office.accounts.store)
    made = ratings.propose(two[0], GREEN, NOW)
    assert ratings.current("cowrie") is None

    ratings.approve(two[1], made.id, LATER)

    now = ratings.current("cowrie")
    assert now is not None
    assert (now.version, now.proposer, now.approver) == (1, "rin@soc", "ken@soc")
    assert (now.sheet, now.proposed_at, now.approved_at) == (GREEN, NOW, LATER)


@pytest.mark.parametrize("number", [0, 7, 10**20, -(10**20)])
def test_there_is_no_rating_of_a_strange_number(office: Office, number: int):
    with pytest.raises(MalformedError, match="none of this number"):
        Ratings(office.accounts.store).get(number)


def test_the_proposer_does_not_approve(office: Office, two: tuple[Principal, Principal]):
    ratings = Ratings(office.accounts.store)
    made = ratings.propose(two[0], GREEN, NOW)

    with pytest.raises(ForbiddenError, match="another person than the proposer"):
        ratings.approve(two[0], made.id, LATER)
    with pytest.raises(ForbiddenError, match="this is no person"):
        ratings.approve(OPERATOR, made.id, LATER)
    assert ratings.current("cowrie") is None


def test_only_people_with_the_scope_rate(office: Office):
    ratings = Ratings(office.accounts.store)
    for who in (office.user("root@soc", Scope.ADMIN), office.user("boss@bank", Scope.ADMIN)):
        with pytest.raises(ForbiddenError):
            ratings.propose(who, GREEN, NOW)


def test_a_proposal_is_approved_once(office: Office, two: tuple[Principal, Principal]):
    ratings = rate(office, two, GREEN)

    with pytest.raises(MalformedError, match="approved already"):
        ratings.approve(two[1], 1, LATER)
    with pytest.raises(MalformedError, match="none of this number"):
        ratings.approve(two[1], 99, LATER)


def test_versions_are_kept_for_ever(office: Office, two: tuple[Principal, Principal]):
    rate(office, two, GREEN)
    ratings = rate(office, two, AMBER)

    assert [(one.version, one.sheet.tlp) for one in ratings.history("cowrie")] == [
        (1, "TLP:GREEN"),
        (2, "TLP:AMBER"),
    ]
    with sqlite3.connect(office.directory / "access.sqlite") as file:
        for deed in ("UPDATE {} SET id = 9", "DELETE FROM {}"):
            for table in ("rating", "approval"):
                with pytest.raises(sqlite3.IntegrityError, match="kept for ever"):
                    file.execute(deed.format(table))


def test_what_is_always_cut_is_not_made_public(office: Office, two: tuple[Principal, Principal]):
    public = Sheet(
        source="cowrie", tlp="TLP:GREEN", reasons=WHY, fields={"victim": FieldClass.PUBLIC}
    )

    with pytest.raises(MalformedError, match="always cut"):
        Ratings(office.accounts.store).propose(two[0], public, NOW)


def test_a_rating_adds_to_the_fields_that_are_cut():
    fields = {"password": FieldClass.RAW, "port": FieldClass.PUBLIC}
    sheet = Sheet(source="cowrie", tlp="TLP:GREEN", reasons=WHY, fields=fields)

    assert sheet.owners_fields == OWNERS_FIELDS | {"password"}


@given(labels, labels, audiences)
def test_a_floor_cannot_be_undercut(label: Label, floor: Label, to: Audience):
    floor = msgspec.structs.replace(floor, owner=label.owner)
    above = raised(label, floor)

    for one in (label, floor):
        assert to.may_read("cowrie", one, NOW) or not to.may_read("cowrie", above, NOW)


def test_raised_labels_stay_raised_and_usual_ones_follow():
    usual = Label(Tlp.AMBER, "", ("bank",))
    amber = Label(Tlp.AMBER, "soc", ("bank",))
    red = Label(Tlp.RED, "soc", ("user:rin@bank",))
    press = Label(Tlp.AMBER, "press", ("bank",))

    assert exchanges([red, amber, press], usual, GREEN, withhold=False) == [
        (amber, Label(Tlp.GREEN, "soc")),
        (press, Label(Tlp.GREEN, "press")),
    ]
    assert exchanges([Label(Tlp.CLEAR, "soc")], usual, GREEN, withhold=False) == [
        (Label(Tlp.CLEAR, "soc"), Label(Tlp.GREEN, "soc"))
    ]


def test_the_whole_stays_its_owners_and_the_cut_part_the_others():
    usual = Label(Tlp.GREEN, "")
    whole = Label(Tlp.GREEN, "soc", NOBODY)
    cut = Label(Tlp.GREEN, "soc", but_owner=True)

    assert exchanges([whole, cut], usual, AMBER, withhold=False) == [
        (whole, Label(Tlp.AMBER, "soc", NOBODY)),
        (cut, Label(Tlp.AMBER, "soc", ("bank",), but_owner=True)),
    ]


def record(value: str, label: Label) -> Record:
    finding = Finding(Kind.SIGHTING, (mention(ip(value), "attacker"),), NOW, NOW)
    return Record("cowrie", label, digest_of("cowrie", finding), finding)


def sees(installation: Installation, value: str) -> bool:
    bank = Audience("bank", Tlp.AMBER)
    return installation.gate.view(bank, NOW).card(ip(value)).status == "known"


def tlp_of(_: str) -> Tlp:
    return Tlp.GREEN


def test_stored_records_come_under_a_rating_also_after_a_restart(
    office: Office, two: tuple[Principal, Principal], tmp_path: Path
):
    caveat = Sheet(
        source="cowrie",
        tlp="TLP:AMBER",
        releasable=("press",),
        caveats=frozenset({Caveat.NO_EXPORT}),
        reasons=WHY,
    )
    data = tmp_path / "data"
    with Installation(data, write=True) as installation:
        installation.append(
            [
                record("192.0.2.1", Label(Tlp.GREEN, "soc")),
                record("192.0.2.2", Label(Tlp.RED, "soc")),
            ]
        )
        assert (sees(installation, "192.0.2.1"), sees(installation, "192.0.2.2")) == (True, False)
        (done,) = apply_ratings(rate(office, two, caveat), installation, tlp_of)
        assert (done.labels, done.withheld) == (2, False)
        assert not sees(installation, "192.0.2.1")
        (done,) = apply_ratings(rate(office, two, GREEN), installation, tlp_of)
        assert (sees(installation, "192.0.2.1"), sees(installation, "192.0.2.2")) == (True, False)
        assert apply_ratings(Ratings(office.accounts.store), installation, tlp_of) == []
    with Installation(data, write=False) as again:
        assert (sees(again, "192.0.2.1"), sees(again, "192.0.2.2")) == (True, False)
        assert Label(Tlp.GREEN, "soc") in again.log.labels_of("cowrie")


def test_what_was_stored_uncut_is_withheld_when_a_rating_cuts_more(
    office: Office, two: tuple[Principal, Principal], tmp_path: Path
):
    cuts = Sheet(source="cowrie", tlp="TLP:GREEN", reasons=WHY, fields={"password": FieldClass.RAW})
    with Installation(tmp_path / "data", write=True) as installation:
        installation.append([record("192.0.2.1", Label(Tlp.GREEN, "soc"))])
        (done,) = apply_ratings(rate(office, two, cuts), installation, tlp_of)

        assert done.withheld
        assert not sees(installation, "192.0.2.1")
        assert installation.gate.view(Audience("soc"), NOW).card(ip("192.0.2.1")).status == "known"


def test_the_labels_of_a_source_are_those_of_now(tmp_path: Path):
    green, amber, red = (Label(tlp, "soc") for tlp in (Tlp.GREEN, Tlp.AMBER, Tlp.RED))
    with Installation(tmp_path / "data", write=True) as installation:
        installation.append([record("192.0.2.1", green)])
        installation.relabel("cowrie", green, amber)
        assert installation.log.labels_of("cowrie") == [amber]
        installation.append([record("192.0.2.2", green)])
        assert set(installation.log.labels_of("cowrie")) == {green, amber}
        installation.relabel("cowrie", amber, red)
        installation.relabel("exist", green, red)
        assert set(installation.log.labels_of("cowrie")) == {green, red}
        assert installation.log.labels_of("nicter") == []


def test_who_had_read_a_source_before_is_in_the_audit_log(
    office: Office, two: tuple[Principal, Principal]
):
    rin = office.user("rin@bank")
    office.audit.note(entry_of(rin, NOW, "card", sources=("cowrie",)))
    rate(office, two, AMBER)

    assert [one.principal for one in office.audit.readers_of("cowrie")] == ["rin@bank"]
