"""Cursors: places in the log as programs keep them, sealed so that they tell nothing.

A cursor holds how many records came before, hidden ones among them, so it is encrypted and bound
to the organisation that was given it. All are of one length, and no two are alike, also of one
place: neither what they look like nor whether they change tells whether anything came. They stay
good when the server starts anew, and for no other log.
"""

import binascii
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from cure.access.secret_file import kept_secret
from cure.errors import MalformedError
from cure.installation import Installation

_NONCE_BYTES = 16
_POSITION_BYTES = 8


class Cursors:
    """Makes and reads the cursors of one installation (AES-SIV, RFC 5297)."""

    def __init__(self, installation: Installation) -> None:
        """Read the installation's key for them, or make it.

        Raises:
            ConfigError: If others may read it.
        """
        self._cipher = AESSIV(kept_secret(installation.directory / "cursor.key"))
        self._log_id = installation.log.log_id.encode()

    def sealed(self, positions: Iterable[int], holder: str) -> Iterator[str]:
        """Yield a cursor for each position. Cost: about 3 µs each.

        Args:
            positions: How many records came before.
            holder: The organisation that is given it.
        """
        places = list(positions)
        random = os.urandom(_NONCE_BYTES * len(places))
        about = [self._log_id, holder.encode()]
        for at, position in enumerate(places):
            nonce = random[at * _NONCE_BYTES : (at + 1) * _NONCE_BYTES]
            said = position.to_bytes(_POSITION_BYTES)
            sealed = self._cipher.encrypt(said, [*about, nonce])
            yield urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def position(self, cursor: str, holder: str) -> int:
        """Return the position in a cursor.

        Raises:
            MalformedError: If the organisation was given no such cursor.
        """
        try:
            said = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            nonce, sealed = said[:_NONCE_BYTES], said[_NONCE_BYTES:]
            found = self._cipher.decrypt(sealed, [self._log_id, holder.encode(), nonce])
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise MalformedError("cursor", cursor, "you were given no such one here") from error
        return int.from_bytes(found)
