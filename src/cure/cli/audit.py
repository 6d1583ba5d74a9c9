"""`cure audit`: who did and read what; whether the log of it is whole."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from cure.access.chain import Head
from cure.asking import moment
from cure.cli.desk import desk
from cure.cli.options import Data, Json, Since
from cure.cli.output import show, show_json, show_table
from cure.errors import ConfigError

commands = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
_FAILED = 1


class KeptHead(msgspec.Struct, frozen=True):
    """The signed end of the log, as it is printed and kept elsewhere; bytes in hexadecimal."""

    day: str
    seq: int
    hash: str
    signature: str
    public_key: str


@commands.callback()
def audit() -> None:
    """Look into the audit log, and check that nothing in it was changed or cut.

    Example: cure audit head --json > /elsewhere/head.json
    """


@commands.command()
def verify(
    *,
    head: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A head that was kept elsewhere; may be repeated."),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Check every entry, the signed heads, and those that were kept elsewhere.

    Example: cure audit verify --head /elsewhere/head.json
    """
    kept = [_read_head(file) for file in head or []]
    with desk(data) as at:
        found = at.audit.verify(*kept)
    if json:
        show_json({"ok": not found.wrong, **found._asdict()})
    else:
        show(found.wrong or f"the log is whole: {found.entries:,} entries")
    if found.wrong:
        raise typer.Exit(_FAILED)


@commands.command()
def export(*, since: Since = None, data: Data = None, json: Json = False) -> None:
    """Print the entries, oldest first; with --json one object a line, with both hashes.

    Example: cure audit export --since 24h --json
    """
    from_when = None if since is None else moment(since, datetime.now(UTC))
    with desk(data) as at:
        if json:
            for seq, entry, before, digest in at.audit.entries(from_when):
                said: dict[str, Any] = msgspec.to_builtins(entry)
                show_json({"seq": seq, **said, "prev": before.hex(), "hash": digest.hex()})
            return
        show_table(
            ("seq", "at", "who", "by", "action", "about", "count", "decision"),
            [
                (
                    seq,
                    one.at,
                    one.principal,
                    one.credential,
                    one.action,
                    one.about,
                    one.count,
                    one.decision,
                )
                for seq, one, _, _ in at.audit.entries(from_when)
            ],
        )


@commands.command()
def head(*, data: Data = None, json: Json = False) -> None:
    """Print the newest signed head, with the public key, to be kept elsewhere.

    Example: cure audit head --json > /elsewhere/head.json
    """
    with desk(data) as at:
        found, key = at.audit.head(), at.audit.public_key()
    if found is None:
        raise ConfigError("the audit log is empty: nothing was done yet")
    kept = KeptHead(found.day, found.seq, found.hash.hex(), found.signature.hex(), key)
    if json:
        show_json(kept)
        return
    show(f"entry {kept.seq:,} of {kept.day}, hash {kept.hash}")
    show(f"signature {kept.signature}")
    for line in key.splitlines():
        show(line)


def _read_head(file: Path) -> Head:
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=KeptHead)
        return Head(kept.day, kept.seq, bytes.fromhex(kept.hash), bytes.fromhex(kept.signature))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise ConfigError(f"{file} is no head of cure audit head --json: {error}") from error
