"""Leaks of the server: errors, cursors, streams, and what a poster is told."""
# ruff: noqa: SLF001 - a mistake is made inside

import pytest

from cure.errors import ForbiddenError, NotKnownError
from cure.hub import intake, visible
from cure.model import Audience, Purpose
from cure.web import observables, records
from cure.web.asker import Asker
from leaks.leak import Leaks

LEAKS = Leaks()


def _is_stored(asker: Asker, observable) -> bool:
    whoever = Audience(asker.serving.open_audience(Purpose.READ).organisation)
    sight = asker.serving.installation.gate.view(whoever)._sight
    return sight.moment.values.find_one(visible.pack(observable)) >= 0


def _where_unknown(patch: pytest.MonkeyPatch, error: Exception) -> None:
    """Answer otherwise about what is hidden than about what was never said."""
    original = observables._card

    def answered(asker: Asker, likeness, observable) -> object:
        try:
            return original(asker, likeness, observable)
        except NotKnownError:
            if _is_stored(asker, observable):
                raise error from None
            raise

    patch.setattr(observables, "_card", answered)


@LEAKS.caught_by("web")
def what_is_hidden_is_forbidden_instead_of_unknown(patch: pytest.MonkeyPatch) -> None:
    _where_unknown(patch, ForbiddenError())


@LEAKS.caught_by("web")
def an_error_says_that_something_is_hidden(patch: pytest.MonkeyPatch) -> None:
    _where_unknown(patch, NotKnownError("nothing is known of it to you"))


@LEAKS.caught_by("web")
def a_cursor_holds_the_length_of_the_log(patch: pytest.MonkeyPatch) -> None:
    original = observables._question

    def question(asker: Asker, *about: object) -> bytes:
        return original(asker, *about) + b"%d" % len(asker.serving.installation)

    patch.setattr(observables, "_question", question)


@LEAKS.caught_by("stream")
def a_stream_is_an_answer_like_any_other(patch: pytest.MonkeyPatch) -> None:
    original = Asker.audience
    patch.setattr(Asker, "audience", lambda self, _=None: original(self, Purpose.READ))


@LEAKS.caught_by("posts")
def record_numbers_count_what_others_post(patch: pytest.MonkeyPatch) -> None:
    told = records._Tally.told
    patch.setattr(records._Tally, "told", lambda self, **_: told(self, numbered=True))


@LEAKS.caught_by("posts")
def what_another_has_said_is_a_duplicate(patch: pytest.MonkeyPatch) -> None:
    original = intake.digest_of
    patch.setattr(intake, "digest_of", lambda _, finding: original("", finding))


@LEAKS.caught_by("posts")
def what_others_sent_in_vain_is_shown(patch: pytest.MonkeyPatch) -> None:
    original = records._read_part

    def read_part(parts, installation, now) -> object:
        part = original(parts, installation, now)
        part.quarantined += [one for _, one in installation.log.quarantined(10)]
        return part

    patch.setattr(records, "_read_part", read_part)


@LEAKS.caught_by("posts")
def a_source_of_another_is_told_from_none(patch: pytest.MonkeyPatch) -> None:
    original = records.intake_of

    def intake_of(asker: Asker, source: str, now) -> object:
        if asker.serving.installation.owners_of(source) - {asker.owner}:
            raise ForbiddenError("that source belongs to somebody else")
        return original(asker, source, now)

    patch.setattr(records, "intake_of", intake_of)
