"""The audit log: nothing in it is changed, or cut, without being found."""

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from access.conftest import NOW, OPERATOR, Office
from cure.access.audit import Audit
from cure.access.chain import GENESIS, Head, Row, chained, check
from cure.access.entries import Entry, digest_of, entry_of
from cure.access.principal import Principal
from cure.errors import ConfigError
from cure.model import Audience, Tlp
from waiting import soon

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIZE = 5


def entry(number: int = 0, *, sources: tuple[str, ...] = (), **said: object) -> Entry:
    at = NOW + timedelta(minutes=number)
    return entry_of(OPERATOR, at, "card", sources=sources, count=number, **said)  # pyright: ignore[reportArgumentType]


def chain() -> tuple[list[Row], list[Head]]:
    rows: list[Row] = []
    before = GENESIS
    for seq in range(1, SIZE + 1):
        body = msgspec.json.encode(entry(seq))
        before = chained(before, seq, body)
        rows.append((seq, body, before))
    heads = [Head("2026-01-01", 3, rows[2][2]), Head("2026-01-02", SIZE, before)]
    return rows, [
        msgspec.structs.replace(head, signature=KEY.sign(head.signed_bytes())) for head in heads
    ]


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


def test_a_whole_chain_is_whole():
    rows, heads = chain()

    assert check(rows, heads, KEY.public_key()) == (SIZE, "", 0)
    assert check([], [], KEY.public_key()) == (0, "", 0)


@given(st.integers(0, SIZE - 1), st.sampled_from(["seq", "body", "hash"]), st.integers(0, 4000))
def test_any_changed_bit_of_an_entry_is_found(at: int, part: str, bit: int):
    rows, heads = chain()
    seq, body, digest = rows[at]
    rows[at] = {
        "seq": (seq ^ 1 << bit % 40, body, digest),
        "body": (seq, flipped(body, bit), digest),
        "hash": (seq, body, flipped(digest, bit)),
    }[part]

    found = check(rows, heads, KEY.public_key())
    assert found.wrong
    assert found.seq == at + 1


@given(st.integers(0, 1), st.sampled_from(["day", "seq", "hash", "signature"]), st.integers(0, 600))
def test_any_changed_bit_of_a_head_is_found(at: int, part: str, bit: int):
    rows, heads = chain()
    head = heads[at]
    heads[at] = {
        "day": msgspec.structs.replace(head, day=flipped(head.day.encode(), bit).decode("latin-1")),
        "seq": msgspec.structs.replace(head, seq=head.seq ^ 1 << bit % 40),
        "hash": msgspec.structs.replace(head, hash=flipped(head.hash, bit)),
        "signature": msgspec.structs.replace(head, signature=flipped(head.signature, bit)),
    }[part]

    assert check(rows, heads, KEY.public_key()).wrong


@given(st.integers(0, SIZE - 1))
def test_a_tail_that_was_cut_is_found_by_the_signed_head(left: int):
    rows, heads = chain()

    found = check(rows[:left], heads, KEY.public_key())
    assert found.wrong
    assert found.seq == left + 1


@given(st.sets(st.integers(0, SIZE - 1), min_size=1, max_size=SIZE - 1))
def test_entries_that_were_taken_out_are_found(gone: set[int]):
    rows, heads = chain()
    left = [row for at, row in enumerate(rows) if at not in gone]

    assert check(left, heads, KEY.public_key()).wrong


def test_a_chain_that_was_forged_from_the_start_is_found_by_a_head_kept_elsewhere():
    rows, heads = chain()
    other = Ed25519PrivateKey.generate()
    forged = [msgspec.structs.replace(h, signature=other.sign(h.signed_bytes())) for h in heads]

    assert not check(rows, forged, other.public_key()).wrong
    assert "not signed by this log" in check(rows, [*forged, heads[0]], other.public_key()).wrong


def test_the_file_is_verified_as_it_is(office: Office):
    office.audit.write(*(entry(number) for number in range(20)))
    whole = office.audit.verify()
    assert (whole.wrong, whole.entries) == ("", 23)

    with sqlite3.connect(office.directory / "audit.sqlite") as file:
        file.execute("UPDATE entry SET body = replace(body, 'card', 'cart') WHERE seq = 7")

    assert (office.audit.verify().seq, office.audit.verify().wrong) == (7, "entry 7 was changed")


def test_a_cut_that_takes_the_heads_along_is_found_by_a_head_kept_elsewhere(office: Office):
    office.audit.write(entry(0))
    kept = office.audit.head()
    assert kept is not None
    office.audit.write(entry(24 * 60))
    kept_later = office.audit.head()
    assert kept_later is not None
    with sqlite3.connect(office.directory / "audit.sqlite") as file:
        file.execute("DELETE FROM entry WHERE seq = ?", (kept_later.seq,))
        file.execute("DELETE FROM head WHERE seq = ?", (kept_later.seq,))

    assert not office.audit.verify(kept).wrong
    assert "was cut after" in office.audit.verify(kept_later).wrong


def test_each_day_has_a_signed_head(office: Office):
    office.audit.write(entry(0))
    office.audit.write(entry(24 * 60))
    head = office.audit.head()

    assert head is not None
    assert (head.day, head.seq) == ("2026-01-03", 5)
    assert not office.audit.verify().wrong


def test_what_is_noted_is_kept_soon_without_anybody_asking(tmp_path: Path):
    with Audit(tmp_path) as audit:
        for number in range(1000):
            audit.note(entry(number))
        reader = sqlite3.connect(tmp_path / "audit.sqlite")
        soon(lambda: reader.execute("SELECT count(*) FROM entry").fetchone() == (1000,))
        reader.close()


def test_what_waits_is_kept_when_the_log_is_closed(tmp_path: Path):
    with Audit(tmp_path) as audit:
        audit.note(entry(1))
    with Audit(tmp_path) as audit:
        assert [one.entry.count for one in audit.entries()] == [1]
        assert not audit.verify().wrong


def test_several_writers_make_one_chain(tmp_path: Path):
    with Audit(tmp_path) as one, Audit(tmp_path) as other:
        threads = [
            threading.Thread(target=lambda a=audit: [a.write(entry(n)) for n in range(20)])
            for audit in (one, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (one.verify().wrong, one.verify().entries) == ("", 40)


def test_no_value_that_was_asked_for_is_in_the_log(tmp_path: Path):
    with Audit(tmp_path) as audit:
        query = audit.digest_of_query("192.0.2.66", "evil.example.com")
        assert query == audit.digest_of_query("192.0.2.66", "evil.example.com")
        assert query != audit.digest_of_query("192.0.2.66evil.example.com")
        audit.write(entry(query=query))

    assert b"192.0.2.66" not in (tmp_path / "audit.sqlite").read_bytes()
    (tmp_path / "other").mkdir()
    with Audit(tmp_path / "other") as other:
        assert other.digest_of_query("192.0.2.66", "evil.example.com") != query


def test_equal_audiences_have_equal_hashes():
    one = Audience("bank", Tlp.GREEN, frozenset({"a", "b", "c"}), groups=frozenset({"x", "y"}))
    same = Audience("bank", Tlp.GREEN, frozenset({"c", "b", "a"}), groups=frozenset({"y", "x"}))

    assert digest_of(one) == digest_of(same) != digest_of(Audience("bank", Tlp.GREEN))


def test_the_readers_of_a_source_are_those_who_had_anything_of_it(tmp_path: Path):
    rin = Principal(organisation="bank", user="rin@bank", credential="k", strength="key")
    with Audit(tmp_path) as audit:
        audit.write(
            entry_of(rin, NOW, "card", sources=("cowrie", "exist")),
            entry_of(rin, NOW + timedelta(hours=1), "match", sources=("cowrie",)),
            entry_of(rin, NOW, "card", sources=("cowrie2",), about="cowrie"),
            entry_of(rin, NOW, "card", sources=("nicter",), decision="denied"),
        )

        assert [tuple(one) for one in audit.readers_of("cowrie")] == [
            ("rin@bank", "bank", NOW, NOW + timedelta(hours=1), 2)
        ]
        assert audit.readers_of("nicter") == []


def test_a_key_that_others_may_read_is_refused(tmp_path: Path):
    Audit(tmp_path).close()
    (tmp_path / "audit.key").chmod(0o644)

    with pytest.raises(ConfigError, match="others may read"):
        Audit(tmp_path)


def test_a_change_and_its_entry_are_kept_together_or_not_at_all(office: Office):
    before = office.accounts.policy_version
    office.user("rin@bank")
    *_, last = [one.entry for one in office.audit.entries()]

    assert (last.action, last.about, last.policy) == ("user.add", "rin@bank", before + 1)
