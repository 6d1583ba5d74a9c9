"""`next`: where a drain goes on, sealed so that it tells nothing and cannot be made up.

It carries all that was asked, for there are clients that repeat none of it, and is good for the
audience that it was given to, also after a restart.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from cure.errors import MalformedError
from cure.model import Audience
from cure.subscribers.taxii.asked import Asked
from cure.subscribers.taxii.pages import Place

_encode = msgspec.json.Encoder(order="deterministic").encode
_PLACE_BYTES = 8
_decode_asked = msgspec.json.Decoder(Asked).decode


class Tokens:
    """Makes and reads the tokens of one installation (AES-SIV, RFC 5297)."""

    def __init__(self, secret: bytes) -> None:
        """Take the secret of the installation."""
        self._cipher = AESSIV(secret)

    def sealed(self, place: Place, asked: Asked, drain: str, audience: Audience) -> str:
        """Return the token of a place.

        Args:
            place: The place.
            asked: What was asked.
            drain: The path that is drained: no token is good for another.
            audience: Who is given it.
        """
        said = b"".join(one.to_bytes(_PLACE_BYTES) for one in place) + _encode(asked)
        sealed = self._cipher.encrypt(said, _bound(drain, audience))
        return urlsafe_b64encode(sealed).decode().rstrip("=")

    def opened(self, token: str, drain: str, audience: Audience) -> tuple[Place, Asked]:
        """Return the place in a token, and what was asked.

        Raises:
            MalformedError: If the audience was given no such token for this path.
        """
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            said = self._cipher.decrypt(sealed, _bound(drain, audience))
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise MalformedError("next", token, "you were given no such one here") from error
        at, skip = said[:_PLACE_BYTES], said[_PLACE_BYTES : 2 * _PLACE_BYTES]
        place = (int.from_bytes(at), int.from_bytes(skip))
        return place, _decode_asked(said[2 * _PLACE_BYTES :])


def _bound(drain: str, audience: Audience) -> list[bytes]:
    return [drain.encode(), blake2b(_encode(audience), digest_size=32).digest()]
