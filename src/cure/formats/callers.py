"""Conversations of a capture: which of the two ends began."""

from cure.formats.packets import ACK, SYN, TCP

End = tuple[int, int, int]
"""Address in two halves, and port; -1: none."""
MAX_KNOWN = 100_000
"""So many conversations are known at once."""


class Callers:
    """Tells who began each conversation, as far as its packets tell.

    The flags of a TCP connection that is opened tell it. Where the capture began later, and
    without TCP, it is the end with the higher port; of equal ports the one that is seen first.
    """

    def __init__(self) -> None:
        self._called: dict[tuple[End, End], End] = {}

    def called(self, source: End, target: End, protocol: int, flags: int) -> End:
        """Return the end, of the two of a packet, that did not begin."""
        ends = (source, target) if source < target else (target, source)
        called = self._called.get(ends)
        if protocol == TCP and flags & SYN:
            called = source if flags & ACK else target
        elif called is None:
            called = source if source[2] < target[2] else target
        else:
            return called
        if len(self._called) >= MAX_KNOWN:
            self._called.clear()
        self._called[ends] = called
        return called
