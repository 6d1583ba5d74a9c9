"""The scores and judgements of a data directory here, or of a server, for the commands."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Protocol

import msgspec

import cure
from cure.access.in_force import rated_intake, ratings_in
from cure.access.ratings import Ratings
from cure.app import operator, publisher_called
from cure.asking import known_value, moment
from cure.cli.answered import read_answer
from cure.cli.opening import opened
from cure.cli.options import settings_of
from cure.enrichers.maliciousness.score import Score, score
from cure.enrichers.reliability.judging import Bench, Judgement, JudgementForm, judgements_about
from cure.enrichers.reliability.sources import SourceReliability, reliability
from cure.enrichers.reliability.trust import Trust, trust_in
from cure.errors import ConfigError
from cure.installation import Installation
from cure.model import Purpose


class ScoreBook(Protocol):
    """What can be asked about scores and judgements."""

    def score(self, value: str, at: str | None) -> Score:
        """Return how malicious a value is."""
        ...

    def reliability(self) -> list[SourceReliability]:
        """Return how far each source is believed."""
        ...

    def judgements(self, about: str) -> list[Judgement]:
        """Return what analysts said of a value or a source."""
        ...

    def judge(self, form: JudgementForm) -> Judgement:
        """Keep what an analyst says."""
        ...


@contextmanager
def score_book(data: Path | None, url: str | None, *, write: bool = False) -> Iterator[ScoreBook]:
    """Open what was named on the command line.

    Raises:
        ConfigError: If both were, or there is no data.
    """
    if url is None:
        settings = settings_of(data)
        with (
            opened(settings, write=write) as installation,
            ratings_in(installation.directory) as ratings,
        ):
            yield _Here(installation, settings.organisation, ratings)
    elif data is None:
        with import_module("cure.client").Client(url) as client:
            yield _There(client)
    else:
        raise ConfigError("give --data or --url, not both")


class _Here:
    def __init__(
        self, installation: Installation, organisation: str, ratings: Ratings | None
    ) -> None:
        self._now = datetime.now(UTC)
        self._installation = installation
        self._organisation = organisation
        self._ratings = ratings
        self._audience = operator(organisation)
        derive = msgspec.structs.replace(self._audience, purpose=Purpose.DERIVE)
        self._view = installation.gate.view(self._audience, self._now)
        self._derived = installation.gate.view(derive, self._now)
        self._trust: dict[datetime, Trust] = {}

    def score(self, value: str, at: str | None) -> Score:
        about = known_value(self._view, value)
        when = self._now if at is None else moment(at, self._now)
        if when not in self._trust:
            self._trust[when] = trust_in(self._derived, when)
        return score(self._derived, about, when, self._trust[when])

    def reliability(self) -> list[SourceReliability]:
        return reliability(self._derived, self._now)

    def judgements(self, about: str) -> list[Judgement]:
        return judgements_about(self._view, self._installation.log, self._audience, about)

    def judge(self, form: JudgementForm) -> Judgement:
        bench = Bench(
            publisher_called("findings"),
            self._organisation,
            os.environ.get("USER", ""),
            self._now,
            partial(rated_intake, self._ratings),
        )
        records = bench.judged(form)
        self._installation.append(records)
        return Judgement.of(records[0], self._audience)


class _There:
    def __init__(self, client: cure.Client) -> None:
        self._client = client

    def score(self, value: str, at: str | None) -> Score:
        return read_answer(self._client.score(value, at=at), Score)

    def reliability(self) -> list[SourceReliability]:
        return read_answer(self._client.reliability(), list[SourceReliability])

    def judgements(self, about: str) -> list[Judgement]:
        return read_answer(self._client.ratings(about), list[Judgement])

    def judge(self, form: JudgementForm) -> Judgement:
        said = {name: one for name, one in msgspec.structs.asdict(form).items() if one is not None}
        return read_answer(self._client.rate(**said), Judgement)
