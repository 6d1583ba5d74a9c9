"""What is hidden, unnamed or cut out of records could be anything, as far as others can tell."""

from hypothesis import given, settings
from hypothesis import strategies as st

import laws
from cure.model import Audience, Finding, Label, Record
from hidden import without_hidden
from laws import AT
from proof import examples
from strategies import audiences, findings, histories, labels, numbered, records

said = st.lists(records(), max_size=12)


@given(said, audiences)
@settings(max_examples=examples(50, 2000))
def test_what_is_hidden_is_as_if_it_had_never_been_said(batch: list[Record], to: Audience):
    logged = numbered(batch)
    assert laws.hidden_is_as_never_said(logged, without_hidden(logged, to, AT), to, AT)


@given(histories(), audiences)
@settings(max_examples=examples(25, 2000))
def test_what_is_hidden_is_as_if_it_had_never_been_said_nor_taken_back(
    batch: list[Record], to: Audience
):
    logged = numbered(batch)
    assert laws.hidden_is_as_never_said(logged, without_hidden(logged, to, AT), to, AT)


@given(said, audiences)
@settings(max_examples=examples(50, 2000))
def test_what_was_relabelled_is_as_if_it_had_always_been_labelled_so(
    batch: list[Record], to: Audience
):
    logged = numbered(batch)
    assert laws.relabelled_is_as_ever_labelled(logged, without_hidden(logged, to, AT), to, AT)


@given(said, audiences)
@settings(max_examples=examples(50, 2000))
def test_a_source_that_stays_unnamed_could_be_any(batch: list[Record], to: Audience):
    assert laws.unnamed_could_be_anybody(batch, to, AT)


@given(st.lists(findings(), min_size=1, max_size=4), labels, audiences)
@settings(max_examples=examples(50, 2000))
def test_who_was_hit_could_be_anybody(batch: list[Finding], label: Label, to: Audience):
    assert laws.victims_could_be_anybody(batch, label, to, AT)
