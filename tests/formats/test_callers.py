"""Who began a conversation."""

from cure.formats import callers
from cure.formats.callers import Callers
from cure.formats.packets import ACK, SYN, TCP, UDP

OWN, OTHER = (0, 1, 50_000), (0, 2, 60_000)
WEB = (0, 3, 80)


def test_the_flags_of_a_connection_that_is_opened_tell_whatever_the_ports_are():
    known = Callers()
    assert known.called(OTHER, OWN, TCP, SYN) == OWN
    assert known.called(OWN, OTHER, TCP, ACK) == OWN
    known = Callers()
    assert known.called(OWN, OTHER, TCP, SYN | ACK) == OWN
    assert known.called(OTHER, OWN, TCP, ACK) == OWN


def test_a_connection_may_be_opened_again_from_the_other_end():
    known = Callers()
    known.called(OTHER, OWN, TCP, SYN)
    assert known.called(OWN, OTHER, TCP, SYN) == OTHER


def test_without_them_the_higher_port_called():
    assert Callers().called(WEB, OWN, TCP, ACK) == WEB
    assert Callers().called(OWN, WEB, UDP, 0) == WEB


def test_of_equal_ports_the_one_seen_first_called():
    known = Callers()
    ping, pong = (0, 1, -1), (0, 2, -1)
    assert known.called(ping, pong, 1, 0) == pong
    assert known.called(pong, ping, 1, 0) == pong


def test_only_so_many_conversations_are_known(monkeypatch):
    monkeypatch.setattr(callers, "MAX_KNOWN", 1)
    known = Callers()
    known.called(OTHER, OWN, TCP, SYN)
    known.called(WEB, OWN, TCP, ACK)
    assert known.called(OWN, OTHER, TCP, ACK) == OWN
