"""E-mails arrive at a real SMTP server, and what it says is understood."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from pydantic import SecretStr

from maintenance_planner.reminders.channels import DeliveryError, DeliveryRefusedError
from maintenance_planner.reminders.email_channel import EmailChannel
from maintenance_planner.settings import MailSettings
from servicelane.ports import free_port
from tests.maintenance_planner.reminders.conftest import NOON, message


class Mailbox:
    """What the server was sent; `answers` to recipients, 250 where nothing is said."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.controller: Controller[Any] = None  # type: ignore[assignment]

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get(address, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.letters.append(parsed)
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    def settings(self, **changes: Any) -> MailSettings:
        given = {"host": "127.0.0.1", "port": self.controller.port, "security": "none", "sender": "service@example.org"}
        return MailSettings(**given | changes)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """With a login that is asked for only by who gives one."""
    box = Mailbox()

    def check(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        return AuthResult(success=login.password == b"right", handled=False)

    box.controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), authenticator=check, auth_require_tls=False
    )
    box.controller.start()
    yield box
    box.controller.stop()


async def test_a_reminder_arrives_and_says_what_it_is(mailbox: Mailbox) -> None:
    await EmailChannel(mailbox.settings()).send(message(language="zh"), NOON)
    (letter,) = mailbox.letters
    assert mailbox.recipients == ["owner-1@example.org"]
    assert (letter["From"], letter["Subject"]) == ("service@example.org", "请安排进店")
    assert letter["Message-ID"] == "<00000000-0000-0000-0000-000000000007@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().splitlines() == ["机油", "", "您可以在账户中更改或关闭这些提醒。"]


async def test_the_same_reminder_is_the_same_letter(mailbox: Mailbox) -> None:
    channel = EmailChannel(mailbox.settings())
    assert (
        channel.letter(message(), "a@example.org").as_bytes() == channel.letter(message(), "a@example.org").as_bytes()
    )


async def test_a_login_is_given_where_there_is_one(mailbox: Mailbox) -> None:
    right = mailbox.settings(username="u", password=SecretStr("right"))
    await EmailChannel(right).send(message(), NOON)
    assert len(mailbox.letters) == 1
    wrong = mailbox.settings(username="u", password=SecretStr("wrong"))
    with pytest.raises(DeliveryError, match="MAINTENANCE_PLANNER_MAIL_USERNAME") as raised:
        await EmailChannel(wrong).send(message(), NOON)
    assert not isinstance(raised.value, DeliveryRefusedError)


@pytest.mark.parametrize(("answer", "is_final"), [("550 no such mailbox", True), ("451 busy, try again", False)])
async def test_a_refusal_for_good_is_told_from_one_for_now(mailbox: Mailbox, answer: str, is_final: bool) -> None:
    mailbox.answers["owner-1@example.org"] = answer
    with pytest.raises(DeliveryError, match=answer[:3]) as raised:
        await EmailChannel(mailbox.settings()).send(message(), NOON)
    assert isinstance(raised.value, DeliveryRefusedError) == is_final
    assert "owner-1" not in str(raised.value)


async def test_a_server_that_is_not_there_is_asked_again_later() -> None:
    nowhere = MailSettings(host="127.0.0.1", port=free_port(), security="none")
    with pytest.raises(DeliveryError, match="could not be reached"):
        await EmailChannel(nowhere).send(message(), NOON)


async def test_a_server_without_tls_is_not_spoken_to_where_tls_is_asked_for(mailbox: Mailbox) -> None:
    with pytest.raises(DeliveryError):
        await EmailChannel(mailbox.settings(security="starttls")).send(message(), NOON)
    assert mailbox.letters == []


@pytest.mark.parametrize("address", [None, "a@example.org\r\nBcc: everybody@example.org"])
async def test_no_address_and_one_that_is_none_are_given_up(mailbox: Mailbox, address: str | None) -> None:
    with pytest.raises(DeliveryRefusedError):
        await EmailChannel(mailbox.settings()).send(message(email=address), NOON)
    assert mailbox.letters == []
