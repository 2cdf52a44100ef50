"""Webhooks arrive signed at a real HTTP server, and what it answers is understood."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from maintenance_planner.reminders.channels import DeliveryError, DeliveryRefusedError
from maintenance_planner.reminders.configured import ChannelSettingsError, configured_channels
from maintenance_planner.reminders.webhook_channel import WebhookChannel
from maintenance_planner.settings import MailSettings, ScheduleSettings
from servicelane.ports import free_port
from telemetry_schema.webhook_signature import is_genuine, secret_text
from tests.maintenance_planner.reminders.conftest import NOON, message

SECRET = bytes(range(32))
AT = int(NOON.timestamp())


class Receiver:
    def __init__(self) -> None:
        self.status = 204
        self.taken: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # http.server's name
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("location", receiver.url)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.stop()


async def test_a_reminder_arrives_with_a_signature_that_its_receiver_can_check(receiver: Receiver) -> None:
    await WebhookChannel(receiver.url, SECRET).send(message(), NOON)
    ((headers, body),) = receiver.taken
    assert headers["webhook-id"] == "00000000-0000-0000-0000-000000000007"
    assert is_genuine(SECRET, headers, body, AT)
    assert not is_genuine(SECRET, headers, body.replace(b'"urgency": 2', b'"urgency": 4'), AT)
    assert json.loads(body) == {
        "type": "reminder.made",
        "reminder_id": "00000000-0000-0000-0000-000000000007",
        "made_at": "2026-05-04T12:00:00+00:00",
        "owner_id": "owner-1",
        "vin": "V",
        "urgency": 2,
        "language": "en",
        "title": "Plan a visit",
        "lines": ["Oil, at the latest on 2026-05-09"],
    }


@pytest.mark.parametrize(
    ("status", "is_final"),
    [(500, False), (503, False), (429, False), (408, False), (302, False), (404, True), (410, True)],
)
async def test_what_may_pass_is_tried_again_and_what_will_not_is_not(
    receiver: Receiver, status: int, is_final: bool
) -> None:
    receiver.status = status
    with pytest.raises(DeliveryError, match=str(status)) as raised:
        await WebhookChannel(receiver.url, SECRET).send(message(), NOON)
    assert isinstance(raised.value, DeliveryRefusedError) == is_final
    assert len(receiver.taken) == 1


async def test_a_receiver_that_is_not_there_is_asked_again_later() -> None:
    with pytest.raises(DeliveryError, match="could not be reached"):
        await WebhookChannel(f"http://127.0.0.1:{free_port()}/", SECRET).send(message(), NOON)


def test_the_channels_are_those_that_are_configured() -> None:
    assert [one.name for one in configured_channels(ScheduleSettings(), MailSettings(host=None))] == ["in_app"]
    with_webhook = ScheduleSettings(webhook_url="http://127.0.0.1/", webhook_secret=SecretStr(secret_text(SECRET)))
    all_three = configured_channels(with_webhook, MailSettings(host="127.0.0.1"))
    assert [one.name for one in all_three] == ["in_app", "email", "webhook"]
    for secret in (None, SecretStr("whsec_c2hvcnQ="), SecretStr("no base64")):
        half = ScheduleSettings(webhook_url="http://127.0.0.1/", webhook_secret=secret)
        with pytest.raises(ChannelSettingsError, match="MAINTENANCE_PLANNER_WEBHOOK_SECRET"):
            configured_channels(half, MailSettings(host=None))
