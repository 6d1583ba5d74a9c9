"""Leaks of the decision who may read what, and of what is cut out of a record or left unnamed."""
# ruff: noqa: SLF001 - a mistake is made inside

import msgspec
import pytest

from cure.hub import intake
from cure.model import Audience, Label, Purpose, Tlp
from cure.model import audience as audience_module
from cure.showing import LabelShown, RecordShown
from leaks.leak import Leaks

LEAKS = Leaks()


def _label_read_as(patch: pytest.MonkeyPatch, **instead: object) -> None:
    original = Audience.may_read

    def may_read(self: Audience, source: str, label: Label, at=None) -> bool:
        return original(self, source, msgspec.structs.replace(label, **instead), at)

    patch.setattr(Audience, "may_read", may_read)


@LEAKS.caught_by("policy")
def a_label_never_expires(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, expires=None)


@LEAKS.caught_by("policy")
def a_label_is_open_before_its_time(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, not_before=None)


@LEAKS.caught_by("policy")
def what_was_cut_for_others_is_shown_to_the_owner_too(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, but_owner=False)


@LEAKS.caught_by("policy")
def caveats_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, caveats=())


@LEAKS.caught_by("policy")
def confidentiality_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    _label_read_as(patch, confidentiality=1)


@LEAKS.caught_by("policy")
def grants_of_sources_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    original = Audience.may_read
    patch.setattr(
        Audience,
        "may_read",
        lambda self, *asked: original(msgspec.structs.replace(self, sources=None), *asked),
    )


@LEAKS.caught_by("policy")
def to_whom_it_is_releasable_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Audience, "_is_named", lambda *_: True)


@LEAKS.caught_by("policy")
def amber_without_names_is_for_all(patch: pytest.MonkeyPatch) -> None:
    named = Audience._is_named
    patch.setattr(
        Audience, "_is_named", lambda self, label: not label.releasable or named(self, label)
    )


@LEAKS.caught_by("policy")
def a_group_of_any_name_will_do(patch: pytest.MonkeyPatch) -> None:
    named = Audience._is_named
    patch.setattr(
        Audience,
        "_is_named",
        lambda self, label: (
            named(self, label) or any(name.startswith("group:") for name in label.releasable)
        ),
    )


@LEAKS.caught_by("policy")
def red_is_for_whole_organisations(patch: pytest.MonkeyPatch) -> None:
    named = Audience._is_named

    def as_amber(self: Audience, label: Label) -> bool:
        return named(self, msgspec.structs.replace(label, tlp=min(label.tlp, Tlp.AMBER_STRICT)))

    patch.setattr(Audience, "_is_named", as_amber)


@LEAKS.caught_by("policy")
def no_push_is_pushed(patch: pytest.MonkeyPatch) -> None:
    forbidding = dict(audience_module._FORBIDDING)
    del forbidding[Purpose.PUSH]
    patch.setattr(audience_module, "_FORBIDDING", forbidding)


# Names and fields -----------------------------------------------------------------------


@LEAKS.caught_by("unnamed")
def a_source_that_stays_unnamed_is_named(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Audience, "may_attribute", lambda *_: True)


@LEAKS.caught_by("unnamed")
def the_owner_of_what_stays_unnamed_is_shown(patch: pytest.MonkeyPatch) -> None:
    original = RecordShown.of

    def of(record, to: Audience) -> RecordShown:
        shown = original(record, to)
        return msgspec.structs.replace(shown, label=LabelShown.of(record.label))

    patch.setattr(RecordShown, "of", staticmethod(of))


@LEAKS.caught_by("victims")
def victims_are_not_cut_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(intake, "without", lambda finding, _: finding)


@LEAKS.caught_by("victims")
def the_whole_record_goes_to_others_as_well(patch: pytest.MonkeyPatch) -> None:
    original = intake.Intake.__init__

    def init(self: intake.Intake, publisher, source: str, label: Label, *more: object) -> None:
        original(self, publisher, source, label, *more)
        self._whole_label = label

    patch.setattr(intake.Intake, "__init__", init)
