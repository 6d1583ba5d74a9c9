import pytest

from behaving import HOUR, START, events_of
from cure.enrichers.behaviour.evidence import Evidence

CROWD = [(f"198.51.100.{last}", START + 99 * HOUR, "22/ssh", 1) for last in range(8)]
PAIR = [
    (ip, START + at, service, 1)
    for ip in ("192.0.2.1", "192.0.2.2")
    for at, service in ((0, "7547/tcp"), (9, "7547/tcp"), (2 * HOUR, "22/ssh"))
]
BROUGHT = [("192.0.2.1", "path:/HNAP1", 1), ("192.0.2.2", "path:/HNAP1", 2)]


@pytest.fixture(scope="module")
def evidence():
    """Of ten addresses two share 7547 and a path, and all 22."""
    return Evidence(events_of(PAIR + CROWD, BROUGHT))


def test_the_rarest_is_named_first_and_common_times_last(evidence):
    assert evidence.shared(0, 1, 5) == [
        "7547/tcp (lift 5)",
        "path /HNAP1 (lift 5)",
        "22/ssh (lift 1)",
        "2 common 10-minute bins",
    ]


def test_no_more_is_named_than_was_asked_for(evidence):
    assert evidence.shared(0, 1, 2) == ["7547/tcp (lift 5)", "2 common 10-minute bins"]


def test_a_bin_counts_only_where_both_asked_for_the_same(evidence):
    assert evidence.shared(0, 2, 5) == ["22/ssh (lift 1)"]


def test_those_who_share_nothing_have_no_evidence():
    apart = Evidence(
        events_of([("192.0.2.1", START, "22/ssh", 1), ("192.0.2.2", START, "80/http", 1)])
    )

    assert apart.shared(0, 1, 5) == []
