"""CSV files whose cells hold line ends: no line is lost, whatever they hold."""

from hypothesis import given
from hypothesis import strategies as st

from cure.formats.csv_rows import csv_rows
from cure.interfaces import Unreadable


def test_a_cell_may_hold_line_ends():
    first, second = csv_rows([b"\xef\xbb\xbfa,b", b'"1', b'x",2'])
    assert (first.cells, first.lines) == (["a", "b"], 1)
    assert (second.cells, second.number, second.lines) == (["1\nx", "2"], 2, 2)
    assert second.raw == b'"1\nx",2'


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest():
    rows = list(csv_rows([b'"' + b"x" * 140_000, b"a,b"]))
    assert "field larger" in rows[0].why
    assert rows[-1].cells == ["a", "b"]


def test_a_gap_ends_a_row():
    rows = list(csv_rows([b'"a', Unreadable(b"h", "broken"), b"b,c"]))
    assert [row.why for row in rows] == ["", "broken", ""]
    assert rows[2].cells == ["b", "c"]


@given(st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line), max_size=12))
def test_every_line_belongs_to_one_row(lines):
    rows = list(csv_rows(lines))
    assert sum(row.lines for row in rows) == len(lines)
    assert b"\n".join(row.raw for row in rows) == b"\n".join(lines)
    assert [row.number for row in rows] == sorted({row.number for row in rows})
