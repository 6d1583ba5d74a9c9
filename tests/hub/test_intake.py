"""From lines to records, losing none without a trace."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from cure.hub.intake import Intake, TakenIn
from cure.interfaces import Input, Line, Unreadable
from cure.model import Audience, Label, Tlp
from cure.publishers.findings import PUBLISHER

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LABEL = Label(Tlp.GREEN, "soc")
GOOD = b'{"observables":[{"topic":"ip","value":"192.0.2.1"}],"first_seen":"2025-06-01T00:00:00Z"}'


def take_in(*lines: Line, as_of: datetime = NOW) -> TakenIn:
    data = Input(name="input", as_of=as_of, lines=iter(lines))
    whole = TakenIn()
    for part in Intake(PUBLISHER, "test", LABEL, NOW).take_in(data):
        whole.records += part.records
        whole.quarantined += part.quarantined
        whole.account.add(part.account)
    return whole


def why(line: Line) -> str:
    [bad] = take_in(line).quarantined
    return bad.why


@given(
    st.lists(
        st.just(GOOD) | st.binary(max_size=60) | st.builds(Unreadable, st.binary(), st.just("cut"))
    )
)
def test_every_line_is_counted_once(lines: list[Line]) -> None:
    found = take_in(*lines)
    account = found.account

    assert account.lines == len(lines)
    assert account.lines == account.spoke + account.silent + account.quarantined
    assert account.quarantined == len(found.quarantined) == sum(account.reasons.values())
    for bad in found.quarantined:
        assert bad.why
        assert bad.source == "test"


def test_a_line_is_stamped_with_source_and_label() -> None:
    [record] = take_in(GOOD).records

    assert (record.source, record.label) == ("test", LABEL)
    assert record.finding.last_seen == record.finding.first_seen


def test_the_host_of_a_url_is_published_too() -> None:
    [record] = take_in(
        b'{"observables":[{"topic":"url","value":"http://example.com/x","role":"c2"}]}'
    ).records

    assert [(m.topic, m.value, m.role) for m in record.finding.observables] == [
        ("url", "http://example.com/x", "c2"),
        ("domain", "example.com", "host"),
    ]


def test_a_page_that_only_speaks_of_it_publishes_no_host() -> None:
    [record] = take_in(
        b'{"observables":[{"topic":"url","value":"http://example.com/x","role":"reference"}]}'
    ).records

    assert len(record.finding.observables) == 1


def test_without_times_the_moment_of_the_input_is_meant_and_the_key_does_not_change() -> None:
    line = b'{"observables":[{"topic":"ip","value":"192.0.2.1"}]}'
    [first] = take_in(line, as_of=NOW - timedelta(days=9)).records
    [second] = take_in(line).records

    assert first.finding.first_seen == NOW - timedelta(days=9)
    assert first.digest == second.digest


def test_the_same_moment_in_another_zone_is_the_same_record() -> None:
    [first] = take_in(GOOD).records
    [second] = take_in(GOOD.replace(b"2025-06-01T00:00:00Z", b"2025-06-01T09:00:00+09:00")).records

    assert first == second


def test_reasons_name_what_is_wrong() -> None:
    def with_time(moment: bytes) -> bytes:
        return GOOD.replace(b"2025-06-01T00:00:00Z", moment)

    assert "before 1990" in why(with_time(b"1970-01-01T00:00:00Z"))
    assert "in the future" in why(with_time(b"2100-01-01T00:00:00Z"))
    assert "calendar" in why(with_time(b"0001-01-01T00:00:00+23:59"))
    assert "no UTC offset" in why(with_time(b"2025-06-01T00:00:00"))
    assert "neither an IPv4" in why(GOOD.replace(b"192.0.2.1", b"192.0.2.999"))
    assert "role" in why(GOOD.replace(b'"192.0.2.1"', b'"192.0.2.1","role":"No Role"'))
    assert "Invalid enum" in why(GOOD.replace(b'"ip"', b'"phone"'))
    assert "malformed" in why(b"\x00\x01rubbish")
    assert "UTF-8" in why(GOOD.replace(b"192.0.2.1", b"\xff\xfe"))
    assert why(b'{"attributes":{"a":' * 1 + b"[" * 100_000) == "nested too deeply"
    assert "1 to 1000" in why(b'{"observables":[]}')
    assert "last_seen is before" in why(GOOD[:-1] + b',"last_seen":"2025-05-01T00:00:00Z"}')
    assert "count" in why(GOOD[:-1] + b',"count":0}')
    assert "count" in why(GOOD[:-1] + b',"count":4294967296}')


def test_equal_reasons_are_counted_together() -> None:
    lines: Iterator[bytes] = (GOOD.replace(b"192.0.2.1", b"x%d" % n) for n in range(5))

    assert list(take_in(*lines).account.reasons.values()) == [5]


def finding(*mentions: str) -> bytes:
    pairs = [part.split("/") for part in mentions]
    said = [{"topic": "ip", "value": value, "role": role} for value, role in pairs]
    return msgspec.json.encode({"observables": said, "attributes": {"port": 22}})


def test_who_was_hit_goes_to_the_owner_and_the_rest_of_it_to_others():
    taken = take_in(finding("192.0.2.1/attacker", "192.0.2.9/victim"))
    whole, rest = taken.records
    soc, partner = Audience("soc"), Audience("partner", Tlp.RED)

    assert taken.account.records == 1
    assert [one.value for one in whole.finding.observables] == ["192.0.2.1", "192.0.2.9"]
    assert [one.value for one in rest.finding.observables] == ["192.0.2.1"]
    assert (soc.may_read("test", whole.label), soc.may_read("test", rest.label)) == (True, False)
    assert not partner.may_read("test", whole.label)
    assert partner.may_read("test", rest.label)


def test_a_finding_of_victims_alone_is_the_owners_alone():
    [only] = take_in(finding("192.0.2.9/victim")).records
    assert not Audience("partner", Tlp.RED).may_read("test", only.label)


def test_what_is_cut_from_different_records_stays_as_many_records():
    taken = take_in(
        finding("192.0.2.1/attacker", "192.0.2.8/victim"),
        finding("192.0.2.1/attacker", "192.0.2.9/victim"),
    )
    assert len({one.digest for one in taken.records}) == 4
