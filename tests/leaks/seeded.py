"""Leaks, each a small mutation of the program such as might be written by mistake.

Each names the law that has to catch it. Most let one step look at all records instead of those
that the audience may see.
"""
# ruff: noqa: SLF001 - a mistake is made inside

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import numpy as np
import pytest

from cure.errors import ForbiddenError, NotKnownError
from cure.hub import campaign, card, changed, intake, match, overview, pivot, search, view, visible
from cure.hub.visible import Clearance, Numbers, Visible
from cure.model import Audience, Label, Purpose, Tlp
from cure.model import audience as audience_module
from cure.showing import LabelShown, RecordShown
from cure.web import observables, records
from cure.web.asker import Asker


class Leak(NamedTuple):
    """A mutation, and the law that catches it."""

    name: str
    law: str
    spring: Callable[[pytest.MonkeyPatch], None]


LEAKS: list[Leak] = []


def leak(law: str) -> Callable[[Callable[[pytest.MonkeyPatch], None]], None]:
    """Put a mutation on the list, under its name."""

    def add(spring: Callable[[pytest.MonkeyPatch], None]) -> None:
        LEAKS.append(Leak(spring.__name__, law, spring))

    return add


def unbounded(sight: Visible) -> Visible:
    """Return the same moment as somebody sees it who may see everything."""
    stamps = sight.moment.stamps
    sources = np.array([one.source for one in stamps], np.int64)
    return Visible(
        sight.moment, Clearance(np.ones(len(stamps), bool), everything=True, sources=sources)
    )


def looking_too_far(name: str, law: str, module: object, function: str) -> None:
    """Put on the list that a function of a sight looks at all records."""

    def spring(patch: pytest.MonkeyPatch) -> None:
        original = getattr(module, function)
        patch.setattr(
            module,
            function,
            lambda sight, *more, **named: original(unbounded(sight), *more, **named),
        )

    LEAKS.append(Leak(name, law, spring))


looking_too_far("networks_that_contain_it_are_named_though_hidden", "hidden", card, "contained_in")
looking_too_far("domains_above_it_are_named_though_hidden", "hidden", card, "parents")
looking_too_far("links_count_values_that_one_side_hides", "hidden", overview, "matrix")
looking_too_far("sums_of_sources_count_hidden_records", "hidden", overview, "sources")
looking_too_far("a_timeline_counts_hidden_records", "hidden", overview, "timeline")
looking_too_far("links_since_a_moment_look_at_hidden_ones", "hidden", overview, "_values_since")
looking_too_far("a_match_tells_what_hidden_sources_say", "hidden", match, "seen_by_value")
looking_too_far("a_search_finds_hidden_values", "hidden", search, "search")
looking_too_far("a_search_in_time_finds_by_hidden_records", "hidden", search, "_within")
looking_too_far("a_pivot_walks_over_hidden_records", "hidden", pivot, "beside")
looking_too_far("a_pivot_names_hidden_sources", "hidden", pivot, "_nodes")
looking_too_far("a_campaign_has_members_by_hidden_records", "hidden", campaign, "beside")
looking_too_far("aliases_come_from_hidden_records", "hidden", campaign, "_aliases")
looking_too_far("a_reference_is_none_for_a_hidden_record", "hidden", campaign, "_references")
looking_too_far("names_are_resolved_to_hidden_tags", "hidden", campaign, "tags_called")
looking_too_far("roles_in_a_story_come_from_hidden_records", "hidden", campaign, "_steps")
looking_too_far("new_links_are_told_of_hidden_records", "hidden", changed, "new_links")
looking_too_far("new_records_are_counted_though_hidden", "hidden", changed, "record_counts")


# Cards ----------------------------------------------------------------------------------


def _all_said(patch: pytest.MonkeyPatch, field: str) -> None:
    """Let one part of a card come from all records."""
    original = card._said_by_few

    def said(sight: Visible, value_id: int, numbers: list[int]) -> object:
        here = original(sight, value_id, numbers)
        far = unbounded(sight)
        there = original(far, value_id, far.records_of(value_id).tolist())
        return here._replace(**{field: getattr(there, field)})

    patch.setattr(card, "_said_by_few", said)


@leak("hidden")
def counts_of_a_card_include_hidden_records(patch: pytest.MonkeyPatch) -> None:
    _all_said(patch, "sums")


@leak("hidden")
def roles_of_a_card_come_from_hidden_records(patch: pytest.MonkeyPatch) -> None:
    _all_said(patch, "roles")


@leak("hidden")
def tags_of_a_card_are_counted_in_hidden_records(patch: pytest.MonkeyPatch) -> None:
    _all_said(patch, "tags")


@leak("hidden")
def first_seen_is_that_of_a_hidden_record(patch: pytest.MonkeyPatch) -> None:
    original = card._said_by_few

    def said(sight: Visible, value_id: int, numbers: list[int]) -> object:
        here = original(sight, value_id, numbers)
        every = unbounded(sight).records_of(value_id)
        for one in here.sums.values():
            one.first = int(sight.moment.records.first[every].min())
        return here

    patch.setattr(card, "_said_by_few", said)


# Limits, cursors and flags --------------------------------------------------------------


@leak("hidden")
def a_known_value_is_one_that_anybody_knows(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visible, "known", lambda _, ids: ids >= 0)


@leak("hidden")
def a_search_is_cut_before_it_is_filtered(patch: pytest.MonkeyPatch) -> None:
    original = search._candidates

    def candidates(sight: Visible, pattern: str) -> tuple[str, Numbers]:
        understood, ids = original(sight, pattern)
        return understood, ids[:3]

    patch.setattr(search, "_candidates", candidates)


@leak("hidden")
def a_search_counts_what_it_does_not_show(patch: pytest.MonkeyPatch) -> None:
    original = search.search

    def counted(sight: Visible, pattern: str, *more: object) -> object:
        every = original(unbounded(sight), pattern, *more)
        return msgspec.structs.replace(original(sight, pattern, *more), total=every.total)

    patch.setattr(search, "search", counted)


@leak("hidden")
def more_records_are_said_to_follow_than_are_visible(patch: pytest.MonkeyPatch) -> None:
    original = view.View.records

    def records_of(self: view.View, observable, **wanted: object) -> object:
        released, more = original(self, observable, **wanted)
        sight = unbounded(self._sight)
        value_id = sight.find_one(observable)
        return released, more or (value_id >= 0 and len(sight.records_of(value_id)) > len(released))

    patch.setattr(view.View, "records", records_of)


@leak("hidden")
def a_value_is_common_ground_by_hidden_records(patch: pytest.MonkeyPatch) -> None:
    original = campaign._neighbours

    def neighbours(sight: Visible, seeds, *, follow_all: bool) -> object:
        near, far, references = original(sight, seeds, follow_all=follow_all)
        every = Counter(pivot.beside(unbounded(sight), seeds)[0].tolist())
        rare = np.array([every[one] <= campaign.COMMON for one in near.tolist()], bool)
        return near[rare], far[rare], references

    patch.setattr(campaign, "_neighbours", neighbours)


@leak("hidden")
def a_pivot_says_that_hidden_records_were_left_out(patch: pytest.MonkeyPatch) -> None:
    original = pivot.beside

    def beside(sight: Visible, ids) -> object:
        return (*original(sight, ids)[:3], original(unbounded(sight), ids)[3])

    patch.setattr(pivot, "beside", beside)


@leak("hidden")
def sources_of_which_nothing_is_visible_are_listed(patch: pytest.MonkeyPatch) -> None:
    original = overview.matrix

    def matrix(sight: Visible, *about: object) -> object:
        every = original(unbounded(sight), *about)
        return msgspec.structs.replace(original(sight, *about), sources=every.sources)

    patch.setattr(overview, "matrix", matrix)


# What is remembered ---------------------------------------------------------------------


@leak("hidden")
def what_was_told_to_others_is_told_again(patch: pytest.MonkeyPatch) -> None:
    told: dict[object, tuple[object, object]] = {}
    original = view.View.links

    def links(self: view.View, topic=None, since=None) -> object:
        moment = self._sight.moment
        answer = original(self, topic, since)
        return told.setdefault((id(moment), topic, since), (answer, moment))[0]

    patch.setattr(view.View, "links", links)


@leak("hidden")
def the_view_of_others_in_an_organisation_is_taken(patch: pytest.MonkeyPatch) -> None:
    original = view.Gate.view

    def shared(self: view.Gate, to: Audience, at=view.EARLIEST) -> view.View:
        for other, one in self._latest.views.items():
            if other.organisation == to.organisation:
                return one
        return original(self, to, at)

    patch.setattr(view.Gate, "view", shared)


@leak("relabelled")
def a_clearance_outlives_a_change_of_labels(patch: pytest.MonkeyPatch) -> None:
    holds = view._Decided.holds
    patch.setattr(
        view._Decided,
        "holds",
        lambda self, moment, at: holds(self, moment._replace(relabelled=self.relabelled), at),
    )


@leak("hidden")
def a_clearance_outlives_the_window_of_a_label(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(view, "_unchanging", lambda *_: (view.EARLIEST, view._END))


# The decision ---------------------------------------------------------------------------


def _label_read_as(patch: pytest.MonkeyPatch, **instead: object) -> None:
    original = Audience.may_read

    def may_read(self: Audience, source: str, label: Label, at=None) -> bool:
        return original(self, source, msgspec.structs.replace(label, **instead), at)

    patch.setattr(Audience, "may_read", may_read)


@leak("policy")
def a_label_never_expires(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, expires=None)


@leak("policy")
def a_label_is_open_before_its_time(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, not_before=None)


@leak("policy")
def what_was_cut_for_others_is_shown_to_the_owner_too(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, but_owner=False)


@leak("policy")
def caveats_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, caveats=())


@leak("policy")
def confidentiality_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, confidentiality=1)


@leak("policy")
def grants_of_sources_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    original = Audience.may_read
    patch.setattr(
        Audience,
        "may_read",
        lambda self, *asked: original(msgspec.structs.replace(self, sources=None), *asked),
    )


@leak("policy")
def to_whom_it_is_releasable_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Audience, "_is_named", lambda *_: True)


@leak("policy")
def amber_without_names_is_for_all(patch: pytest.MonkeyPatch) -> None:
    named = Audience._is_named
    patch.setattr(
        Audience, "_is_named", lambda self, label: not label.releasable or named(self, label)
    )


@leak("policy")
def a_group_of_any_name_will_do(patch: pytest.MonkeyPatch) -> None:
    named = Audience._is_named
    patch.setattr(
        Audience,
        "_is_named",
        lambda self, label: (
            named(self, label) or any(name.startswith("group:") for name in label.releasable)
        ),
    )


@leak("policy")
def red_is_for_whole_organisations(patch: pytest.MonkeyPatch) -> None:
    named = Audience._is_named

    def as_amber(self: Audience, label: Label) -> bool:
        return named(self, msgspec.structs.replace(label, tlp=min(label.tlp, Tlp.AMBER_STRICT)))

    patch.setattr(Audience, "_is_named", as_amber)


@leak("policy")
def no_push_is_pushed(patch: pytest.MonkeyPatch) -> None:
    forbidding = dict(audience_module._FORBIDDING)
    del forbidding[Purpose.PUSH]
    patch.setattr(audience_module, "_FORBIDDING", forbidding)


# Names and fields -----------------------------------------------------------------------


@leak("unnamed")
def a_source_that_stays_unnamed_is_named(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Audience, "may_attribute", lambda *_: True)


@leak("unnamed")
def the_owner_of_what_stays_unnamed_is_shown(patch: pytest.MonkeyPatch) -> None:
    original = RecordShown.of

    def of(record, to: Audience) -> RecordShown:
        shown = original(record, to)
        return msgspec.structs.replace(shown, label=LabelShown.of(record.label))

    patch.setattr(RecordShown, "of", staticmethod(of))


@leak("victims")
def victims_are_not_cut_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(intake, "without", lambda finding, _: finding)


@leak("victims")
def the_whole_record_goes_to_others_as_well(patch: pytest.MonkeyPatch) -> None:
    original = intake.Intake.__init__

    def init(self: intake.Intake, publisher, source: str, label: Label, *more: object) -> None:
        original(self, publisher, source, label, *more)
        self._whole_label = label

    patch.setattr(intake.Intake, "__init__", init)


# Over HTTP ------------------------------------------------------------------------------


def _is_stored(asker: Asker, observable) -> bool:
    whoever = Audience(asker.serving.open_audience(Purpose.READ).organisation)
    sight = asker.serving.installation.gate.view(whoever)._sight
    return sight.moment.values.find_one(visible.pack(observable)) >= 0


def _where_unknown(patch: pytest.MonkeyPatch, error: Exception) -> None:
    """Answer otherwise about what is hidden than about what was never said."""
    original = observables._card

    def answered(asker: Asker, observable) -> object:
        try:
            return original(asker, observable)
        except NotKnownError:
            if _is_stored(asker, observable):
                raise error from None
            raise

    patch.setattr(observables, "_card", answered)


@leak("web")
def what_is_hidden_is_forbidden_instead_of_unknown(patch: pytest.MonkeyPatch) -> None:
    _where_unknown(patch, ForbiddenError())


@leak("web")
def an_error_says_that_something_is_hidden(patch: pytest.MonkeyPatch) -> None:
    _where_unknown(patch, NotKnownError("nothing is known of it to you"))


@leak("web")
def a_cursor_holds_the_length_of_the_log(patch: pytest.MonkeyPatch) -> None:
    original = observables._question

    def question(asker: Asker, *about: object) -> bytes:
        return original(asker, *about) + b"%d" % len(asker.serving.installation)

    patch.setattr(observables, "_question", question)


@leak("stream")
def a_stream_is_an_answer_like_any_other(patch: pytest.MonkeyPatch) -> None:
    original = Asker.audience
    patch.setattr(Asker, "audience", lambda self, _=None: original(self, Purpose.READ))


@leak("posts")
def record_numbers_count_what_others_post(patch: pytest.MonkeyPatch) -> None:
    told = records._Tally.told
    patch.setattr(records._Tally, "told", lambda self, **_: told(self, numbered=True))


@leak("posts")
def what_another_has_said_is_a_duplicate(patch: pytest.MonkeyPatch) -> None:
    original = intake.digest_of
    patch.setattr(intake, "digest_of", lambda _, finding: original("", finding))


@leak("posts")
def what_others_sent_in_vain_is_shown(patch: pytest.MonkeyPatch) -> None:
    original = records._read_part

    def read_part(parts, installation, now) -> object:
        part = original(parts, installation, now)
        part.quarantined += [one for _, one in installation.log.quarantined(10)]
        return part

    patch.setattr(records, "_read_part", read_part)


@leak("posts")
def a_source_of_another_is_told_from_none(patch: pytest.MonkeyPatch) -> None:
    original = records.intake_of

    def intake_of(asker: Asker, source: str, now) -> object:
        if asker.serving.installation.owners_of(source) - {asker.owner}:
            raise ForbiddenError("that source belongs to somebody else")
        return original(asker, source, now)

    patch.setattr(records, "intake_of", intake_of)
