"""Mistakes that somebody might make in the product; the simulation is to notice each."""
# ruff: noqa: SLF001 - a mistake is made inside

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sqlite3 import Connection

import pytest

from cure import installation
from cure.hub import index, taken_back
from cure.hub.index import Hub
from cure.interfaces import Cards
from cure.log import sqlite
from cure.log.retention import Retentions
from cure.log.retracting import Deciding
from cure.log.sqlite import SqliteLog
from cure.web.cursors import Cursors
from leaks.leak import Leaks, unbounded

MISTAKES = Leaks()
_made_by = MISTAKES.caught_by("simulation")


@_made_by
def exchanges_of_labels_are_forgotten_at_a_start(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SqliteLog, "relabellings", lambda _: ())


@_made_by
def the_hub_does_not_hear_of_new_labels(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Hub, "relabel", lambda *_: None)


@_made_by
def a_follower_is_told_of_hidden_records(patch: pytest.MonkeyPatch) -> None:
    arrived = taken_back.arrived
    patch.setattr(taken_back, "arrived", lambda sight, *more: arrived(unbounded(sight), *more))


@_made_by
def a_follower_does_not_hear_of_retractions(patch: pytest.MonkeyPatch) -> None:
    original = taken_back.taken_back
    patch.setattr(
        taken_back, "taken_back", lambda *asked: tuple(one[:0] for one in original(*asked))
    )


@_made_by
def a_follower_hears_of_the_end_of_hidden_records(patch: pytest.MonkeyPatch) -> None:
    original = taken_back.taken_back
    patch.setattr(taken_back, "taken_back", lambda sight, *more: original(unbounded(sight), *more))


@_made_by
def records_go_one_too_far_for_their_age(patch: pytest.MonkeyPatch) -> None:
    drop = Hub.drop
    patch.setattr(Hub, "drop", lambda self, source, upto: drop(self, source, upto + 1))


@_made_by
def cards_are_kept_though_they_are_to_go(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(installation, "Cards", type("Cards", (), {"DROP": Cards.KEEP}))


@_made_by
def what_is_known_is_kept_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Deciding, "_says_the_same", lambda *_: False)


@_made_by
def what_was_taken_back_is_taken_for_known(patch: pytest.MonkeyPatch) -> None:
    original = Deciding._says_the_same
    patch.setattr(
        Deciding,
        "_says_the_same",
        lambda self, record, before, body: (
            before in self._taken_back or original(self, record, before, body)
        ),
    )


@_made_by
def a_record_behind_the_snapshot_is_passed_over(patch: pytest.MonkeyPatch) -> None:
    read = SqliteLog.read

    def passed(self: SqliteLog, after: int = 0):  # noqa: ANN202 - as the original
        for number, batch in enumerate(read(self, after)):
            yield batch[1:] if after and not number else batch

    patch.setattr(SqliteLog, "read", passed)


@_made_by
def a_replaced_record_stays_on_cards(patch: pytest.MonkeyPatch) -> None:
    is_live = index.is_live
    patch.setattr(
        index,
        "is_live",
        lambda records, stamps, replaced, horizons: is_live(
            records, stamps, replaced[:0], horizons
        ),
    )


@_made_by
def a_cursor_leads_one_too_far(patch: pytest.MonkeyPatch) -> None:
    sealed = Cursors.sealed
    patch.setattr(
        Cursors,
        "sealed",
        lambda self, positions, holder: sealed(self, [one + 1 for one in positions], holder),
    )


@_made_by
def what_was_let_go_is_unknown_after_a_start(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Retentions, "load", lambda *_: None)


@_made_by
def an_append_is_acknowledged_before_it_is_committed(patch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def late(connection: Connection, _: Callable[[], None]) -> Iterator[None]:
        if connection.in_transaction:
            connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        yield

    patch.setattr(sqlite, "transaction", late)
