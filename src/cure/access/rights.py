"""Who may manage whom, and hand out what: nobody more than he has, nobody beyond his own."""

from cure.access.forms import TLP, Organisation, TlpName
from cure.access.principal import Principal, Scope
from cure.errors import ForbiddenError
from cure.model import Confidentiality

DATA_SCOPES = frozenset({Scope.READ, Scope.PUBLISH})
"""An administrator hands them out without having them: he manages, and does not read."""
MEMBER_SCOPES = DATA_SCOPES | {Scope.ADMIN}
"""What people of an organisation may have that does not operate this installation."""


def require_operator(by: Principal) -> None:
    """Make sure that somebody administers this installation.

    Raises:
        ForbiddenError: If not.
    """
    by.require(Scope.ADMIN)
    if not by.operates:
        raise ForbiddenError


def require_administrator(by: Principal, organisation: str) -> None:
    """Make sure that somebody administers an organisation, whether or not there is such a one.

    Raises:
        ForbiddenError: If not.
    """
    by.require(Scope.ADMIN)
    if not by.operates and by.organisation != organisation:
        raise ForbiddenError


def is_self(by: Principal, user: str) -> bool:
    """Tell whether somebody acts for himself, in person: a key does not."""
    return bool(user) and by.user == user and by.strength != "key"


def require_hand_out(  # noqa: PLR0913 - each is a limit
    by: Principal,
    agreement: Organisation,
    *,
    scopes: frozenset[Scope],
    tlp: TlpName | None,
    confidentiality: Confidentiality | None,
    groups: frozenset[str] | None,
) -> None:
    """Make sure that somebody may give these rights in an organisation; None: its agreement.

    Raises:
        ForbiddenError: If they exceed the agreement, or what he has himself.
    """
    if not agreement.operates and not scopes <= MEMBER_SCOPES:
        raise ForbiddenError(f"{agreement.name} may have {_words(MEMBER_SCOPES)} only")
    if not scopes <= by.scopes | DATA_SCOPES:
        raise ForbiddenError(f"you may hand out {_words(by.scopes | DATA_SCOPES)} only")
    most_tlp = TLP[agreement.tlp]
    most_level = agreement.confidentiality
    most_groups = agreement.groups
    wanted_tlp = most_tlp if tlp is None else TLP[tlp]
    wanted_level = most_level if confidentiality is None else confidentiality
    wanted_groups = most_groups if groups is None else groups
    if by.organisation == agreement.name and by.credential != "local":
        most_tlp, most_level = min(most_tlp, by.tlp), min(most_level, by.confidentiality)
        most_groups &= by.groups
    if wanted_tlp > most_tlp or wanted_level > most_level or not wanted_groups <= most_groups:
        raise ForbiddenError(
            f"at most {most_tlp.title}, confidentiality {int(most_level)} and the groups "
            f"{', '.join(sorted(most_groups)) or '(none)'}"
        )


def _words(scopes: frozenset[Scope]) -> str:
    return ", ".join(sorted(scopes))
