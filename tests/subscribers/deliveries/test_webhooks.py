"""Webhooks: nothing is lost, nothing comes twice once it was acknowledged, and all is signed."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from cure.errors import MalformedError
from cure.model import Confidentiality, Label, Tlp
from cure.subscribers.deliveries import webhook
from cure.subscribers.deliveries.cloud_events import MANY, ONE
from cure.subscribers.deliveries.delivery import Limits, Way
from cure.subscribers.deliveries.store import DeliveryStore
from subscribers.deliveries.desk import GREEN, ORGANISATION, SHY, SOURCE, Desk, desk
from subscribers.deliveries.receiving import Receiver, is_genuine_as_the_manual_says, receiver


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def test_a_hit_comes_as_a_cloud_event_of_the_official_sdk(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    at.see("192.0.2.7")
    at.send(hook)
    [hit] = at.watches.after(ORGANISATION, 0, 10)
    [event] = there.events()
    [(headers, _)] = there.accepted

    assert headers["content-type"] == ONE
    assert (event.get_id(), event.get_source()) == (hit.id, SOURCE)
    assert (event.get_type(), event.get_subject()) == ("jp.cure.hit.v1", "ip/192.0.2.7")
    assert event.get_time() == hit.at
    assert event.get_data()["meaning"] == "own-address-attacks"
    assert "nicter" in event.get_data()["sources"]
    assert not {"position", "after", "upto"} & event.get_data().keys()


def test_a_hit_that_was_taken_back_comes_once_more_as_an_event_of_its_own(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    [record] = at.see("192.0.2.7")
    at.send(hook)
    at.installation.retract([record])
    at.watching.match()
    at.send(hook)
    at.watching.match()
    at.send(hook)
    came, gone = there.events()

    assert (gone.get_type(), gone.get_subject()) == ("jp.cure.hit.retracted.v1", "ip/192.0.2.7")
    assert gone.get_id() != came.get_id()
    assert (gone.get_data()["id"], gone.get_data()["state"]) == (came.get_id(), "withdrawn")


def test_a_correction_without_the_value_withdraws_the_hit_and_one_with_it_does_not(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    at.see("192.0.2.7", key="a")
    at.see("192.0.2.8", key="b")
    at.see("192.0.2.7", key="b")
    at.send(hook)
    at.see("198.51.100.1", key="a")
    at.send(hook)
    told = [(one.get_type().removeprefix("jp.cure."), one.get_subject()) for one in there.events()]

    assert told == [("hit.v1", "ip/192.0.2.7"), ("hit.retracted.v1", "ip/192.0.2.8")]


def test_the_signature_is_checked_with_the_recipe_of_the_manual(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    at.see("192.0.2.7")
    at.send(hook)
    [(headers, body)] = there.accepted
    secret, header = at.secrets[hook.id], headers["x-cure-signature"]
    is_genuine, now = is_genuine_as_the_manual_says(), at.clock().timestamp()

    assert is_genuine(secret, header, body, now)
    assert not is_genuine(secret, header, body, now + 301)
    assert not is_genuine(secret, header, body + b" ", now)
    assert not is_genuine(secret[:-1], header, body, now)


def test_many_go_together_where_a_batch_is_wanted(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url, batch=True)
    at.see(*(f"192.0.2.{last}" for last in range(1, 151)))
    at.send(hook)

    assert [headers["content-type"] for headers, _ in there.accepted] == [MANY, MANY]
    assert [len(json.loads(body)) for _, body in there.accepted] == [100, 50]


def test_hits_come_in_order_and_once(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    for last in range(1, 8):
        at.see(f"192.0.2.{last}")
        at.send(hook)
    at.send(hook)

    assert there.values() == [f"192.0.2.{last}" for last in range(1, 8)]
    assert at.state(hook).sent == 7


def test_what_goes_on_within_the_hour_is_not_told_again(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    at.see("192.0.2.1")
    at.send(hook)
    at.clock.pass_(minutes=10)
    at.see("192.0.2.1")
    at.send(hook)
    at.watches.acknowledge(ORGANISATION, there.events()[0].get_id(), "rin", at.clock())
    at.send(hook)

    assert there.values() == ["192.0.2.1"]


def test_a_receiver_that_was_down_for_an_hour_has_lost_nothing_and_got_nothing_twice(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    expected = []
    for minute in range(80):
        there.status = 503 if 10 <= minute < 40 else 0 if 40 <= minute < 70 else 200
        expected.append(f"192.0.2.{minute}")
        at.see(expected[-1])
        at.send(hook, times=100)
        at.clock.pass_(minutes=1)
    at.clock.pass_(minutes=15)
    at.send(hook, times=100)

    assert there.values() == expected
    assert len({one.get_id() for one in there.events()}) == len(expected)
    assert at.state(hook).dead == 0


def test_tries_become_rarer_and_a_wish_of_the_receiver_is_heard(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    there.status = 500
    at.see("192.0.2.1")
    waits = []
    for _ in range(12):
        at.send(hook)
        waits.append((at.progress(hook).retry_at - at.clock()).total_seconds())
        at.clock.now = at.progress(hook).retry_at
    at.chance = 0.0
    at.send(hook)
    half = (at.progress(hook).retry_at - at.clock()).total_seconds()
    at.clock.now = at.progress(hook).retry_at
    there.status, there.headers = 429, {"Retry-After": "1234"}
    at.send(hook)

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert half == 450
    assert (at.progress(hook).retry_at - at.clock()).total_seconds() == 1234
    assert there.asked == 14


def test_before_it_is_time_nothing_is_tried(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    there.status = 500
    at.see("192.0.2.1")
    for _ in range(5):
        at.send(hook)

    assert there.asked == 1


def test_after_a_day_dead_letters_are_kept_and_sent_by_command(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    there.status = 500
    for last in (1, 2, 3):
        at.see(f"192.0.2.{last}")
    at.send(hook)
    at.clock.pass_(hours=23)
    at.see("192.0.2.4")
    at.send(hook)
    assert at.state(hook).dead == 0
    at.clock.pass_(hours=1)
    at.send(hook)
    letters = at.store.dead(ORGANISATION, hook.id)
    assert [one.why for one in letters] == ["answered 500"] * 3

    there.status = 200
    at.clock.pass_(minutes=15)
    at.send(hook)
    assert there.values() == ["192.0.2.4"]
    assert at.store.redrive(ORGANISATION, hook.id) == 3
    at.send(hook)

    assert there.values()[1:] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert at.store.dead(ORGANISATION, hook.id) == []


def test_who_is_gone_is_told_nothing_more_until_somebody_says_so(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    there.status = 410
    at.see("192.0.2.1")
    at.send(hook)
    there.status = 200
    at.clock.pass_(days=2)
    at.see("192.0.2.2")
    at.send(hook)
    assert (there.asked, at.state(hook).is_stopped) == (1, True)
    at.store.redrive(ORGANISATION, hook.id)
    at.send(hook)

    assert there.values() == ["192.0.2.1", "192.0.2.2"]


def test_a_redirect_is_not_followed(at, there):
    with receiver() as elsewhere:
        hook = at.deliver(Way.WEBHOOK, there.url)
        there.status, there.headers = 307, {"Location": elsewhere.url}
        at.see("192.0.2.1")
        at.send(hook)

        assert (there.asked, elsewhere.asked) == (1, 0)
        assert at.state(hook).why == "answered 307"


def test_who_does_not_answer_in_time_is_asked_again(at, there, monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT_S", 0.3)
    hook = at.deliver(Way.WEBHOOK, there.url)
    there.frozen.set()
    at.see("192.0.2.1")
    at.send(hook)
    assert at.state(hook).why.startswith("no answer within")
    there.frozen.clear()
    at.clock.pass_(seconds=2)
    at.send(hook)

    assert there.values() == ["192.0.2.1"]


def test_what_was_acknowledged_is_not_sent_again_after_a_restart(tmp_path: Path, there):
    with desk(tmp_path) as at:
        hook = at.deliver(Way.WEBHOOK, there.url)
        at.see("192.0.2.1", "192.0.2.2")
        at.send(hook)
        there.status = 500
        at.see("192.0.2.3")
        at.send(hook)
    with DeliveryStore(tmp_path) as again:
        assert [one.sent for one in again.of(ORGANISATION)] == [2]
        assert again.all() == [hook]
        assert again.progress(hook.id).why == "answered 500"


def test_hits_can_be_replayed_and_keep_their_ids(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    at.see("192.0.2.1", "192.0.2.2")
    at.send(hook)
    at.store.replay(ORGANISATION, hook.id, 1)
    at.send(hook)

    ids = [one.get_id() for one in there.events()]
    assert there.values() == ["192.0.2.1", "192.0.2.2", "192.0.2.2"]
    assert ids[1] == ids[2]


# What may be sent -----------------------------------------------------------------------


def test_what_was_revoked_while_it_waited_is_not_sent(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    there.status = 500
    at.see("192.0.2.1")
    at.see("192.0.2.2", source="sensor")
    at.send(hook)
    at.installation.relabel("nicter", GREEN, SHY)
    there.status = 200
    at.clock.pass_(minutes=1)
    at.send(hook)

    assert there.values() == ["192.0.2.2"]
    assert (at.state(hook).sent, at.state(hook).withheld) == (1, 1)


def test_what_is_not_to_be_pushed_is_not_pushed(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    at.see("192.0.2.1", label=SHY)
    at.send(hook)

    assert there.asked == 0


def test_a_delivery_sends_no_more_than_who_made_it_might_read(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    theirs = Label(Tlp.AMBER, "bank", (ORGANISATION,))
    low = Limits("TLP:GREEN", Confidentiality.LEVEL_3, None)
    hook = msgspec.structs.replace(hook, limits=low)
    at.see("192.0.2.1", label=theirs)
    at.see("192.0.2.2")
    at.send(hook)

    assert there.values() == ["192.0.2.2"]


def test_only_the_watches_and_meanings_that_are_wanted_are_sent(at, there):
    other = at.watch("others", "198.51.100.0/24", own=False)
    by_watch = at.deliver(Way.WEBHOOK, there.url, watches=(other,))
    by_meaning = at.deliver(Way.WEBHOOK, there.url, meanings=("own-address-attacks",))
    at.see("192.0.2.1", "198.51.100.1")
    at.send(by_watch)
    at.send(by_meaning)

    assert there.values() == ["198.51.100.1", "192.0.2.1"]
    assert at.progress(by_watch).position == at.progress(by_meaning).position == 2


# Where to -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["x", "ftp://example.jp/", "http:///x", "https://u:p@example.jp/", "https://e.jp/\r\nX: y"],
)
def test_an_address_that_is_no_web_page_is_refused(at, address: str):
    with pytest.raises(MalformedError):
        at.deliver(Way.WEBHOOK, address)


def test_the_file_of_secrets_is_for_nobody_else(at, tmp_path: Path, there):
    hook = at.deliver(Way.WEBHOOK, there.url)

    assert (tmp_path / "deliveries.sqlite").stat().st_mode & 0o077 == 0
    assert len(at.secrets[hook.id]) >= 43
    assert at.secrets[hook.id] not in repr(at.store.of(ORGANISATION))


def test_an_organisation_has_so_many_deliveries_at_most(at):
    for number in range(20):
        at.deliver(Way.WEBHOOK, f"https://example.jp/{number}")
    with pytest.raises(MalformedError, match="has 20 already"):
        at.deliver(Way.WEBHOOK, "https://example.jp/21")


def test_a_removed_delivery_leaves_nothing_behind(at, tmp_path: Path, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    at.see("192.0.2.1")
    at.store.remove(ORGANISATION, hook.id)
    at.send(hook)
    with sqlite3.connect(tmp_path / "deliveries.sqlite") as file:
        rows = file.execute("SELECT count(*) FROM delivery").fetchone()
    file.close()

    assert (there.asked, rows) == (0, (0,))


def test_a_dead_letter_that_fails_again_for_a_day_stays_one(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    there.status = 500
    at.see("192.0.2.1")
    at.send(hook)
    at.clock.pass_(hours=24)
    at.send(hook)
    at.store.redrive(ORGANISATION, hook.id)
    at.send(hook)
    assert [one.again for one in at.store.dead(ORGANISATION, hook.id)] == [True]
    at.clock.pass_(hours=24)
    at.send(hook)

    assert [one.again for one in at.store.dead(ORGANISATION, hook.id)] == [False]


def test_what_was_on_its_way_does_not_undo_a_replay(at, there):
    hook = at.deliver(Way.WEBHOOK, there.url)
    at.see("192.0.2.1", "192.0.2.2")
    at.send(hook)
    on_its_way = at.progress(hook)
    at.store.replay(ORGANISATION, hook.id, 0)
    at.store.put(hook.id, on_its_way)
    at.send(hook)

    assert there.values() == ["192.0.2.1", "192.0.2.2"] * 2
