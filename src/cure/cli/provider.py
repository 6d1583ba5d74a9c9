"""The OpenID Connect provider through which people log in, as the settings name it."""

from pathlib import Path

from cure.access.oidc import Provider
from cure.errors import ConfigError
from cure.secret import read_secret, strong
from cure.settings import Settings

CALLBACK = "/api/v1/oidc/callback"


def read_provider(settings: Settings) -> Provider | None:
    """Return the provider; None: the settings name none.

    Raises:
        ConfigError: If a part is missing, or its secret can be guessed or read by others.
    """
    issuer, client_id, file = (
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_secret_file,
    )
    if issuer is None and client_id is None and file is None:
        return None
    if issuer is None or client_id is None or file is None or settings.public_url is None:
        raise ConfigError("want all of oidc_issuer, oidc_client_id, oidc_secret_file, public_url")
    if not (issuer.startswith("https://") or settings.oidc_allow_private):
        raise ConfigError(f"oidc_issuer {issuer!r}: want https, or oidc_allow_private")
    place = Path(settings.file or "").parent / file
    try:
        secret = strong(read_secret(place, None, {}))
    except ConfigError as error:
        raise ConfigError(f"oidc_secret_file: {error}") from error
    back = settings.public_url.rstrip("/") + CALLBACK
    return Provider(issuer, client_id, secret, back, allow_private=settings.oidc_allow_private)
