"""Reminders by e-mail, over SMTP."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from maintenance_planner.reminders.channels import DeliveryError, DeliveryRefusedError
from maintenance_planner.reminders.ladder import ChannelName
from maintenance_planner.reminders.messages import Language, Message
from maintenance_planner.settings import MailSettings

TIMEOUT_SECONDS: Final = 30.0
_PERMANENT: Final = range(500, 600)
_OPT_OUT: Final[dict[Language, str]] = {
    "en": "You can change or end these reminders in your account.",
    "zh": "您可以在账户中更改或关闭这些提醒。",
}


class EmailChannel:
    """`settings.host` is set: where none is configured the channel is not there."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    @property
    def name(self) -> ChannelName:
        return "email"

    async def send(self, message: Message, now: datetime) -> None:
        if message.email is None:
            raise DeliveryRefusedError("the owner has named no e-mail address")
        letter = self.letter(message, message.email)
        try:
            await asyncio.to_thread(self._send, letter)
        except (OSError, smtplib.SMTPException) as error:
            raise _as_ours(error) from error

    def letter(self, message: Message, to: str) -> EmailMessage:
        """The same for the same message: a mail server or reader that has it already can tell. Raises
        DeliveryRefusedError for an address that is none."""
        letter = EmailMessage()
        try:
            letter["From"], letter["To"] = self._settings.sender, to
            letter["Subject"] = message.told.title
        except ValueError as error:
            raise DeliveryRefusedError("the owner's e-mail address cannot be written into a letter") from error
        letter["Date"] = format_datetime(message.made_at)
        letter["Message-ID"] = f"<{message.reminder_id}@{self._settings.sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content("\n".join([*message.told.lines, "", _OPT_OUT[message.language], ""]))
        return letter

    def _send(self, letter: EmailMessage) -> None:
        with self._connection() as server:
            if self._settings.username is not None and self._settings.password is not None:
                server.login(self._settings.username, self._settings.password.get_secret_value())
            server.send_message(letter)

    def _connection(self) -> smtplib.SMTP:
        host, port = str(self._settings.host), self._settings.port
        if self._settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        if self._settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server


def _as_ours(error: OSError | smtplib.SMTPException) -> DeliveryError:
    """Server texts may repeat the address, so the error's kind and code alone are told."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return DeliveryError("the mail server refused our login: see MAINTENANCE_PLANNER_MAIL_USERNAME and …_PASSWORD")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        kind = DeliveryRefusedError if all(code in _PERMANENT for code in codes) else DeliveryError
        return kind(f"the mail server refused the recipient ({codes[0]})")
    if isinstance(error, smtplib.SMTPResponseException):
        kind = DeliveryRefusedError if error.smtp_code in _PERMANENT else DeliveryError
        return kind(f"the mail server answered {error.smtp_code}")
    return DeliveryError(f"the mail server could not be reached ({type(error).__name__})")
