"""Where messages of syslog begin and end in a stream: counted, or ended by a line feed.

Source: https://www.rfc-editor.org/rfc/rfc6587
"""

import re
from collections.abc import Iterator

from cure.interfaces import Line, Unreadable

MAX_MESSAGE_BYTES = 1 << 20
_HEAD_BYTES = 4096
_COUNTED = re.compile(rb"([1-9]\d{0,9}) <")
_ENDS = b"\r\n\0"


class Frames:
    """Cuts a stream into messages, in either framing, in bounded memory."""

    def __init__(self) -> None:
        """Begin at the start of a message."""
        self._received = bytearray()
        self._skip_bytes = 0
        self._skip_line = False

    def feed(self, data: bytes) -> Iterator[Line]:
        """Yield the messages that are whole now, without their ends; blank ones are left out."""
        self._received += data
        while self._received:
            if self._skip_bytes:
                skipped = min(self._skip_bytes, len(self._received))
                del self._received[:skipped]
                self._skip_bytes -= skipped
                continue
            counted = None if self._skip_line else _COUNTED.match(self._received)
            message = self._counted(counted) if counted else self._line()
            if message is None:
                break
            if message:
                yield message

    def end(self) -> Iterator[Line]:
        """Yield the last message, if it came without its end."""
        last = bytes(self._received)
        if _COUNTED.match(last):
            yield Unreadable(last[:_HEAD_BYTES], "the connection broke off within it")
        elif last and not self._skip_line:
            yield last

    def _counted(self, counted: re.Match[bytes]) -> Line | None:
        start = counted.end() - 1
        count = int(counted[1])
        if count > MAX_MESSAGE_BYTES:
            self._skip_bytes = start + count
            return self._too_long(start, start + count)
        if len(self._received) < start + count:
            return None
        message = bytes(self._received[start : start + count])
        del self._received[: start + count]
        return message.rstrip(_ENDS)

    def _line(self) -> Line | None:
        end = self._received.find(b"\n")
        if end < 0:
            if len(self._received) <= MAX_MESSAGE_BYTES:
                return None
            message = b"" if self._skip_line else self._too_long(0, len(self._received))
            self._skip_line = True  # until its line feed comes
            self._received.clear()
            return message
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        if self._skip_line:
            self._skip_line = False
            return b""
        return line.rstrip(_ENDS)

    def _too_long(self, start: int, end: int) -> Unreadable:
        head = bytes(self._received[start : min(end, start + _HEAD_BYTES)])
        return Unreadable(head, f"longer than {MAX_MESSAGE_BYTES} bytes")
