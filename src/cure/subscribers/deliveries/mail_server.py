"""The mail server through which mails leave; it has taken one when it says so."""

import asyncio
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from typing import Literal, TypeAlias

from cure.subscribers.deliveries.channel import ACKNOWLEDGED, Outcome, Parcel
from cure.subscribers.deliveries.mail import mail_of

TIMEOUT_S = 20.0
_MAILS_AT_ONCE = 2
Security: TypeAlias = Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class MailSetting:
    """The operator's mail server.

    Attributes:
        host: Its name.
        port: Its port.
        sender: The address from which mails come.
        security: How the connection is kept from others; its certificate is checked.
        user: Who logs in; empty: nobody.
        password: His password.
        public_url: Where people find CURE.
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password: str = ""
    public_url: str | None = None


class Mail:
    """Sends mails, a few at a time, in threads of their own: a slow server holds up only mails."""

    def __init__(self, setting: MailSetting | None) -> None:
        """Send through a server; without one, nothing is sent, and that is told."""
        self._setting = setting
        self._threads = ThreadPoolExecutor(_MAILS_AT_ONCE, "mail")

    async def send(self, parcel: Parcel) -> Outcome:
        """Send one mail with the hits of a parcel."""
        setting = self._setting
        if setting is None:
            return Outcome("this installation has no mail server: mail_server is not set")
        made = mail_of(parcel, setting.sender, setting.public_url)
        sending = partial(_send, setting, made)
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, sending)
        except smtplib.SMTPResponseException as error:
            return Outcome(f"the mail server answered {error.smtp_code}")
        except smtplib.SMTPRecipientsRefused:
            return Outcome("the mail server refused the address")
        except (smtplib.SMTPException, OSError) as error:
            return Outcome(f"the mail server failed: {type(error).__name__}")
        return ACKNOWLEDGED

    async def close(self) -> None:
        """Send nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _send(setting: MailSetting, made: EmailMessage) -> None:
    context = ssl.create_default_context()
    if setting.security == "tls":
        server = smtplib.SMTP_SSL(setting.host, setting.port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(setting.host, setting.port, timeout=TIMEOUT_S)
    with server:
        if setting.security == "starttls":
            server.starttls(context=context)
        if setting.user:
            server.login(setting.user, setting.password)
        server.send_message(made)
