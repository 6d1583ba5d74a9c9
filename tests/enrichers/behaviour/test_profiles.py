"""What is counted of an address, worked out by hand."""

import numpy as np
import pytest

from behaving import HOUR, START, events_of
from cure.enrichers.behaviour.asked import ORDER_LENGTH, orders, services
from cure.enrichers.behaviour.habits import rhythm, steps
from cure.enrichers.behaviour.hashes import mixed, signs, token_keys
from cure.enrichers.behaviour.tallies import Rarity, projected, tallied, unit
from cure.enrichers.behaviour.timeline import ordered

DAY = 24 * HOUR


def timeline(told):
    events = events_of(told)
    return ordered(events, token_keys(events.tokens, 0))


def session(ip, names, pause=5):
    return [(ip, START + pause * at, name, 1) for at, name in enumerate(names)]


def test_hours_paces_sessions_and_days_of_an_address():
    """Two events in hour 3, 10 s apart, on one day."""
    told = timeline([("192.0.2.1", START + at, "22/ssh", 1) for at in (3 * HOUR, 3 * HOUR + 10)])
    hours, paces, lengths, days = np.split(rhythm(told, 0, 1)[0], [24, 46, 68])

    assert np.flatnonzero(hours).tolist() == [3]
    # 10 s is the fifth cell (0, 1, 3, 5, 10 s …); each neighbour has a quarter of it.
    assert paces[3:6] == pytest.approx(np.sqrt([0.25, 0.5, 0.25]), abs=1e-3)
    assert lengths[3:6] == pytest.approx(np.sqrt([0.25, 0.5, 0.25]), abs=1e-3)
    # Two a day is the third cell (1, and two that begin at 2).
    assert days[1:4] == pytest.approx(np.sqrt([0.25, 0.5, 0.25]), abs=1e-3)


def test_hours_are_of_length_one_and_the_other_histograms_are_roots_of_shares():
    told = timeline([("192.0.2.1", START + at, "22/ssh", 1) for at in (0, HOUR, DAY + HOUR)])
    hours, *others = np.split(rhythm(told, 0, 1)[0], [24, 46, 68])

    assert hours[:2] == pytest.approx([1 / np.sqrt(5), 2 / np.sqrt(5)], abs=1e-3)
    assert [(one**2).sum() for one in others] == pytest.approx([1, 1, 1], abs=1e-2)


def test_an_address_of_one_event_has_no_pace():
    paces = rhythm(timeline([("192.0.2.1", START, "22/ssh", 1)]), 0, 1)[0][24:46]

    assert not paces.any()


def test_services_are_counted_with_their_times():
    what = (("22/ssh", 5), ("22/ssh", 2), ("80/http", 1))
    told = timeline([("192.0.2.1", START, name, times) for name, times in what])

    assert sorted(services(told).times.tolist()) == [1, 7]


def test_the_order_of_a_session_matters_and_what_follows_its_beginning_does_not():
    long = ["80/http"] * ORDER_LENGTH
    told = timeline(
        session("192.0.2.1", ["22/ssh", "80/http"])
        + session("192.0.2.2", ["80/http", "22/ssh"])
        + session("192.0.2.3", ["22/ssh", "80/http"])
        + session("192.0.2.4", long)
        + session("192.0.2.5", [*long, "22/ssh"])
    )
    keys = (orders(told).pairs & np.uint64((1 << 40) - 1)).tolist()

    assert keys[0] == keys[2] != keys[1]
    assert keys[3] == keys[4]


def test_a_step_is_two_services_and_the_decade_of_the_pause():
    told = timeline(
        session("192.0.2.1", ["22/ssh", "80/http"], 4)
        + session("192.0.2.2", ["22/ssh", "80/http"], 9)
        + session("192.0.2.3", ["22/ssh", "80/http"], 10)
        + session("192.0.2.4", ["80/http", "22/ssh"], 4)
    )
    keys = (steps(told).pairs & np.uint64((1 << 40) - 1)).tolist()

    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_counts_of_equal_pairs_are_added():
    ip = np.array([1, 0, 1, 1])
    keys = mixed(np.array([7, 7, 7, 8], np.uint64))

    assert tallied(ip, keys).times.tolist() in ([1, 2, 1], [1, 1, 2])
    weighed = tallied(ip, keys, np.array([2, 1, 3, 1], np.uint32))
    assert weighed.ip.tolist() == [0, 1, 1]
    assert sorted(weighed.times.tolist()) == [1, 1, 5]


def test_rarity_is_the_logarithm_of_one_plus_all_by_those_who_have_it():
    tally = tallied(np.array([0, 1, 2, 0]), mixed(np.array([7, 7, 7, 8], np.uint64)))
    rarity = Rarity(3)
    rarity.count([tally])
    unseen = tallied(np.array([0]), mixed(np.array([9], np.uint64)))

    assert sorted(set(rarity.of(tally).tolist())) == pytest.approx([np.log(2), np.log(4)])
    assert rarity.of(unseen).tolist() == pytest.approx([np.log(4)])


def test_a_projected_row_is_its_keys_signs():
    key = mixed(np.array([7], np.uint64))
    tally = tallied(np.array([1]), key)
    table = signs(0, 48)
    rows = projected(tally, 0, 2, Rarity(2), table)

    assert not rows[0].any()
    assert (rows[1] == table[int(key[0] >> np.uint64(24)) & 0xFFFF]).all()


def test_keys_and_signs_are_those_of_every_machine():
    """BLAKE2b-64 and SHAKE-128 as hashlib gives them; SplitMix64's first number of seed 0."""
    keys = token_keys(["22/ssh", "path:/HNAP1"], 0).tolist()
    bits = (signs(0, 48)[:2, :8] > 0).astype(int).tolist()

    assert keys == [0x1517F7CD4786CBBC, 0xD3697ABF1396AF5D]
    assert mixed(np.zeros(1, np.uint64)).tolist() == [0xE220A8397B1DCDAF]
    assert bits == [[0, 1, 1, 1, 1, 0, 1, 0], [0, 1, 0, 1, 1, 1, 0, 0]]


def test_rows_of_zeros_stay_so():
    rows = unit(np.array([[3, 4], [0, 0]], np.float32))

    assert rows == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))
