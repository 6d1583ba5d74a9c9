"""What the laws are tested with: few values, so that they meet, in many shapes."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import strategies as st

from cure.interfaces import Logged
from cure.model import (
    Audience,
    Caveat,
    Confidentiality,
    Finding,
    Kind,
    Label,
    Mention,
    Pap,
    Purpose,
    Record,
    Tlp,
    mention,
    recognise,
)
from cure.model.finding import complete, digest_of
from cure.model.retraction import is_retraction, retractions_of

T0 = datetime(2025, 1, 1, tzinfo=UTC)
VALUES = [
    recognise(text)
    for text in (
        "192.0.2.1",
        "192.0.2.2",
        "198.51.100.7",
        "2001:db8::1",
        "192.0.2.0/24",
        "192.0.0.0/16",
        "2001:db8::/32",
        "example.com",
        "www.example.com",
        "a.very.long.name.of.a.host.example.com",
        "http://www.example.com/drop.sh",
        "http://192.0.2.1/x",
        "d41d8cd98f00b204e9800998ecf8427e",
        "d41d8cd98f00b204e9800998ecf8427f",
        "a" * 64,
        "user@example.com",
        "malware:emotet",
        "attack:S0367",
        "actor:mummy-spider",
    )
]
SOURCES = ["cowrie", "exist", "attack", "nicter"]
ORGANISATIONS = ["soc", "bank", "press"]
NAMED = [*ORGANISATIONS, "group:isac", "user:rin"]
ROLES = ["attacker", "listed", "subject", "alias", "tag", "reference", "c2"]
TURNS = [T0, T0 + timedelta(days=1)]
"""When labels open and close; questions are asked before, between and after."""

labels = st.builds(
    Label,
    tlp=st.sampled_from(Tlp),
    owner=st.sampled_from(ORGANISATIONS),
    releasable=st.lists(st.sampled_from(NAMED), max_size=2, unique=True).map(
        lambda names: tuple(sorted(names))
    ),
    confidentiality=st.sampled_from(Confidentiality),
    caveats=st.lists(st.sampled_from(Caveat), max_size=2, unique=True).map(
        lambda some: tuple(sorted(some))
    ),
    pap=st.sampled_from(Pap),
    not_before=st.none() | st.sampled_from(TURNS),
    expires=st.none() | st.sampled_from(TURNS),
    but_owner=st.booleans(),
)
audiences = st.builds(
    Audience,
    organisation=st.sampled_from(ORGANISATIONS),
    tlp=st.sampled_from(Tlp),
    sources=st.none() | st.frozensets(st.sampled_from(SOURCES)),
    confidentiality=st.sampled_from(Confidentiality),
    groups=st.frozensets(st.just("isac")),
    user=st.sampled_from(["", "rin", "ken"]),
    purpose=st.sampled_from(Purpose),
)
moments = st.integers(0, 200_000).map(lambda s: T0 + timedelta(seconds=s, microseconds=s % 7))
mentions = st.lists(
    st.tuples(
        st.sampled_from(VALUES),
        st.sampled_from(ROLES),
    ).map(lambda pair: mention(*pair)),
    min_size=1,
    max_size=4,
)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    first = draw(moments)
    said: list[Mention] = draw(mentions)
    return Finding(
        draw(st.sampled_from(Kind)),
        tuple(said),
        first,
        first + timedelta(seconds=draw(st.sampled_from([0, 0, 60, 90_000]))),
        draw(st.sampled_from([1, 1, 3, 4_000_000_000])),
        {},
        draw(st.sampled_from([None, None, "a", "b"])),
    )


@st.composite
def records(draw: st.DrawFn) -> Record:
    source, finding = draw(st.sampled_from(SOURCES)), draw(findings())
    return Record(
        source,
        draw(labels),
        digest_of(source, finding),
        complete(finding, T0, T0 + timedelta(days=30)),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """Draw records, some of which are taken back, and some of these said again."""
    said = draw(st.lists(records(), max_size=8))
    for at in draw(st.lists(st.integers(0, 20), max_size=6)):
        if said:
            one = said[at % len(said)]
            said += [one] if is_retraction(one) or draw(st.booleans()) else retractions_of(one)[:1]
    return said


def numbered(said: list[Record]) -> list[Logged]:
    """Number records as a log does: once each, a new version of a key replacing the old.

    What takes nothing back is left out; what was taken back and is said again is a new version.
    """
    newest: dict[bytes, Logged] = {}
    logged: list[Logged] = []
    for record in said:
        before = newest.get(record.digest)
        is_there = before is not None and not is_retraction(before.record)
        if is_retraction(record):
            if not is_there:
                continue
            record = msgspec.structs.replace(record, label=before.record.label)  # noqa: PLW2901
        elif is_there and (record.finding.key is None or before.record.finding == record.finding):
            continue
        one = Logged(len(logged) + 1, record, before.seq if before else 0)
        newest[record.digest] = one
        logged.append(one)
    return logged
