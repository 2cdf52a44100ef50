"""Ends a car's session at the broker: Mosquitto has no command for it, but two clients cannot have one client id.

Where cars connect the client id is the VIN, whatever the client says. Where our services connect they choose it:
whoever takes the VIN there ends the car's connection, and with it the session and what waits in it.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ingest.settings import IngestSettings
from servicelane.broker_accounts import BrokerError

_SECONDS: Final = 10.0


async def end_session(broker: IngestSettings, vin: str) -> None:
    """Ends the session if there is one. Raises BrokerError where the broker does not answer or refuses the account."""
    await asyncio.to_thread(_end, broker, vin)


def _end(broker: IngestSettings, vin: str) -> None:
    answered = threading.Event()
    answers: list[str] = []

    def heard(_client: Any, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        answers.append(str(reason) if reason.is_failure else "")
        answered.set()

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=vin, protocol=mqtt.MQTTv5, reconnect_on_failure=False)
    client.username_pw_set(broker.broker_user, broker.broker_password)
    if broker.broker_ca_file:
        client.tls_set(str(broker.broker_ca_file))
    client.on_connect = heard
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 0
    try:
        client.connect(broker.broker_host, broker.broker_port, clean_start=True, properties=properties)
    except OSError as error:
        raise BrokerError(
            f"the broker does not answer at {broker.broker_host}:{broker.broker_port}: {error}"
        ) from error
    client.loop_start()
    try:
        if not answered.wait(_SECONDS) or answers[0]:
            raise BrokerError(f"the broker refuses: {answers[0] if answers else 'no answer'}")
    finally:
        client.disconnect()
        client.loop_stop()
