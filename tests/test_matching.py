import json

from hypothesis import given
from hypothesis import strategies as st

from cure.hub.gate import Gate
from cure.hub.hashing import HashKey
from cure.hub.index import Hub
from cure.interfaces import Unreadable
from cure.matching import json_lines, match_lines
from cure.model import Audience

VIEW = Gate(Hub(HashKey.of(bytes(24)))).view(Audience("soc"))


@given(st.lists(st.text() | st.binary() | st.builds(Unreadable, st.binary(), st.just("cut off"))))
def test_every_line_gets_one_answer_in_its_place(lines):
    matches = match_lines(VIEW, lines, 5)

    assert [one.line for one in matches] == list(range(5, 5 + len(lines)))
    assert all((one.status == "invalid") == (one.value is None) for one in matches)
    assert all((one.status == "invalid") == bool(one.why) for one in matches)
    assert [json.loads(line)["line"] for line in json_lines(matches).splitlines()] == [
        one.line for one in matches
    ]


def test_a_reason_stands_beside_what_is_invalid_only():
    valid, invalid = json_lines(match_lines(VIEW, ["192.0.2.1", "192.0.2"])).splitlines()

    assert json.loads(valid) == {
        "line": 1,
        "input": "192.0.2.1",
        "topic": "ip",
        "value": "192.0.2.1",
        "status": "unknown",
        "sources": {},
    }
    assert json.loads(invalid)["why"] == "neither an IPv4 or IPv6 address nor a network"
