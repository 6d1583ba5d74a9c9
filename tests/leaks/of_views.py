"""Leaks of the hub: one step looks at all records instead of those that the audience may see."""
# ruff: noqa: SLF001 - a mistake is made inside

from collections import Counter

import msgspec
import numpy as np
import pytest

from cure.hub import (
    campaign,
    card,
    changed,
    evidence,
    first_times,
    gate,
    match,
    overview,
    pivot,
    search,
    view,
)
from cure.hub.visible import Numbers, Visible
from cure.model import Audience
from leaks.leak import Leaks, unbounded

LEAKS = Leaks()

LEAKS.add_looking_too_far("networks_that_contain_it_are_named_though_hidden", card, "contained_in")
LEAKS.add_looking_too_far("links_count_values_that_one_side_hides", overview, "matrix")
LEAKS.add_looking_too_far("sums_of_sources_count_hidden_records", overview, "sources")
LEAKS.add_looking_too_far("a_timeline_counts_hidden_records", overview, "timeline")
LEAKS.add_looking_too_far("links_since_a_moment_look_at_hidden_ones", overview, "_values_since")
LEAKS.add_looking_too_far("a_match_tells_what_hidden_sources_say", match, "seen_by_value")
LEAKS.add_looking_too_far("a_search_finds_hidden_values", search, "search")
LEAKS.add_looking_too_far("a_search_in_time_finds_by_hidden_records", search, "_within")
LEAKS.add_looking_too_far("a_pivot_walks_over_hidden_records", pivot, "beside")
LEAKS.add_looking_too_far("a_pivot_names_hidden_sources", pivot, "said_by")
LEAKS.add_looking_too_far("aliases_come_from_hidden_records", campaign, "aliases")
LEAKS.add_looking_too_far("a_reference_is_none_for_a_hidden_record", campaign, "references")
LEAKS.add_looking_too_far("names_are_resolved_to_hidden_tags", campaign, "tags_called")
LEAKS.add_looking_too_far("roles_in_a_story_come_from_hidden_records", campaign, "roles_by_source")
LEAKS.add_looking_too_far("scores_come_from_hidden_records", evidence, "evidence")
LEAKS.add_looking_too_far("hidden_judgements_move_reputations", evidence, "spoken_by")
LEAKS.add_looking_too_far("feeds_are_compared_by_hidden_records", first_times, "first_times")
LEAKS.add_looking_too_far("new_links_are_told_of_hidden_records", changed, "new_links")
LEAKS.add_looking_too_far("new_records_are_counted_though_hidden", changed, "record_counts")


@LEAKS.caught_by("hidden")
def what_was_hidden_is_told_once_it_is_taken_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visible, "could_read", lambda _, records: np.ones(len(records), bool))


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


@LEAKS.caught_by("hidden")
def counts_of_a_card_include_hidden_records(patch: pytest.MonkeyPatch) -> None:
    _all_said(patch, "sums")


@LEAKS.caught_by("hidden")
def roles_of_a_card_come_from_hidden_records(patch: pytest.MonkeyPatch) -> None:
    _all_said(patch, "roles")


@LEAKS.caught_by("hidden")
def tags_of_a_card_are_counted_in_hidden_records(patch: pytest.MonkeyPatch) -> None:
    _all_said(patch, "tags")


@LEAKS.caught_by("hidden")
def first_seen_is_that_of_a_hidden_record(patch: pytest.MonkeyPatch) -> None:
    original = card._said_by_few

    def said(sight: Visible, value_id: int, numbers: list[int]) -> object:
        here = original(sight, value_id, numbers)
        every = unbounded(sight).records_of(value_id)
        for one in here.sums.values():
            one.first = int(sight.moment.records.first[every].min())
        return here

    patch.setattr(card, "_said_by_few", said)


@LEAKS.caught_by("hidden")
def domains_above_it_are_named_though_hidden(patch: pytest.MonkeyPatch) -> None:
    original = card.card

    def card_of(sight: Visible, observable) -> card.Card:
        every = original(unbounded(sight), observable)
        return msgspec.structs.replace(original(sight, observable), parents=every.parents)

    patch.setattr(card, "card", card_of)


# Limits, cursors and flags --------------------------------------------------------------


@LEAKS.caught_by("hidden")
def a_known_value_is_one_that_anybody_knows(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visible, "known", lambda _, ids: ids >= 0)


@LEAKS.caught_by("hidden")
def a_search_is_cut_before_it_is_filtered(patch: pytest.MonkeyPatch) -> None:
    original = search._candidates

    def candidates(sight: Visible, pattern: str) -> tuple[str, Numbers]:
        understood, ids = original(sight, pattern)
        return understood, ids[:3]

    patch.setattr(search, "_candidates", candidates)


@LEAKS.caught_by("hidden")
def a_search_counts_what_it_does_not_show(patch: pytest.MonkeyPatch) -> None:
    original = search.search

    def counted(sight: Visible, pattern: str, *more: object) -> object:
        every = original(unbounded(sight), pattern, *more)
        return msgspec.structs.replace(original(sight, pattern, *more), total=every.total)

    patch.setattr(search, "search", counted)


@LEAKS.caught_by("hidden")
def more_records_are_said_to_follow_than_are_visible(patch: pytest.MonkeyPatch) -> None:
    original = view.View.records

    def records_of(self: view.View, observable, **wanted: object) -> object:
        released, more = original(self, observable, **wanted)
        sight = unbounded(self._sight)
        value_id = sight.find_one(observable)
        return released, more or (value_id >= 0 and len(sight.records_of(value_id)) > len(released))

    patch.setattr(view.View, "records", records_of)


@LEAKS.caught_by("hidden")
def a_campaign_has_members_by_hidden_records(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        campaign.Here, "beside", lambda self, ids: pivot.beside(unbounded(self._sight), ids)
    )


@LEAKS.caught_by("hidden")
def a_value_is_common_ground_by_hidden_records(patch: pytest.MonkeyPatch) -> None:
    original = campaign._neighbours

    def neighbours(here: campaign.Here, seeds, *, follow_all: bool) -> object:
        near, far, references = original(here, seeds, follow_all=follow_all)
        every = Counter(pivot.beside(unbounded(here._sight), seeds).near.tolist())
        rare = np.array([every[one] <= campaign.COMMON for one in near.tolist()], bool)
        return near[rare], far[rare], references

    patch.setattr(campaign, "_neighbours", neighbours)


@LEAKS.caught_by("hidden")
def a_pivot_says_that_hidden_records_were_left_out(patch: pytest.MonkeyPatch) -> None:
    original = pivot.beside

    def beside(sight: Visible, ids) -> object:
        return original(sight, ids)._replace(cut=original(unbounded(sight), ids).cut)

    patch.setattr(pivot, "beside", beside)


@LEAKS.caught_by("hidden")
def sources_of_which_nothing_is_visible_are_listed(patch: pytest.MonkeyPatch) -> None:
    original = overview.matrix

    def matrix(sight: Visible, *about: object) -> object:
        every = original(unbounded(sight), *about)
        return msgspec.structs.replace(original(sight, *about), sources=every.sources)

    patch.setattr(overview, "matrix", matrix)


# What is remembered ---------------------------------------------------------------------


@LEAKS.caught_by("hidden")
def what_was_told_to_others_is_told_again(patch: pytest.MonkeyPatch) -> None:
    told: dict[object, tuple[object, object]] = {}
    original = view.View.links

    def links(self: view.View, topic=None, since=None) -> object:
        moment = self._sight.moment
        answer = original(self, topic, since)
        return told.setdefault((id(moment), topic, since), (answer, moment))[0]

    patch.setattr(view.View, "links", links)


@LEAKS.caught_by("hidden")
def the_view_of_others_in_an_organisation_is_taken(patch: pytest.MonkeyPatch) -> None:
    original = gate.Gate.view

    def shared(self: gate.Gate, to: Audience, at=gate.EARLIEST) -> view.View:
        for other, one in self._latest.views.items():
            if other.organisation == to.organisation:
                return one
        return original(self, to, at)

    patch.setattr(gate.Gate, "view", shared)


@LEAKS.caught_by("relabelled")
def a_clearance_outlives_a_change_of_labels(patch: pytest.MonkeyPatch) -> None:
    holds = gate._Decided.holds
    patch.setattr(
        gate._Decided,
        "holds",
        lambda self, moment, at: holds(self, moment._replace(relabelled=self.relabelled), at),
    )


@LEAKS.caught_by("hidden")
def a_clearance_outlives_the_window_of_a_label(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate, "_unchanging", lambda *_: (gate.EARLIEST, gate._END))
