import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cure.interfaces import Unreadable
from cure.web.arrays import elements

json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
)


@given(st.lists(json_values), st.sampled_from([None, 0, 2]), st.booleans())
def test_the_elements_are_those_of_the_array(values, indent, ensure_ascii):
    text = json.dumps(values, indent=indent, ensure_ascii=ensure_ascii)

    cut = list(elements(f" \n{text} \n".encode("utf-8", "surrogatepass")))

    assert [json.loads(one) for one in cut if isinstance(one, bytes)] == values
    assert len(cut) == len(values)


@given(st.binary(max_size=60))
def test_whatever_follows_a_bracket_is_cut_somehow(noise):
    cut = list(elements(b"[" + noise))

    assert all(isinstance(one, Unreadable) for one in cut[-1:]) or b"]" in noise


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"[]", []),
        (b"[ ]", []),
        (b"[1,]", [b"1", b""]),
        (b"[,]", [b"", b""]),
        (b'["]", "\\"]"]', [b'"]"', b'"\\"]"']),
        (b"[1", [Unreadable(b"1", "the array breaks off here")]),
        (b"[", [Unreadable(b"", "the array breaks off here")]),
        (b'["a', [Unreadable(b'"a', "the array breaks off here")]),
        (b"[1] 2", [b"1", Unreadable(b"2", "something stands behind the array")]),
    ],
)
def test_the_edges_of_arrays(text, wanted):
    assert list(elements(text)) == wanted


@pytest.mark.parametrize("noise", [b'"', b'\\"', b'"\\', b"[", b"{", b" ", b"1,", b'"a",', b"]"])
def test_a_long_array_of_noise_takes_no_more_time_than_its_length(noise):
    began = time.process_time()

    for _ in zip(range(100_000), elements(b"[" + noise * 1_000_000), strict=False):
        pass

    assert time.process_time() - began < 3
