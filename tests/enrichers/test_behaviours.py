"""The columns of behaviour, and what an audience may take of them."""

from datetime import timedelta

import numpy as np
import pytest

import cure.enrichers.alike.behaviours
from bots import HIDDEN, OPEN, SOC, WINDOW, behaviours, crowd, seen, world
from cure.enrichers.alike.behaviours import STRAYS, Behaviours, addresses_of
from cure.enrichers.alike.chosen import Chosen, choose, only
from cure.model import Audience, Caveat, Label, Purpose, Record, Tlp
from cure.model.retraction import retractions_of
from strategies import T0, numbered

DAY = timedelta(days=1)


def taken(said: list[Record], to: Audience = SOC, window: timedelta = WINDOW) -> Chosen:
    columns, gate, _ = world(said)
    return choose(columns.now, gate.view(to, T0), window)


def rows(chosen: Chosen) -> list[tuple[str, int, str, int]]:
    events = chosen.events
    return sorted(
        (events.ips[ip], at, events.tokens[service], count)
        for ip, at, service, count in zip(
            events.ip.tolist(),
            events.at.tolist(),
            events.service.tolist(),
            events.count.tolist(),
            strict=True,
        )
    )


def words(chosen: Chosen) -> list[tuple[str, str, int]]:
    events = chosen.events
    return sorted(
        (events.ips[ip], events.tokens[token], count)
        for ip, token, count in zip(
            events.payload_ip.tolist(),
            events.payload_token.tolist(),
            events.payload_count.tolist(),
            strict=True,
        )
    )


def test_a_row_is_who_when_what_and_how_often():
    chosen = taken([seen("192.0.2.1", T0, port=23, protocol="tcp", times=5, username="root")])

    assert rows(chosen) == [("192.0.2.1", int(T0.timestamp() * 1e6), "cowrie:23/tcp", 5)]
    assert words(chosen) == [("192.0.2.1", "user:root", 5)]


def test_what_is_hidden_shapes_nothing():
    said = crowd()
    hidden = [
        seen("203.0.113.9", T0 + n * DAY, label=HIDDEN, path=f"/{n}", port=n, source="nicter")
        for n in range(60)
    ]
    mixed = [one for pair in zip(hidden, said, strict=False) for one in pair]
    rest = [one for one in said if one not in mixed]

    with_hidden, without = taken([*mixed, *rest]), taken(said)

    assert rows(with_hidden) == rows(without)
    assert words(with_hidden) == words(without)
    assert list(with_hidden.events.ips) == list(without.events.ips)
    assert (with_hidden.since, with_hidden.until) == (without.since, without.until)


def test_a_source_that_stays_unnamed_is_not_named_by_its_tokens():
    label = Label(Tlp.GREEN, "bank", caveats=(Caveat.NO_ATTRIB,))

    [(_, _, asked_for, _)] = rows(taken([seen("192.0.2.1", T0, label=label, port=23)]))
    assert asked_for == "undisclosed:23"


def test_what_must_not_be_derived_from_is_not():
    label = Label(Tlp.GREEN, "soc", caveats=(Caveat.NO_DERIVE,))
    assert rows(taken([seen("192.0.2.1", T0, label=label)])) == []
    reading = Audience("soc", Tlp.AMBER, purpose=Purpose.READ)
    assert len(rows(taken([seen("192.0.2.1", T0, label=label)], reading))) == 1


def test_a_new_version_takes_the_place_of_the_old():
    chosen = taken(
        [
            seen("192.0.2.1", T0, key="k", times=1, port=23),
            seen("192.0.2.1", T0, key="k", times=9, port=23),
        ]
    )

    assert [row[3] for row in rows(chosen)] == [9]


def test_the_window_ends_at_the_latest_that_is_visible():
    old = [seen("192.0.2.1", T0 + n * DAY / 4) for n in range(50)]
    hidden = [seen("192.0.2.1", T0 + (300 + n) * DAY, label=HIDDEN) for n in range(20)]

    assert len(rows(taken([*old, *hidden], window=3 * DAY))) == 12 + 1 + STRAYS


def test_a_few_clocks_that_go_wrong_move_no_window():
    old = [seen("192.0.2.1", T0 + n * DAY) for n in range(30)]
    strays = [seen("192.0.2.1", T0 + (400 + n) * DAY, source="nicter") for n in range(5)]

    assert len(rows(taken([*old, *strays]))) == 35


def test_sources_that_say_what_it_means_are_no_input():
    assert rows(taken([seen("192.0.2.1", T0, source="attack")])) == []


def test_addresses_are_numbered_in_the_order_of_their_values():
    said = [seen(ip, T0) for ip in ("2001:db8::1", "192.0.2.10", "192.0.2.9", "198.51.100.1")]
    chosen = taken(said)

    assert list(chosen.events.ips) == ["192.0.2.9", "192.0.2.10", "198.51.100.1", "2001:db8::1"]
    assert [chosen.number(ip) for ip in chosen.events.ips] == [0, 1, 2, 3]
    assert chosen.number("192.0.2.11") is None


def test_what_some_addresses_did_can_be_taken_alone():
    chosen = taken(crowd())
    part = chosen._replace(events=only(chosen.events, np.array([0, 9])))

    ips = set(part.events.ips)
    assert ips == {chosen.events.ips[0], chosen.events.ips[9]}
    assert rows(part) == [row for row in rows(chosen) if row[0] in ips]
    assert words(part) == [row for row in words(chosen) if row[0] in ips]


def test_old_rows_go_and_no_window_misses_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cure.enrichers.alike.behaviours, "_DROP_AFTER", 10)
    said = [seen(f"192.0.2.{n}", T0 + n * DAY, path=f"/{n}", port=n) for n in range(90)]
    hidden = [seen("203.0.113.1", T0 + 500 * DAY, label=HIDDEN)]
    columns, gate, logged = world([])
    del columns, gate
    every = numbered([*hidden, *said])
    kept = behaviours(every[:1])
    for at in range(1, len(every), 7):
        kept.add(every[at : at + 7])
    _, gate, logged = world([*hidden, *said])

    view = gate.view(SOC, T0)
    assert len(kept.now.rows.record) < 60
    assert rows(choose(kept.now, view, WINDOW)) == rows(
        choose(behaviours(logged).now, view, WINDOW)
    )
    assert words(choose(kept.now, view, WINDOW)) == words(
        choose(behaviours(logged).now, view, WINDOW)
    )


def test_columns_go_on_from_what_was_kept():
    logged = numbered(crowd())
    half = behaviours(logged[:50])
    again = Behaviours(lambda _: True, WINDOW)
    again.restore(half.state(), half.now.upto)
    again.add(logged[50:])
    _, gate, _ = world(crowd())

    view = gate.view(SOC, T0)
    assert rows(choose(again.now, view, WINDOW)) == rows(
        choose(behaviours(logged).now, view, WINDOW)
    )
    assert again.now.upto == len(logged)


def test_a_record_that_the_hub_has_not_got_yet_is_looked_at_again():
    columns, _, logged = world(crowd())
    _, gate, _ = world(crowd()[:10])

    assert len(logged) > 10
    assert choose(columns.now, gate.view(SOC, T0), WINDOW).upto == 10


def test_addresses_sort_as_numbers():
    ordered = ["0.0.0.1", "9.0.0.0", "10.0.0.0", "255.255.255.255", "2001:db8::", "ffff::"]
    assert np.array_equal(np.argsort(addresses_of(ordered)), np.arange(len(ordered)))


def test_labels_of_one_source_are_apart():
    said = [seen("192.0.2.1", T0, label=OPEN), seen("192.0.2.1", T0 + DAY, label=HIDDEN)]
    assert len(rows(taken(said))) == 1


def test_what_was_taken_back_or_is_too_old_behaves_no_longer():
    back = seen("192.0.2.1", T0, port=23)
    said = [back, seen("192.0.2.2", T0, port=23), seen("192.0.2.3", T0, port=23)]
    columns, gate, _ = world([*said, *retractions_of(back)[:1]])

    assert {ip for ip, *_ in rows(choose(columns.now, gate.view(SOC, T0), WINDOW))} == {
        "192.0.2.2",
        "192.0.2.3",
    }
    assert columns.let_go(back.source, 2)
    assert not columns.let_go(back.source, 2)
    assert {ip for ip, *_ in rows(choose(columns.now, gate.view(SOC, T0), WINDOW))} == {"192.0.2.3"}
    assert "192.0.2.2" not in columns.now.ips
