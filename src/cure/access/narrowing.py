"""What is left to a principal when agreement, user and key are taken together."""

from cure.access.forms import TLP, Key, Organisation, User
from cure.access.principal import Principal, Scope, any_instance
from cure.access.rights import MEMBER_SCOPES


def principal_of(
    agreement: Organisation, user: User | None, key: Key | None, *, credential: str, strength: str
) -> Principal:
    """Return whoever holds credentials, bounded by each of the three.

    Args:
        agreement: What is agreed with the organisation.
        user: The person; None: a machine.
        key: The key that was shown; None: a session was.
        credential: Public part of what was shown.
        strength: How it was recognised.
    """
    scopes = frozenset(Scope) if agreement.operates else MEMBER_SCOPES
    tlp, level, groups = TLP[agreement.tlp], agreement.confidentiality, agreement.groups
    for limit in (user, key):
        if limit is not None:
            scopes &= limit.scopes
            tlp = tlp if limit.tlp is None else min(tlp, TLP[limit.tlp])
            level = min(level, limit.confidentiality or level)
    if user is not None and user.groups is not None:
        groups &= user.groups
    return Principal(
        organisation=agreement.name,
        user="" if user is None else user.name,
        operates=agreement.operates,
        groups=groups,
        scopes=scopes,
        tlp=tlp,
        confidentiality=level,
        sources=agreement.reads,
        publishes=agreement.publishes if key is None else both(agreement.publishes, key.publishes),
        credential=credential,
        strength=strength,
    )


def both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Return the sources that two sets allow, each of which may name all instances at once.

    >>> sorted(both(frozenset({"cowrie@*", "exist"}), frozenset({"cowrie@tokyo", "nicter"})))
    ['cowrie@tokyo']
    """
    if one is None or other is None:
        return one if other is None else other
    return frozenset(
        source
        for source in one | other
        if all(source in some or any_instance(source) in some for some in (one, other))
    )
