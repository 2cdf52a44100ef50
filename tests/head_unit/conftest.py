"""The other side of a head unit in its tests: a real broker, and a peer in the place of the backend that answers.

The peer is the test's instrument, so that answers can be withheld, delayed and of every kind; the journeys in
`tests/journeys` run head units against the real bridge.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from servicelane.broker import LocalBroker
from telemetry_schema.events import Acknowledgement, encode_acknowledgements
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import UP_FILTER, Down, down_topic, parse_up_topic

VIN = "1M8GDM9AXKP042788"


@dataclass
class Heard:
    topic: str
    payload: bytes
    boot_id: UUID
    sequence: int
    at: float = field(default_factory=time.monotonic)


@dataclass
class Answerer:
    """Hears every car; `answers` decides the disposition of each message, None for silence."""

    broker: LocalBroker
    answers: Callable[[Heard], int | None] = lambda _: wire.DISPOSITION_STORED
    heard: list[Heard] = field(default_factory=list)
    pause_ms: int = 1000

    def __post_init__(self) -> None:
        self._subscribed = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="answerer", protocol=mqtt.MQTTv5)
        self.client.username_pw_set(self.broker.service_user, self.broker.service_password)
        self.client.on_connect = lambda *_: self.client.subscribe(UP_FILTER, 1)
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", self.broker.service_port)
        self.client.loop_start()
        assert self._subscribed.wait(5)

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _on_message(self, _client: object, _user: object, message: mqtt.MQTTMessage) -> None:
        correlation = message.properties.CorrelationData
        boot_id, sequence = UUID(bytes=correlation[:16]), int.from_bytes(correlation[16:], "big")
        heard = Heard(message.topic, message.payload, boot_id, sequence)
        self.heard.append(heard)
        disposition = self.answers(heard)
        if disposition is not None:
            pause_ms = self.pause_ms if disposition == wire.DISPOSITION_DEFERRED else 0
            entry = Acknowledgement(boot_id, sequence, wire.Disposition.ValueType(disposition), retry_after_ms=pause_ms)
            vin = parse_up_topic(message.topic).vin  # type: ignore[union-attr]
            self.client.publish(down_topic(vin, Down.ACK), encode_acknowledgements([entry]), 1)


@pytest.fixture
def answerer(broker: LocalBroker) -> Iterator[Answerer]:
    one = Answerer(broker)
    yield one
    one.stop()
