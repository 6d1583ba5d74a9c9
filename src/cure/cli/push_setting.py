"""What the settings say of deliveries: the mail server, and whether to go inside."""

from pathlib import Path
from uuid import UUID

from cure.errors import ConfigError
from cure.secret import read_secret
from cure.settings import Settings
from cure.subscribers.deliveries.channels import PushSetting
from cure.subscribers.deliveries.mail_server import MailSetting

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def read_push(settings: Settings, log_id: str) -> PushSetting:
    """Return what the operator says of all deliveries.

    Args:
        settings: The settings.
        log_id: The log's own id, for an installation that has no URL.

    Raises:
        ConfigError: If a part of the mail server is missing, or others may read its password.
    """
    return PushSetting(
        settings.public_url or f"urn:uuid:{UUID(log_id)}",
        allow_private=settings.push_allow_private,
        mail=_mail(settings),
    )


def _mail(settings: Settings) -> MailSetting | None:
    if settings.mail_server is None:
        return None
    if settings.mail_from is None:
        raise ConfigError("mail_server: want mail_from, too, such as cure@example.jp")
    host, _, port = settings.mail_server.rpartition(":")
    if not host or not port.isdecimal():
        host, port = settings.mail_server, str(_PORTS[settings.mail_security])
    password = ""
    if settings.mail_user is not None:
        if settings.mail_password_file is None:
            raise ConfigError("mail_user: want mail_password_file, too")
        place = Path(settings.file or "").parent / settings.mail_password_file
        try:
            password = read_secret(place, None, {})
        except ConfigError as error:
            raise ConfigError(f"mail_password_file: {error}") from error
    return MailSetting(
        host.strip("[]"),
        int(port),
        settings.mail_from,
        settings.mail_security,
        settings.mail_user or "",
        password,
        settings.public_url,
    )
