"""The rating sheet of a source: how far its records travel, which fields are cut, and why.

It gives the label of what the source says, which is also a floor: a configuration or a publisher
may raise a label above it, and never undercut it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from cure.access.forms import TLP, TlpName
from cure.model import Caveat, Confidentiality, Label, Pap, Topic
from cure.model.fields import OWNERS_FIELDS, FieldClass
from cure.model.label import NOBODY, join

_Text = Annotated[str, Meta(min_length=1, max_length=2000)]
_Grantee = Annotated[str, Meta(pattern=r"^((group|user):)?[A-Za-z0-9][A-Za-z0-9._@-]{0,128}\Z")]


class Sheet(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody proposes for a source.

    Attributes:
        source: The source.
        tlp: Its marking.
        confidentiality: Its 機密性.
        releasable: Who may see it besides the owner, as in `Label`.
        caveats: What is to be minded.
        pap: What may be done with it.
        fields: Class of each role or attribute that is not public.
        topics: Of which it may speak; none named: of all that its publisher does.
        reasons: Why, under words such as ``sensor-exposure``, ``personal-data``, ``licence``,
            ``victim`` and ``adversary-feedback``; at least one.
    """

    source: Annotated[str, Meta(min_length=1, max_length=129)]
    tlp: TlpName
    reasons: Annotated[dict[_Text, _Text], Meta(min_length=1)]
    confidentiality: Confidentiality = Confidentiality.LEVEL_1
    releasable: tuple[_Grantee, ...] = ()
    caveats: frozenset[Caveat] = frozenset()
    pap: Pap = Pap.CLEAR
    fields: dict[_Text, FieldClass] = {}
    topics: frozenset[Topic] = frozenset()

    def label(self, owner: str) -> Label:
        """Return the label of what an organisation says through the source."""
        return Label(
            TLP[self.tlp],
            owner,
            tuple(sorted(set(self.releasable))),
            self.confidentiality,
            tuple(sorted(self.caveats)),
            self.pap,
        )

    @property
    def owners_fields(self) -> frozenset[str]:
        """The roles and attributes that only the owner sees; a rating adds to the usual ones."""
        return OWNERS_FIELDS | {
            name for name, said in self.fields.items() if said is not FieldClass.PUBLIC
        }


class Rating(Struct, frozen=True, kw_only=True):
    """A sheet with who answers for it.

    Attributes:
        id: Its number among all proposals.
        sheet: What was proposed.
        proposer: Who proposed it.
        proposed_at: When.
        version: Which version of the source's rating it became, from 1; 0: it is a proposal.
        approver: Who approved it.
        approved_at: When.
    """

    id: int
    sheet: Sheet
    proposer: str
    proposed_at: datetime
    version: int = 0
    approver: str = ""
    approved_at: datetime | None = None


def raised(label: Label, floor: Label) -> Label:
    """Return a label, raised to the floor where it would undercut it."""
    return join((floor, label)) if label.owner == floor.owner else label


def exchanges(
    in_use: Iterable[Label], usual: Label, sheet: Sheet, *, withhold: bool
) -> list[tuple[Label, Label]]:
    """Return which labels of stored records come under which others, in the order to do it.

    Records that had the label usual before get that of the sheet; those that were raised above
    it stay raised. The whole of a record that was cut for others stays its owner's alone.

    Args:
        in_use: The labels that records of the source have.
        usual: The label that they had before, of any owner.
        sheet: The new rating.
        withhold: Whether what was stored uncut is kept from others, for it may hold fields that
            the sheet has cut.
    """
    found: list[tuple[bool, Label, Label]] = []
    for old in in_use:
        before = msgspec.structs.replace(usual, owner=old.owner)
        is_whole = old.releasable == NOBODY
        plain = msgspec.structs.replace(
            old, but_owner=False, releasable=before.releasable if is_whole else old.releasable
        )
        new = sheet.label(old.owner)
        is_usual = plain == before
        if not is_usual:
            new = raised(plain, new)
        if is_whole or (withhold and not old.but_owner):
            new = msgspec.structs.replace(new, releasable=NOBODY)
        new = msgspec.structs.replace(new, but_owner=old.but_owner)
        if new != old:
            found.append((is_usual, old, new))
    # A raised label may come to equal the usual one, which must not then be taken for it.
    found.sort(key=lambda one: not one[0])
    return [(old, new) for _, old, new in found]
