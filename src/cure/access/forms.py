"""Organisations, users and keys: as they are asked for, changed, kept and shown.

What is asked for and changed comes from outside: a field that is not here is an error, so
nobody gives himself rights by naming them (mass assignment).
"""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from cure.access.principal import Scope
from cure.errors import MalformedError
from cure.model import Confidentiality, Tlp
from cure.model.conversion import converter

TlpName: TypeAlias = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
Name: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
"""Of an organisation or a group."""
UserName: TypeAlias = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}@[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
]
"""Of a person, with the organisation: ``rin@bank``, so that equal names never meet."""
Title: TypeAlias = Annotated[str, Meta(max_length=200)]
TLP = {tlp.title: tlp for tlp in Tlp}
Form = TypeVar("Form")
Kept = TypeVar("Kept", bound=Struct)


class NewOrganisation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An organisation to be, and what is agreed with it.

    Attributes:
        name: Its name.
        tlp: The highest marking that its people may read of others.
        confidentiality: The highest 機密性 that they may.
        groups: The groups that it is in.
        operates: Whether it operates this installation, as the first one does.
    """

    name: Name
    tlp: TlpName = "TLP:GREEN"
    confidentiality: Confidentiality = Confidentiality.LEVEL_1
    groups: frozenset[Name] = frozenset()
    operates: bool = False


class OrganisationChange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to change in an agreement."""

    tlp: TlpName | UnsetType = UNSET
    confidentiality: Confidentiality | UnsetType = UNSET
    groups: frozenset[Name] | UnsetType = UNSET


class Organisation(Struct, frozen=True, kw_only=True):
    """An organisation and what is agreed with it.

    Attributes:
        reads: The sources of others granted to it for reading; None: every source.
        publishes: The sources that it may publish as; None: any that belongs to nobody else.
    """

    name: str
    operates: bool
    tlp: TlpName
    confidentiality: Confidentiality
    groups: frozenset[str]
    reads: frozenset[str] | None = frozenset()
    publishes: frozenset[str] | None = frozenset()


class NewUser(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A user to be.

    Attributes:
        name: The name and the organisation.
        scopes: What the user may do.
        tlp: The highest marking the user may read of others; None: as the organisation.
        confidentiality: The highest 機密性 the user may read of others; None: likewise.
        groups: The groups in which the user takes part; None: those of the organisation.
    """

    name: UserName
    scopes: frozenset[Scope] = frozenset({Scope.READ})
    tlp: TlpName | None = None
    confidentiality: Confidentiality | None = None
    groups: frozenset[Name] | None = None


class UserChange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to change of a user."""

    scopes: frozenset[Scope] | UnsetType = UNSET
    tlp: TlpName | UnsetType | None = UNSET
    confidentiality: Confidentiality | UnsetType | None = UNSET
    groups: frozenset[Name] | UnsetType | None = UNSET


class User(Struct, frozen=True, kw_only=True):
    """A user; what he proves himself by is not in it."""

    name: str
    scopes: frozenset[Scope]
    tlp: TlpName | None
    confidentiality: Confidentiality | None
    groups: frozenset[str] | None
    made_at: datetime
    is_locked: bool = False

    @property
    def organisation(self) -> str:
        """The organisation whose person it is."""
        return organisation_of(self.name)


class NewKey(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key to be.

    Attributes:
        organisation: Whose key it is.
        user: For whom; None: for a machine.
        title: What it is for, in words.
        scopes: What it may do; of a user's key, what the user may do as well.
        tlp: The highest marking that it reads of others; None: as its user or organisation.
        confidentiality: The highest 機密性 that it reads of others; None: likewise.
        publishes: The sources as which it publishes; None: all of its organisation.
        networks: From where alone it is accepted; none: from anywhere.
        days: For how long.
    """

    organisation: Name
    user: UserName | None = None
    title: Title = ""
    scopes: frozenset[Scope] = frozenset({Scope.READ})
    tlp: TlpName | None = None
    confidentiality: Confidentiality | None = None
    publishes: frozenset[str] | None = None
    networks: tuple[str, ...] = ()
    days: Annotated[int, Meta(ge=1, le=365)] = 90


class Key(Struct, frozen=True, kw_only=True):
    """A key; neither its secret nor the hash of it.

    Attributes:
        id: Its public part.
        replaced_by: The id of the key that follows it, both of which are good until it expires.
    """

    id: str
    organisation: str
    user: str
    title: str
    scopes: frozenset[Scope]
    tlp: TlpName | None
    confidentiality: Confidentiality | None
    publishes: frozenset[str] | None
    networks: tuple[str, ...]
    made_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None = None
    replaced_by: str = ""


for _form in (NewOrganisation, NewUser):
    converter(_form)  # the first are made in a thread


def read_form(data: object, form: type[Form]) -> Form:
    """Read what was asked for, as it was decoded from JSON.

    Raises:
        MalformedError: If a field is missing, unknown or wrong.
    """
    try:
        return msgspec.convert(data, form)
    except msgspec.ValidationError as error:
        why, _, where = str(error).partition(" - at ")
        raise MalformedError(form.__name__, where.strip("`$.") or "it", why) from error


def changed(before: Kept, change: Struct) -> Kept:
    """Return what was kept, with all that a change names."""
    said = msgspec.structs.asdict(change).items()
    return msgspec.structs.replace(before, **{key: one for key, one in said if one is not UNSET})


def organisation_of(user: str) -> str:
    """Return the organisation in the name of a user."""
    return user.partition("@")[2]
