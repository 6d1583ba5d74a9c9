"""TLS ClientHello: which name a client asked for, and the fingerprints of the client itself.

Sources: https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2, https://github.com/salesforce/ja3,
https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md.
"""

from collections.abc import Iterator, Sequence
from hashlib import md5, sha256
from struct import unpack
from typing import NamedTuple

_HANDSHAKE, _CLIENT_HELLO = 22, 1
_RANDOM_BYTES = 32
_MAX_BYTES = 1 << 16  # far more than any client sends first
_SERVER_NAME, _GROUPS, _POINT_FORMATS, _SIGNATURES, _ALPN, _VERSIONS = 0, 10, 11, 13, 16, 43
# RFC 8701: values that stand for none, so that servers stay tolerant.
_GREASE = frozenset(0x0A0A + 0x1010 * step for step in range(16))
_JA4_VERSIONS = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3"}
_NO_HASH = "0" * 12


class ClientHello(NamedTuple):
    """What a client offers, in the order in which it says so.

    Attributes:
        version: The version that it names outside of extensions, such as 0x0303.
        ciphers: Cipher suites, GREASE included.
        extensions: Types of the extensions with their contents, GREASE included.
    """

    version: int
    ciphers: tuple[int, ...]
    extensions: tuple[tuple[int, bytes], ...]

    @property
    def server_name(self) -> str:
        """The name that the client asked for; empty where it named none."""
        listed = self._extension(_SERVER_NAME)
        size = int.from_bytes(listed[3:5], "big")
        return listed[5 : 5 + size].decode("ascii", "backslashreplace")

    @property
    def ja3_text(self) -> str:
        """The text whose MD5 digest is JA3."""
        groups = _numbers(self._extension(_GROUPS)[2:])
        formats = self._extension(_POINT_FORMATS)[1:]
        lists = (self.ciphers, [kind for kind, _ in self.extensions], groups, formats)
        return ",".join([str(self.version), *("-".join(map(str, _real(one))) for one in lists)])

    @property
    def ja3(self) -> str:
        """JA3: a digest in hexadecimal of the client's offer, in the client's order."""
        return md5(self.ja3_text.encode(), usedforsecurity=False).hexdigest()

    @property
    def ja4(self) -> str:
        """JA4 over TCP: the same whatever the order of the offer."""
        ciphers = sorted(f"{cipher:04x}" for cipher in _real(self.ciphers))
        kinds = _real([kind for kind, _ in self.extensions])
        versions = _real(_numbers(self._extension(_VERSIONS)[1:])) or [self.version]
        protocol = self._extension(_ALPN)[3:]
        first = protocol[: self._extension(_ALPN)[2]] if protocol else b""
        offered = sorted(f"{kind:04x}" for kind in kinds if kind not in {_SERVER_NAME, _ALPN})
        signatures = [f"{one:04x}" for one in _real(_numbers(self._extension(_SIGNATURES)[2:]))]
        return (
            f"t{_JA4_VERSIONS.get(max(versions), '00')}{'d' if _SERVER_NAME in kinds else 'i'}"
            f"{min(len(ciphers), 99):02}{min(len(kinds), 99):02}{_ends(first)}"
            f"_{_digest(','.join(ciphers))}"
            f"_{_digest('_'.join(filter(None, (','.join(offered), ','.join(signatures)))))}"
        )

    def _extension(self, wanted: int) -> bytes:
        return next((content for kind, content in self.extensions if kind == wanted), b"")


def client_hello(data: bytes) -> ClientHello | None:
    """Read the ClientHello that a connection begins with.

    Returns:
        None, if it begins otherwise, or the ClientHello is cut off or malformed.
    """
    try:
        message = _handshake(data)
        if message[:1] != bytes([_CLIENT_HELLO]):
            return None
        hello = _Reader(_Reader(message[1:]).vector(3))
        version = hello.number(2)
        hello.take(_RANDOM_BYTES)
        hello.vector(1)  # session
        ciphers = _numbers(hello.vector(2))
        hello.vector(1)  # compression
        extensions = _Reader(hello.vector(2) if hello.left() else b"")
        return ClientHello(version, ciphers, tuple(_extensions(extensions)))
    except EOFError:
        return None


class _Reader:
    """Bytes that are taken one field after the other; raises EOFError where they end too soon."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        if size > self.left():
            raise EOFError
        self._at += size
        return self._data[self._at - size : self._at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def vector(self, size_bytes: int) -> bytes:
        return self.take(self.number(size_bytes))


def _handshake(data: bytes) -> bytes:
    """Join the handshake records that the data begins with; the last may be cut off."""
    records, message = _Reader(data[:_MAX_BYTES]), b""
    while records.left() and records.number(1) == _HANDSHAKE:
        records.take(2)  # version
        size = records.number(2)
        message += records.take(min(size, records.left()))
    return message


def _extensions(reader: _Reader) -> Iterator[tuple[int, bytes]]:
    while reader.left():
        yield reader.number(2), reader.vector(2)


def _numbers(data: bytes) -> tuple[int, ...]:
    """Read numbers of two bytes; an odd byte at the end is none."""
    return unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])


def _real(numbers: Sequence[int]) -> list[int]:
    return [number for number in numbers if number not in _GREASE]


def _ends(protocol: bytes) -> str:
    """Return the first and last character of a protocol's name, or of its hexadecimal form."""
    if not protocol:
        return "00"
    text = protocol.decode("latin-1")
    plain = text[0].isascii() and text[0].isalnum() and text[-1].isascii() and text[-1].isalnum()
    return text[0] + text[-1] if plain else protocol.hex()[0] + protocol.hex()[-1]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12] if text else _NO_HASH
