"""The channels of an installation: what each delivery is sent through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cure.subscribers.deliveries.channel import Channel
from cure.subscribers.deliveries.delivery import Delivery, Way
from cure.subscribers.deliveries.mail_server import Mail, MailSetting
from cure.subscribers.deliveries.syslog import Syslog
from cure.subscribers.deliveries.webhook import Webhook


@dataclass(frozen=True)
class PushSetting:
    """What the operator says of all deliveries.

    Attributes:
        source: URI of this installation, as events name it.
        allow_private: Whether receivers inside are allowed, also without TLS.
        mail: The mail server; None: there is none.
    """

    source: str
    allow_private: bool = False
    mail: MailSetting | None = None


class Channels:
    """Opens channels; mails share one, for they share a server."""

    def __init__(self, setting: PushSetting) -> None:
        """Open them as the operator says."""
        self._setting = setting
        self._mail = Mail(setting.mail)

    @asynccontextmanager
    async def opened(self, delivery: Delivery) -> AsyncIterator[Channel]:
        """Give the channel of a delivery, as long as that lasts."""
        allow_private = self._setting.allow_private
        match delivery.way:
            case Way.WEBHOOK:
                channel = Webhook(self._setting.source, allow_private=allow_private)
            case Way.SYSLOG:
                channel = Syslog(allow_private=allow_private)
            case Way.MAIL:
                yield self._mail
                return
        try:
            yield channel
        finally:
            await channel.close()

    async def close(self) -> None:
        """Let go of what they share."""
        await self._mail.close()
