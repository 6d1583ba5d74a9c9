"""The world of a load: 25 organisations that see different things, and records by number.

Record n is always the same, so that nothing of it has to be kept to know later who may see it.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.access.forms import NewKey, NewOrganisation, TlpName
from cure.access.grants import Verb
from cure.access.principal import Scope, local

ORGANISATIONS = 25
BATCH = 500
SOURCES = (
    "cowrie@load",
    "dionaea@load",
    "nicter@load",
    "amppot@load",
    "exist@load",
    "reports@load",
    "malmail@load",
    "spamdb@load",
)
_GREEN, _CLEAR = range(4), range(4, 6)  # the last two are AMBER: their owner's alone
_TLPS: tuple[TlpName, ...] = ("TLP:GREEN", "TLP:GREEN", "TLP:CLEAR", "TLP:AMBER")
_FORM = (
    '{"observables":[%s],"first_seen":"2026-01-%02dT%02d:%02d:%02dZ",'
    '"attributes":{"port":%d},"key":"%d"}\n'
)
TAG = "malware:emotet"
DRAWN = 1 << 19
"""So many values of each kind there are, a few of them far more frequent than the others."""

Numbers = NDArray[np.int64]


class Organisation(NamedTuple):
    """One of those who ask and are told.

    Attributes:
        key: Its key, for a header.
        sees: The numbers of the sources of which it sees all.
    """

    key: str
    sees: tuple[int, ...]


def found(directory: Path) -> list[Organisation]:
    """Make the organisations in a new data directory; those of numbers 0 to 7 publish."""
    now, by = datetime.now(UTC), local("soc")
    directory.mkdir(mode=0o700, exist_ok=True)
    made: list[Organisation] = []
    with Audit(directory) as audit, Accounts(directory, audit) as accounts:
        accounts.organisations.add(by, NewOrganisation(name="soc", operates=True), now)
        for number in range(ORGANISATIONS):
            name, tlp = f"org-{number:02}", _TLPS[number % 4]
            accounts.organisations.add(by, NewOrganisation(name=name, tlp=tlp), now)
            if number < len(SOURCES):
                accounts.grants.add(by, Verb.PUBLISH, name, [SOURCES[number]], now)
            reads = [one for one in range(len(SOURCES)) if (number + 2 * one) % 5 != 1]
            accounts.grants.add(by, Verb.READ, name, [SOURCES[one] for one in reads], now)
            scopes = frozenset({Scope.READ, Scope.PUBLISH})
            _, token = accounts.keys.add(by, NewKey(organisation=name, scopes=scopes), now)
            open_to_all = (*_CLEAR, *(_GREEN if tlp != "TLP:CLEAR" else ()))
            sees = {one for one in reads if one in open_to_all}
            sees |= {number} & set(range(len(SOURCES)))
            made.append(Organisation(str(token), tuple(sorted(sees))))
    return made


def source_of(numbers: Numbers) -> Numbers:
    """Return the number of the source of each record."""
    return numbers // BATCH % len(SOURCES)


def body(batch: int) -> bytes:
    """Return the records of a batch, a line each: 80 in 100 of addresses, a few of them tagged."""
    rng = np.random.default_rng(batch)
    drawn = (rng.random(BATCH) ** 3 * DRAWN).astype(np.int64).tolist()
    rest = rng.integers(0, [28, 24, 60, 60, 65_536], (BATCH, 5)).tolist()
    return "".join(
        _FORM % (_observables(n % 100, one), t[0] + 1, *t[1:], n)
        for n, one, t in zip(range(batch * BATCH, (batch + 1) * BATCH), drawn, rest, strict=True)
    ).encode()


def _observables(kind: int, drawn: int) -> str:
    if kind < 80:
        tag = f',{{"topic":"tag","value":"{TAG}"}}' if not kind else ""
        return f'{{"topic":"ip","value":"{address(drawn)}","role":"attacker"}}{tag}'
    if kind < 95:
        return f'{{"topic":"domain","value":"{host(drawn)}"}}'
    return f'{{"topic":"hash","value":"{drawn * 0x9E3779B97F4A7C15 % (1 << 128):032x}"}}'


def address(drawn: int) -> str:
    """Return an address that is nobody's: for benchmarks (RFC 2544), reserved, or for documents."""
    if drawn < 1 << 17:
        return f"198.{18 + (drawn >> 16)}.{drawn >> 8 & 255}.{drawn & 255}"
    if drawn % 16:
        return f"240.{drawn >> 16}.{drawn >> 8 & 255}.{drawn & 255}"
    return f"2001:db8::{drawn >> 16:x}:{drawn & 0xFFFF:x}"


def host(drawn: int) -> str:
    """Return a name in one of 500 domains."""
    return f"h{drawn:x}.z{drawn % 500}.example.org"


def is_of(kind: str, numbers: Numbers) -> NDArray[np.bool_]:
    """Tell which records somebody is told who follows one kind only."""
    place = numbers % 100
    if kind == "domain":
        return (place >= 80) & (place < 95)
    if kind == "hash":
        return place >= 95
    if kind == "tag":
        return place == 0
    return np.ones(len(numbers), bool)


SETTINGS = "accounts = true\nlink_reserved = true\nrequests_a_minute = 600000\n"
"""As limits of a load that comes from few organisations would be set."""
