from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.asking import about, moment
from cure.errors import MalformedError, NotKnownError
from cure.hub.batch import batch_of
from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.hub.view import View
from cure.interfaces import Logged
from cure.model import Audience, Finding, Kind, Label, Record, Tlp, mention, recognise, tag

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def view() -> View:
    tags = [mention(tag(text)) for text in ("actor:Lazarus Group", "mitre:lazarus-group", "x:ip")]
    hub = Hub(HashKey.of(bytes(24)))
    said = Finding(Kind.ANNOTATION, tuple(tags), NOW, NOW)
    hub.accept(batch_of([Logged(1, Record("a", Label(Tlp.CLEAR, "soc"), bytes(16), said), 0)]))
    return Gate(hub).view(Audience("soc"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("24h", NOW - timedelta(days=1)),
        (" 7 d ", NOW - timedelta(days=7)),
        ("2w", NOW - timedelta(days=14)),
        ("2026-01-01T09:00:00+09:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01 00:00:00.5+00:00", datetime(2026, 1, 1, microsecond=500_000, tzinfo=UTC)),
    ],
)
def test_moments_are_read(text, wanted):
    assert moment(text, NOW) == wanted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-01-01T00:00:00", "no zone; write Z or +09:00 behind it"),
        ("2026-01-01", "no zone; write Z or +09:00 behind it"),
        ("tomorrow", "want ISO 8601 with a zone, or 30m, 24h, 7d"),
        ("", "want ISO 8601 with a zone, or 30m, 24h, 7d"),
        ("9999-12-31T23:59:59-12:00", "beyond the years that a calendar has"),
    ],
)
def test_what_is_no_moment_is_refused(text, why):
    with pytest.raises(MalformedError) as error:
        moment(text, NOW)

    assert error.value.why == why


@given(st.text() | st.from_regex(r"\d{1,6}[mhdw]", fullmatch=True))
def test_any_text_is_a_moment_with_a_zone_or_malformed(text):
    with suppress(MalformedError):
        assert moment(text, NOW).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("192[.]0.2.1", ["192.0.2.1"]),
        ("lazarus group", ["actor:lazarus-group", "mitre:lazarus-group"]),
        ("actor:lazarus_group", ["actor:lazarus-group"]),
        ("actor:other", ["actor:other"]),
        ("ip", ["x:ip"]),
    ],
)
def test_a_question_is_about_a_value_a_tag_or_all_tags_of_a_name(view, text, values):
    assert about(view, text) == [recognise(value) for value in values]


def test_a_name_of_which_nothing_is_known_is_not_known(view):
    with pytest.raises(NotKnownError):
        about(view, "Other Group")
