import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cure.enrichers.behaviour.event_lists import PAYLOAD_COLUMNS, read_events
from cure.errors import MalformedError, SourceError

HEAD = "ts,src_ip,service,label,split\n"
SECOND = 1_706_771_949


def listed(tmp_path, text, name="events.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_events(path)


def test_services_times_and_addresses_are_read(tmp_path):
    found = listed(
        tmp_path,
        HEAD
        + "2024-02-01 07:19:09,192.0.2.7,http,unknown,train\n"
        + f"{SECOND},2001:DB8::7,tls,,\n"
        + "2024-02-01T09:19:09.5+02:00,192.0.2.7,http,,\n",
    )
    events = found.events

    assert found.unreadable == []
    assert found.ignored == ["label", "split"]
    assert events.ips == ["192.0.2.7", "2001:db8::7"]
    assert [events.tokens[one] for one in events.service] == ["http", "tls", "http"]
    assert events.at.tolist() == [SECOND * 1_000_000] * 2 + [SECOND * 1_000_000 + 500_000]
    assert events.count.tolist() == [1, 1, 1]


def test_port_and_protocol_stand_for_a_service(tmp_path):
    found = listed(tmp_path, "ts,src_ip,dst_port,protocol,sensor\n1,192.0.2.7,445,smbd,dionaea\n")

    assert found.events.tokens == ["445/smbd"]
    assert found.ignored == ["sensor"]


def test_payload_columns_become_tokens_with_their_names(tmp_path):
    found = listed(
        tmp_path,
        "ts,src_ip,service,path,username,payload\n1,192.0.2.7,http,/HNAP1,,a:1 b:2|c\n"
        "2,192.0.2.8,ssh,,root,\n",
    )
    events = found.events
    brought = [events.tokens[one] for one in events.payload_token]

    assert brought == ["path:/HNAP1", "a:1", "b:2", "c", "user:root"]
    assert events.payload_ip.tolist() == [0, 0, 0, 0, 1]
    assert "label" not in PAYLOAD_COLUMNS


@pytest.mark.parametrize(
    "row",
    [
        "yesterday,192.0.2.7,http,,",
        "nan,192.0.2.7,http,,",
        "-1,192.0.2.7,http,,",
        "1e18,192.0.2.7,http,,",
        "1,nobody,http,,",
        "1,192.0.2.0/24,http,,",
        "1,192.0.2.7,http",
        "1,192.0.2.7,http,,,",
    ],
)
def test_an_unreadable_row_is_told_with_its_line_and_the_rest_is_read(tmp_path, row):
    found = listed(tmp_path, f"{HEAD}1,192.0.2.7,http,,\n{row}\n2,192.0.2.7,http,,\n")

    assert [line for line, _ in found.unreadable] == [3]
    assert len(found.events.ip) == 2


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(exclude_characters="\x00", codec="utf-8"))))
def test_every_row_is_either_read_or_told(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("lists") / "events.csv"
    rows = [f"1,192.0.2.7,http,{text.replace(chr(34), '')}," for text in texts]
    rows = [" ".join(row.split()) for row in rows]
    path.write_text(HEAD + "\n".join(rows), encoding="utf-8")
    found = read_events(path)

    assert len(found.events.ip) + len(found.unreadable) == len(rows)


@pytest.mark.parametrize("head", ["", "ts,service\n", "src_ip,service\n", "ts,src_ip\n"])
def test_a_list_without_the_needed_columns_is_refused(tmp_path, head):
    with pytest.raises(MalformedError, match="no column is called"):
        listed(tmp_path, head)


def test_a_gzipped_list_is_read_whatever_its_name(tmp_path):
    path = tmp_path / "events"
    path.write_bytes(gzip.compress(f"{HEAD}1,192.0.2.7,http,,\n".encode()))

    assert read_events(path).events.ips == ["192.0.2.7"]


def test_a_broken_or_missing_file_is_told(tmp_path):
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(HEAD.encode() * 1000)[:-20])
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SourceError):
        read_events(cut)
    with pytest.raises(SourceError):
        read_events(tmp_path / "missing.csv")
    with pytest.raises(MalformedError):
        read_events(binary)
