"""Audiences: all who may see the same labels. The one place where that is decided."""

from datetime import datetime
from enum import StrEnum

import msgspec

from cure.model.label import Caveat, Confidentiality, Label, Tlp


class Purpose(StrEnum):
    """What an answer is for; some labels may be read, but not sent or worked on."""

    READ = "read"
    PUSH = "push"
    EXPORT = "export"
    DERIVE = "derive"


UNDISCLOSED_NAME = "undisclosed"
"""How a source is called that stays unnamed."""
_FORBIDDING = {
    Purpose.PUSH: Caveat.NO_PUSH,
    Purpose.EXPORT: Caveat.NO_EXPORT,
    Purpose.DERIVE: Caveat.NO_DERIVE,
}


class Audience(msgspec.Struct, frozen=True):
    """All who may see the same labels.

    Attributes:
        organisation: Whose people they are.
        tlp: The highest marking that the agreement with the organisation allows.
        sources: The sources granted; None means every source.
        confidentiality: The highest 機密性 that the agreement allows.
        groups: The groups that the organisation, or the person, is in.
        user: The person's name; empty: nobody in particular.
        purpose: What the answer is for.
    """

    organisation: str
    tlp: Tlp = Tlp.CLEAR
    sources: frozenset[str] | None = None
    confidentiality: Confidentiality = Confidentiality.LEVEL_3
    groups: frozenset[str] = frozenset()
    user: str = ""
    purpose: Purpose = Purpose.READ

    def may_read(self, source: str, label: Label, at: datetime | None = None) -> bool:
        """Decide on one source's records with one label.

        Args:
            source: Whose records they are.
            label: Their label.
            at: The moment of the question; None: a label with a time window is read by its
                owner only.

        >>> partner = Audience("partner", Tlp.AMBER)
        >>> partner.may_read("cowrie", Label(Tlp.GREEN, "soc"))
        True
        >>> partner.may_read("cowrie", Label(Tlp.AMBER, "soc"))
        False
        """
        if _FORBIDDING.get(self.purpose) in label.caveats:
            return False
        if label.owner == self.organisation:
            return not label.but_owner
        return (
            label.tlp <= self.tlp
            and label.confidentiality <= self.confidentiality
            and (self.sources is None or source in self.sources)
            and self._is_named(label)
            and _is_open(label, at)
        )

    def may_attribute(self, label: Label) -> bool:
        """Decide whether it may be told who says what is labelled so."""
        return Caveat.NO_ATTRIB not in label.caveats or label.owner == self.organisation

    def _is_named(self, label: Label) -> bool:
        if label.tlp is Tlp.RED:
            return bool(self.user) and f"user:{self.user}" in label.releasable
        if not label.releasable:
            return label.tlp < Tlp.AMBER
        names = {self.organisation, *(f"group:{name}" for name in self.groups)}
        if self.user:
            names.add(f"user:{self.user}")
        return not names.isdisjoint(label.releasable)


def _is_open(label: Label, at: datetime | None) -> bool:
    """Tell whether a moment lies in the window of a label."""
    if label.not_before is None and label.expires is None:
        return True
    return (
        at is not None
        and (label.not_before is None or label.not_before <= at)
        and (label.expires is None or at < label.expires)
    )
