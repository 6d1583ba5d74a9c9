"""The form of a `[[source]]` table in cure.toml: which keys there are, and of what kind."""

from difflib import get_close_matches
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from cure.errors import ConfigError

Port = Annotated[int, Meta(ge=0, le=65535)]
Text = Annotated[str, Meta(min_length=1)]


class PollTable(Struct, forbid_unknown_fields=True, kw_only=True):
    """A URL that is fetched; a plain text is the same as its `url`."""

    url: Text
    header: str = ""
    key_file: str | None = None
    key_env: str | None = None
    allow_private: bool = False


class PagesTable(Struct, forbid_unknown_fields=True, kw_only=True):
    """The pages that a feed names; a plain text is the same as its `url`."""

    url: Text
    hosts: list[Text] = []
    most: Annotated[int, Meta(ge=1, le=1000)] = 50
    pause: Text = "10s"
    keep: Text = "90d"
    allow_private: bool = False


class HpfeedsTable(Struct, forbid_unknown_fields=True, kw_only=True):
    """A sensor that publishes on our hpfeeds broker."""

    ident: Annotated[str, Meta(min_length=1, max_length=255)]
    channels: Annotated[list[Text], Meta(min_length=1)]
    secret_file: str | None = None
    secret_env: str | None = None


class SyslogTable(Struct, forbid_unknown_fields=True, kw_only=True):
    """A port for syslog."""

    port: Port
    host: Text = "127.0.0.1"
    udp: bool = True
    tcp: bool = True
    tls_cert: str | None = None
    tls_key: str | None = None
    senders: list[str] = field(name="from", default_factory=list[str])


class TokenTable(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a sender over HTTP proves itself by."""

    token_file: str | None = None
    token_env: str | None = None


class ImapTable(Struct, forbid_unknown_fields=True, kw_only=True):
    """A mailbox."""

    host: Text
    user: Text
    password_file: str | None = None
    password_env: str | None = None
    port: Port | None = None
    folder: Text = "INBOX"
    tls: bool = True


class SourceTable(Struct, forbid_unknown_fields=True, kw_only=True):
    """A source: who reads it, exactly one way in, and what the operator tells of it."""

    publisher: Text
    instance: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")] | None = None
    enabled: bool = True
    follow: Text | None = None
    poll: Text | PollTable | None = None
    pages: Text | PagesTable | None = None
    hpfeeds: HpfeedsTable | None = None
    syslog: SyslogTable | None = None
    hec: TokenTable | None = None
    push: TokenTable | None = None
    maildir: Text | None = None
    imap: ImapTable | None = None
    sqlite: Text | None = None
    pcap: Text | None = None
    whole: bool | None = None
    every: Text | None = None
    tlp: str | None = None
    releasable: list[Text] = []
    own: list[str] = []
    zone: Text = "UTC"
    blocklists: list[Text] = []
    retain: Text | None = None
    cards: Literal["keep", "drop"] | None = None


KINDS = (
    "follow",
    "poll",
    "pages",
    "hpfeeds",
    "syslog",
    "hec",
    "push",
    "maildir",
    "imap",
    "sqlite",
    "pcap",
)
"""The ways in; a table has exactly one."""
_INNER: dict[str, type[Struct]] = {
    "poll": PollTable,
    "pages": PagesTable,
    "hpfeeds": HpfeedsTable,
    "syslog": SyslogTable,
    "hec": TokenTable,
    "push": TokenTable,
    "imap": ImapTable,
}


class MistakeError(ConfigError):
    """Something is wrong in a table.

    Attributes:
        key: The keys that lead there, as far as they are known.
        why: What is wrong, and what it should be.
    """

    def __init__(self, key: tuple[str, ...], why: str) -> None:
        self.key = key
        self.why = why
        super().__init__(f"{'.'.join(key)}: {why}" if key else why)


def read_table(table: dict[str, Any]) -> tuple[SourceTable, str]:
    """Read a table.

    Returns:
        The table, and which of `KINDS` it has.

    Raises:
        MistakeError: If it has another form.
    """
    _check_names(table, SourceTable, ())
    for key, inner in _INNER.items():
        value = table.get(key)
        if isinstance(value, dict):
            _check_names(value, inner, (key,))
    try:
        found = msgspec.convert(table, SourceTable)
    except msgspec.ValidationError as error:
        why, _, path = str(error).partition(" - at `$")
        key = path.rstrip("`").lstrip(".").partition("[")[0]
        raise MistakeError(tuple(filter(None, key.split("."))), why) from error
    kinds = [kind for kind in KINDS if table.get(kind) is not None]
    if len(kinds) != 1:
        told = " and ".join(kinds) or "none"
        raise MistakeError((), f"want exactly one of {', '.join(KINDS)}; there is {told}")
    return found, kinds[0]


def _check_names(table: dict[str, Any], kind: type[Struct], at: tuple[str, ...]) -> None:
    known = [one.encode_name for one in msgspec.structs.fields(kind)]
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, 1)
            want = f"did you mean {near[0]!r}?" if near else f"want {', '.join(known)}"
            raise MistakeError((*at, key), f"there is no such key; {want}")
