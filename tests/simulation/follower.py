"""Somebody who follows what he may read, with a cursor that outlives every crash."""

from datetime import datetime
from random import Random

from cure.hub.view import Followed
from cure.installation import Installation
from cure.interfaces import Cards
from cure.model import Audience
from cure.web.cursors import Cursors
from simulation.plain_log import PlainLog


class Follower:
    """One follower.

    Attributes:
        to: Who he is.
        cursor: Where he goes on; empty: at the beginning.
        held: Numbers of the records that he was told, and not yet told that they are gone.
    """

    def __init__(self, to: Audience) -> None:
        """Begin at the beginning."""
        self.to = to
        self.cursor = ""
        self.held: set[int] = set()
        self._position = 0

    def changes_rights(self, to: Audience) -> None:
        """Become somebody who may read more, less or other things, of the same organisation."""
        self.to = to

    def drain(
        self, installation: Installation, plain: PlainLog, at: datetime, random: Random
    ) -> None:
        """Read to the end, and compare that with what there was to tell."""
        cursors = Cursors(installation)
        organisation = self.to.organisation
        begun = cursors.position(self.cursor, organisation) if self.cursor else 0
        assert begun == self._position
        view = installation.gate.view(self.to, at)
        position, is_all = begun, False
        came: list[int] = []
        gone: list[int] = []
        while not is_all:
            news = view.news(position, random.randint(1, 4), Followed())
            assert news.position >= position
            position, is_all = news.position, news.is_all
            came += news.came
            gone += news.gone
        self._position = position
        [cursor] = cursors.sealed([position], organisation)
        self.cursor = cursor.decode()
        self._nothing_is_missed(plain, at, begun, came)
        self._nothing_is_told_that_may_not_be_seen(plain, at, came, gone)
        self._what_was_taken_back_is_heard(plain, at, begun, gone)
        ended = {plain.digest_of(seq) for seq in gone}
        held = {seq for seq in self.held if plain.digest_of(seq) not in ended}
        self.held = held | set(came)

    def _nothing_is_missed(
        self, plain: PlainLog, at: datetime, begun: int, came: list[int]
    ) -> None:
        there = [one.seq for one in plain.said[begun:] if one.is_live and one.is_seen(self.to, at)]
        assert came == there

    def _nothing_is_told_that_may_not_be_seen(
        self, plain: PlainLog, at: datetime, came: list[int], gone: list[int]
    ) -> None:
        for seq in (*came, *gone):
            assert plain.said[seq - 1].is_seen(self.to, at)
        assert all(plain.said[seq - 1].replaced_by for seq in gone)

    def _what_was_taken_back_is_heard(
        self, plain: PlainLog, at: datetime, begun: int, gone: list[int]
    ) -> None:
        """He hears of the end of what he holds; but not of its age, nor of what was hidden."""
        ended = {plain.digest_of(seq) for seq in gone}
        for seq in self.held:
            digest = plain.digest_of(seq)
            versions = [one for one in plain.said if one.record.digest == digest]
            if any(one.cards is Cards.DROP for one in versions):
                continue
            readable = [one for one in versions if one.says and one.is_seen(self.to, at)]
            last = readable[-1].replaced_by if readable else 0
            assert last <= begun or digest in ended
