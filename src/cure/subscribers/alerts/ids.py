"""Ids of alerts: their record numbers, sealed so that they tell nothing."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from cure.access.secret_file import kept_secret
from cure.errors import NotKnownError

_NUMBER_BYTES = 8


class AlertIds:
    """Makes and reads the ids of one installation (AES-SIV, RFC 5297).

    The same alert has the same id each time, for one organisation.
    """

    def __init__(self, directory: Path) -> None:
        """Read the key of a data directory, or make it.

        Raises:
            ConfigError: If others may read it.
        """
        self._cipher = AESSIV(kept_secret(directory / "alert.key"))

    def sealed(self, number: int, organisation: str) -> str:
        """Return the id of an alert."""
        said = number.to_bytes(_NUMBER_BYTES)
        return urlsafe_b64encode(self._cipher.encrypt(said, [organisation.encode()])).decode()

    def number(self, alert_id: str, organisation: str) -> int:
        """Return the record number of an alert.

        Raises:
            NotKnownError: If the organisation was given no such id.
        """
        try:
            said = self._cipher.decrypt(urlsafe_b64decode(alert_id), [organisation.encode()])
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise NotKnownError(f"there is no alert {alert_id[:64]}") from error
        return int.from_bytes(said)
