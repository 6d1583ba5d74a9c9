"""Every form of lists, as those read it who take it."""

import csv
import ipaddress
from base64 import b64decode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.errors import MalformedError, NotKnownError
from cure.model import Observable, Topic, domain, filehash, ip, recognise, url
from cure.subscribers.lists.entries import Entry
from cure.subscribers.lists.form import Heading, ListForm, form_called, forms

MADE = Heading(made=datetime(2026, 1, 15, 12, tzinfo=UTC))
SEEN = datetime(2026, 1, 14, 9, 30, tzinfo=UTC)
VALUES = {
    Topic.IP: ["192.0.2.7", "198.51.100.0/24", "2001:db8::7", "2001:db8:1::/48"],
    Topic.DOMAIN: ["bad.example.com", "xn--bcher-kva.example.com"],
    Topic.URL: ["http://bad.example.com/a,b?c=1", "https://192.0.2.7/%22x%22"],
    Topic.HASH: ["d41d8cd98f00b204e9800998ecf8427e", "a" * 64],
    Topic.EMAIL: ["=cmd@example.com", "rin@example.com"],
}


def entry(observable: Observable, score: float = 80.0) -> Entry:
    return Entry(observable, ("c2", "listed"), ("exist", "reports"), 3, SEEN, SEEN, score)


def written(name: str, topic: Topic, *observables: Observable) -> list[str]:
    return list(form_called(name, topic).write([entry(one) for one in observables], MADE))


@pytest.mark.parametrize("form", forms().values(), ids=lambda form: form.name)
def test_every_form_writes_every_topic_it_names_one_line_after_the_other(
    form: ListForm,
) -> None:
    for topic in form.topics:
        values = [recognise(text) for text in VALUES[topic]]
        lines = list(form.write([entry(one) for one in values], MADE))

        assert lines
        assert not any("\n" in line or "\r" in line for line in lines)
        assert list(form.write([], MADE)) == lines[: len(list(form.write([], MADE)))]


def test_there_is_no_list_of_a_form_or_topic_that_is_not_known() -> None:
    with pytest.raises(NotKnownError, match="there are: csv, edl, rpz"):
        form_called("iptables", Topic.IP)
    with pytest.raises(MalformedError, match="suricata-iprep lists ip"):
        form_called("suricata-iprep", Topic.DOMAIN)


@given(st.text(alphabet="=+-@,\"'a\t b", min_size=1, max_size=12))
def test_no_cell_of_a_table_is_a_formula_and_all_come_back(local: str) -> None:
    one = Observable(Topic.EMAIL, f"{local}@example.com")
    rows = list(csv.reader(written("csv", Topic.EMAIL, one)))

    assert rows[1][1].removeprefix("'") == one.value.removeprefix("'")
    assert not rows[1][1].startswith(("=", "+", "-", "@", "\t"))


def test_a_plain_list_holds_the_values_and_nothing_else() -> None:
    assert written("edl", Topic.IP, ip("192.0.2.7"), ip("2001:db8::/32")) == [
        "192.0.2.7",
        "2001:db8::/32",
    ]


def test_a_policy_zone_names_a_domain_with_all_below_it_and_networks_backwards() -> None:
    lines = written("rpz", Topic.DOMAIN, domain("bad.example.com"))
    assert lines[0] == "$ORIGIN rpz.cure."
    assert lines[-2:] == ["bad.example.com CNAME .", "*.bad.example.com CNAME ."]

    networks = [ip("192.0.2.7"), ip("198.51.100.0/24"), ip("2001:db8::7"), ip("2001:db8:1::/48")]
    assert written("rpz", Topic.IP, *networks)[-4:] == [
        "32.7.2.0.192.rpz-ip CNAME .",
        "24.0.100.51.198.rpz-ip CNAME .",
        "128.7.zz.db8.2001.rpz-ip CNAME .",
        "48.zz.1.db8.2001.rpz-ip CNAME .",
    ]


def test_a_name_too_long_for_a_policy_zone_is_left_out_and_said() -> None:
    name = ".".join(["a" * 60] * 4) + ".com"
    assert written("rpz", Topic.DOMAIN, domain(name))[-1] == f"; too long: {name}"


def test_suricata_gets_strings_in_base64_and_of_hashes_those_of_its_type() -> None:
    (line,) = written("suricata-dataset", Topic.URL, url("http://bad.example.com/a"))
    assert b64decode(line) == b"http://bad.example.com/a"

    hashes = [filehash("d41d8cd98f00b204e9800998ecf8427e"), filehash("a" * 64)]
    assert written("suricata-dataset", Topic.HASH, *hashes) == ["a" * 64]


@given(st.floats(0, 100))
def test_suricata_s_scores_lie_within_its_scale(score: float) -> None:
    (line,) = form_called("suricata-iprep", Topic.IP).write([entry(ip("192.0.2.7"), score)], MADE)
    address, category, reputation = line.split(",")

    assert ipaddress.ip_address(address)
    assert category == "1"
    assert 1 <= int(reputation) <= 127


def test_zeek_is_told_the_type_of_each_value_and_urls_without_their_scheme() -> None:
    rows = [
        line.split("\t") for line in written("zeek", Topic.URL, url("http://bad.example.com/a"))
    ]
    assert rows[0][0] == "#fields"
    assert dict(zip(rows[0][1:], rows[1], strict=True))["indicator"] == "bad.example.com/a"

    rows = [line.split("\t") for line in written("zeek", Topic.IP, ip("198.51.100.0/24"))]
    assert rows[1][:2] == ["198.51.100.0/24", "Intel::SUBNET"]
