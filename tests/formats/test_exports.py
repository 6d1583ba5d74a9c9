"""Exports: whatever a store or a tool puts around events, they are read as they were written."""

import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.formats.exports import as_written
from cure.interfaces import Input, Unreadable
from cure.publishers import amppot, cowrie, dionaea, glastopf, haguregumo, nicter

AS_OF = datetime(2026, 1, 3, tzinfo=UTC)
TPOT = {"t-pot_ip_ext": "192.0.2.1", "@timestamp": "2026-01-02T03:04:05.000Z"}
LOGIN = {
    "eventid": "cowrie.login.failed",
    "src_ip": "203.0.113.5",
    "timestamp": "2026-01-02T03:04:05Z",
    "message": "login attempt",
}


def given_as(raw: bytes) -> Input:
    *lines, rest = raw.split(b"\n")
    return Input(
        name="events.json",
        as_of=AS_OF,
        lines=iter([*lines, rest] if rest else lines),
        blocks=iter([raw]),
        head=raw[:4096],
    )


def written(text: str, *kinds: str) -> list[bytes]:
    lines = as_written(given_as(text.encode()), *kinds).lines
    return [line for line in lines if isinstance(line, bytes)]


def objects_in(text: str, *kinds: str) -> list[Any]:
    return [json.loads(line) for line in written(text, *kinds)]


def said(publisher: ModuleType, document: dict[str, Any]) -> list[str]:
    """Return what a publisher says of a document of T-Pot's index."""
    hit = json.dumps({"_index": "logstash-2026.01.02", "_source": {**TPOT, **document}})
    (reading,) = publisher.PUBLISHER.read(given_as(hit.encode()))
    assert not reading.why
    return [
        f"{one.role} {one.value} {finding.first_seen:%H:%M} {finding.attributes.get('port')}"
        for finding in reading.findings
        for one in finding.observables
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(max_size=5), VALUES), min_size=1, max_size=5))
def test_an_array_has_the_same_events_as_lines(objects):
    lines = "\n".join(map(json.dumps, objects))
    for text in (json.dumps(objects, indent=2), json.dumps(objects), lines):
        assert objects_in(text) == objects


@given(st.binary(max_size=200), st.sampled_from([b"", b"[{", b"\xff\xfe", b'{"_source":', b"<Ev"]))
def test_any_bytes_become_lines(raw, beginning):
    assert all(isinstance(line, bytes) for line in as_written(given_as(beginning + raw)).lines)


def test_what_nothing_is_around_stays_as_it_is():
    source = given_as(b'{"a": 1}\n{"b": 2}\n')
    assert as_written(source) is source


def test_objects_may_be_pretty_printed_one_after_another():
    text = "\n".join(json.dumps({"a": number}, indent=2) for number in range(3))
    assert objects_in(text) == [{"a": 0}, {"a": 1}, {"a": 2}]


def test_of_an_array_that_is_cut_off_the_beginning_is_read():
    assert written('[\n  {"a": 1},\n  {"a') == [b'{"a": 1}', b'{"a']


def test_an_element_that_is_no_utf_8_does_not_spoil_the_others():
    lines = as_written(given_as(b'[{"a": "\xff"}, {"b": 1}]')).lines
    assert list(lines) == [b'{"a": "\xff"}', b'{"b": 1}']


def test_of_an_array_of_texts_the_texts_are_read():
    assert written('["<Event>\\n</Event>", "<Event/>"]') == [b"<Event>\n</Event>", b"<Event/>"]


def test_an_empty_array_is_one_silent_element():
    assert written("[]") == [b""]


def test_a_line_of_a_log_that_begins_with_a_bracket_is_no_array():
    assert written("[2026-01-02] a\n") == [b"[2026-01-02] a"]


def test_of_an_array_with_a_gap_nothing_is_read():
    lines = iter([b"[", b'{"a": 1},', Unreadable(b"", "broken here"), b"{}]"])
    source = Input(name="eve.json", as_of=AS_OF, lines=lines, head=b"[\n")
    (one,) = as_written(source).lines
    assert isinstance(one, Unreadable)
    assert "broken here" in one.why
    assert list(lines) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_and_utf_16_are_read(encoding):
    raw = '{"a": "日本"}\r\n{"a": 2}\r\n'.encode(encoding)
    lines = [line.strip() for line in as_written(given_as(raw)).lines]
    assert [json.loads(line) for line in lines] == [{"a": "日本"}, {"a": 2}]


def test_an_array_in_utf_16_is_read():
    raw = json.dumps([{"a": 1}, {"a": 2}], indent=1).encode("utf-16")
    lines = as_written(given_as(raw)).lines
    assert [json.loads(line) for line in lines] == [{"a": 1}, {"a": 2}]


def test_of_utf_16_with_a_gap_nothing_is_read():
    blocks = iter(["ab".encode("utf-16"), Unreadable(b"", "broken here"), b"c\0"])
    source = Input(name="a", as_of=AS_OF, lines=iter(()), blocks=blocks, head=b"\xff\xfea\0")
    (one,) = as_written(source).lines
    assert isinstance(one, Unreadable)
    assert "broken here" in one.why


@pytest.mark.parametrize(
    "around",
    [
        {"_index": "a", "_source": LOGIN},
        {"_source": {"message": json.dumps(LOGIN), "log": {"offset": 0}}},
        {"@timestamp": "2026-01-02T03:04:06Z", "event": {"original": json.dumps(LOGIN)}},
        {"preview": False, "result": {"_raw": json.dumps(LOGIN), "host": "h"}},
        {"_id": {"$oid": "0"}, "channel": "cowrie.sessions", "payload": json.dumps(LOGIN)},
        {"took": 1, "hits": {"total": 1, "hits": [{"_index": "a", "_source": LOGIN}]}},
    ],
)
def test_an_event_is_taken_out_of_what_is_around_it(around):
    assert objects_in(json.dumps(around), "cowrie") == [LOGIN]
    assert objects_in(json.dumps([around], indent=2), "cowrie") == [LOGIN]


def test_a_page_without_hits_is_one_silent_element():
    assert written('{"hits": {"hits": []}}') == [b""]


def test_lines_that_tell_elasticsearch_what_to_do_are_silent():
    lines = ['{"index": {"_index": "a"}}', json.dumps(LOGIN)] * 2
    assert written("\n".join(lines)) == [b"", json.dumps(LOGIN).encode()] * 2


def test_what_other_tools_said_is_silent():
    other = {**TPOT, "type": "Heralding", "src_ip": "203.0.113.5"}
    assert written(json.dumps({"_source": other}), "cowrie") == [b""]
    other = {"channel": "snort.alerts", "payload": "{}"}
    assert written(json.dumps(other), "cowrie") == [b""]


def test_an_envelope_that_is_broken_is_left_to_whoever_reads_it():
    assert written('{"_source": {"a"') == [b'{"_source": {"a"']


def test_envelopes_without_end_are_not_opened():
    text = '{"_source":' * 2000 + "1" + "}" * 2000
    assert len(written(text)) == 1


def test_cowrie_is_read_from_the_index_of_t_pot():
    target = {"eventid": "cowrie.direct-tcpip.request", "dest_ip": "198.51.100.7"}
    document = {**LOGIN, **target, "type": "Cowrie", "dest_port": 80}
    assert said(cowrie, document) == [
        "attacker 203.0.113.5 03:04 80",
        "target 198.51.100.7 03:04 80",
    ]


def test_dionaea_is_read_from_the_index_of_t_pot():
    document = {
        "type": "Dionaea",
        "connection": {"protocol": "smbd", "transport": "tcp", "type": "accept"},
        "src_ip": "203.0.113.5",
        "src_port": 40000,
        "dest_port": 445,
        "timestamp": "2026-01-02T03:04:05.678901",
    }
    assert said(dionaea, document) == ["attacker 203.0.113.5 03:04 445"]


def test_honeytrap_is_read_from_the_index_of_t_pot():
    document = {
        "type": "Honeytrap",
        "is_virtual": False,
        "end_time": "2026-01-02T03:04:05.678901",
        "attack_connection": {"protocol": "tcp", "payload": {"length": 0, "md5_hash": "0" * 32}},
        "src_ip": "203.0.113.5",
        "src_port": 40000,
        "dest_port": 5038,
    }
    assert said(haguregumo, document) == ["attacker 203.0.113.5 03:04 5038"]


def test_tanner_is_read_from_the_index_of_t_pot():
    document = {
        "type": "Tanner",
        "method": "GET",
        "path": "/",
        "headers": {},
        "src_ip": "203.0.113.5",
        "timestamp": "2026-01-02T03:04:05.678901",
        "response_msg": {"response": {"message": {"detection": {"name": "lfi"}}}},
    }
    assert said(glastopf, document) == ["attacker 203.0.113.5 03:04 None"]


def test_ddospot_is_read_from_the_index_of_t_pot():
    request = {"type": "Ddospot", "src_ip": "203.0.113.5", "mode": "MONLIST", "req_size": 8}
    assert said(amppot, request) == ["attacker 203.0.113.5 03:04 None"]
    prose = {"type": "Ddospot", "message": "Full blacklist written", "tags": ["_jsonparsefailure"]}
    assert said(amppot, prose) == []


@given(VALUES, VALUES, VALUES)
def test_any_document_of_t_pot_becomes_a_line(tags, connection, message):
    fields = {"tags": tags, "attack_connection": connection, "message": message, "src_ip": "a"}
    text = json.dumps({"_source": {**TPOT, "type": "Honeytrap", **fields}})
    assert len(written(text, "honeytrap")) == 1


def test_p0f_is_read_from_the_index_of_t_pot():
    syn = {"type": "P0f", "mod": "syn", "src_ip": "203.0.113.5", "dest_port": 22, "os": "???"}
    assert said(nicter, syn) == ["attacker 203.0.113.5 03:04 22"]
