"""Bonds: the nearer a keyword stands to an observable, the surer it belongs to it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.extract.bonds import SUFFICIENT, Bond, bonds
from cure.extract.keywords import Keyword, keywords
from cure.extract.observables import Found
from cure.extract.text import Block, Document
from cure.model import Observable, Topic

VALUE = Observable(Topic.DOMAIN, "x.example.com")


def document(*blocks: tuple[str, str, int]) -> Document:
    """Make a document of blocks, each with kind, text and level."""
    text, made = "", []
    for kind, content, level in blocks:
        made.append(Block(kind, len(text), len(text) + len(content), "", level))
        text += content + "\n\n"
    return Document(text, tuple(made))


def bound(made: Document) -> dict[str, Bond]:
    """Return the bonds of the ``@`` in a text, by tag."""
    places = [place for place, sign in enumerate(made.text) if sign == "@"]
    found = [Found(VALUE, "@", place, place + 1, "") for place in places]
    return {one.tag: one for one in bonds(made, found, keywords(made))}


def score(made: Document) -> float:
    return bound(made)["malware:emotet"].score


NEARER_AND_NEARER = [
    document(("paragraph", "Emotet.", 0), ("heading", "A", 1), ("paragraph", "@", 0)),
    document(("heading", "Emotet", 1), ("heading", "Part", 2), ("paragraph", "@", 0)),
    document(("heading", "Emotet", 1), ("paragraph", "@", 0)),
    document(("heading", "A", 1), ("paragraph", "Servers of Emotet:", 0), ("item", "@", 0)),
    document(("paragraph", "Emotet is back. See @ for more.", 0)),
    document(("paragraph", "Emotet used @ again.", 0)),
    document(("row", "Emotet\t@", 0)),
]


def test_the_nearer_the_surer():
    scores = [score(one) for one in NEARER_AND_NEARER]

    assert all(far < near for far, near in pairwise(scores))
    assert scores[0] < SUFFICIENT <= scores[1]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (NEARER_AND_NEARER[-1], "in the same row of a table"),
        (NEARER_AND_NEARER[-2], "in the same sentence"),
        (NEARER_AND_NEARER[-3], "in the same paragraph"),
        (NEARER_AND_NEARER[-4], "in the lines before the list"),
        (NEARER_AND_NEARER[-5], "in a heading above"),
        (NEARER_AND_NEARER[0], "the document speaks of it"),
    ],
)
def test_a_bond_says_what_holds_it(made, why):
    assert bound(made)["malware:emotet"].why == why


def test_a_heading_beside_or_below_does_not_hold():
    made = document(
        ("heading", "First", 1),
        ("paragraph", "@", 0),
        ("heading", "About Emotet", 2),
        ("paragraph", "nothing", 0),
    )

    assert score(made) < SUFFICIENT


def test_what_stands_in_the_row_takes_the_place_of_what_the_title_says():
    made = document(("heading", "Emotet", 1), ("row", "TrickBot\t@", 0))

    assert bound(made)["malware:trickbot"].score >= SUFFICIENT
    assert score(made) < SUFFICIENT


def test_things_of_different_kinds_do_not_rival():
    made = document(("heading", "Emotet", 1), ("paragraph", "APT28 used @ again.", 0))

    assert {one.tag for one in bound(made).values() if one.score >= SUFFICIENT} == {
        "malware:emotet",
        "actor:apt28",
    }


def test_what_a_document_speaks_of_often_belongs_to_all_in_it():
    often = [("paragraph", "Emotet.", 0)] * 3

    assert score(document(*often, ("heading", "A", 1), ("paragraph", "@", 0))) >= SUFFICIENT


def test_a_described_technique_is_never_sure():
    made = document(("paragraph", "It injects code into explorer from @ then.", 0))

    assert 0 < bound(made)["attack:T1055"].score < SUFFICIENT


def test_of_several_places_the_surest_is_told():
    made = document(("paragraph", "@", 0), ("row", "Emotet\t@", 0))

    assert bound(made)["malware:emotet"].why == "in the same row of a table"


def test_documents_without_blocks_are_one_paragraph():
    assert score(Document("Emotet used @ again.")) >= SUFFICIENT


@given(st.lists(st.sampled_from(["Emotet", "APT28", "@", ".", "\n", "日本"]), max_size=12))
def test_scores_are_shares_and_each_bond_is_told_once(parts):
    made = Document(" ".join(parts))
    spoken = keywords(made)
    found = [Found(VALUE, "@", at, at + 1, "") for at, sign in enumerate(made.text) if sign == "@"]

    told = bonds(made, found, spoken)

    assert all(0 < one.score <= 1 for one in told)
    assert len({(one.observable, one.tag) for one in told}) == len(told)
    assert {one.tag for one in told} <= {one.tag for one in spoken}


def test_very_many_keywords_do_not_take_very_long():
    text = "@ " * 2000
    many = [Keyword(f"malware:x{n}", "@", n * 2, n * 2 + 1, "") for n in range(2000)]
    found = [Found(VALUE, "@", n * 2, n * 2 + 1, "") for n in range(2000)]

    assert len(bonds(Document(text), found, many)) == 2000
