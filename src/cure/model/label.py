"""Labels: how far a record may travel; audiences: who may see which labels."""

from enum import IntEnum

import msgspec


class Tlp(IntEnum):
    """Traffic Light Protocol 2.0 (FIRST, 2022), from the most open to the closest."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def title(self) -> str:
        """The name as the standard writes it, such as ``"TLP:AMBER+STRICT"``."""
        return f"TLP:{self.name.replace('_', '+')}"


class Label(msgspec.Struct, frozen=True, order=True):
    """How far a record may travel.

    Attributes:
        tlp: Its marking.
        owner: The organisation that the record belongs to; it always sees it.
        releasable: The organisations that may see it besides the owner; empty means all whose
            clearance reaches `tlp`. From AMBER on an empty set means the owner alone.
    """

    tlp: Tlp
    owner: str
    releasable: tuple[str, ...] = ()


class Audience(msgspec.Struct, frozen=True):
    """All who may see the same labels.

    Attributes:
        organisation: Whose people they are.
        tlp: The highest marking that the agreement with the organisation allows.
        sources: The sources granted; None means every source.
    """

    organisation: str
    tlp: Tlp = Tlp.CLEAR
    sources: frozenset[str] | None = None

    def may_read(self, source: str, label: Label) -> bool:
        """Decide on one source's records with one label.

        >>> partner = Audience("partner", Tlp.AMBER)
        >>> partner.may_read("cowrie", Label(Tlp.GREEN, "soc"))
        True
        >>> partner.may_read("cowrie", Label(Tlp.AMBER, "soc"))
        False
        """
        if label.owner == self.organisation:
            return True
        if label.tlp > self.tlp or (self.sources is not None and source not in self.sources):
            return False
        if label.releasable:
            return self.organisation in label.releasable
        return label.tlp < Tlp.AMBER
