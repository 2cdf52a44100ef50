"""Carries MQTT messages onto the stream and answers each with `down/ack`, after the append is durable.

The order is what the promise rests on: append, then `down/ack`, then the acknowledgement to the broker. While the
stream cannot be reached nothing is acknowledged to anybody; the broker stops delivering at its window, and head units
keep what they have.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ingest import broker_figures
from ingest.admission import Received, Verdict, admit, defer
from ingest.bridge_session import session_of
from ingest.intake_gate import IntakeGate
from ingest.settings import IngestSettings
from observability.metrics import BRIDGE_APPEND_SECONDS, BRIDGE_MESSAGES
from streaming.contract import Stream
from telemetry_schema.content import JSON, PROTOBUF
from telemetry_schema.events import Acknowledgement, encode_acknowledgements
from telemetry_schema.generated import servicelane_v1_pb2 as wire
from telemetry_schema.topics import Down, down_topic, vin_of

WINDOW: Final = 1000
"""Messages the broker may have under way to us: also the bound of what waits in memory."""

_LEAVING_SECONDS: Final = 0.5
"""A bridge that leaves its fellows goes when nothing more has come for so long."""

_RETRY_SECONDS: Final = (0.1, 0.5, 1.0, 2.0, 5.0)
_log: Final = structlog.get_logger("ingest.bridge")

Answer = tuple[Received, Acknowledgement | None]
"""A message, and what its car is told of it; None where there is nobody to tell."""


class MqttBridge:
    """`await bridge.run(stopping)` until stopped. One connection to the broker, on a thread of its own."""

    def __init__(self, settings: IngestSettings, stream: Stream, gate: IntakeGate | None = None) -> None:
        """Without a gate there is no dead-letter limit."""
        self._settings = settings
        self._session = session_of(settings)
        self._stream = stream
        self._gate = gate
        self._budgets = settings.vehicle_budgets()
        self._waiting: deque[tuple[mqtt.MQTTMessage, datetime]] = deque()
        self._arrived = asyncio.Event()
        self._signalled = threading.Event()
        self._subscribed = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client = self._make_client()

    @property
    def is_listening(self) -> bool:
        """Whether the broker has its subscription: from then on no message passes it by."""
        return self._client.is_connected() and self._subscribed.is_set()

    async def check(self) -> None:
        """Raises ConnectionError where no message could come through now."""
        if not self.is_listening:
            raise ConnectionError("the broker does not deliver; is it running, and does it know the bridge's account?")

    async def run(self, stopping: asyncio.Event) -> None:
        self._loop = asyncio.get_running_loop()
        await self._connect(stopping)
        self._client.loop_start()
        try:
            while not stopping.is_set():
                await self._wait_for_messages(stopping)
                if self._waiting:
                    await self._carry(self._take(), stopping)
            if self._session.shared and self.is_listening:
                await self._leave(stopping)
        finally:
            self._client.disconnect()
            await asyncio.to_thread(self._client.loop_stop)

    async def _leave(self, stopping: asyncio.Event) -> None:
        """The others take over; what the broker has given to this one is carried, so that no car sends it again."""
        self._client.unsubscribe(self._session.topic_filter)
        while True:
            self._arrived.clear()
            self._signalled.clear()
            if not self._waiting:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._arrived.wait(), _LEAVING_SECONDS)
            messages = self._take()
            if not messages or not await self._carry(messages, stopping):
                return

    async def _carry(self, messages: Sequence[tuple[mqtt.MQTTMessage, datetime]], stopping: asyncio.Event) -> bool:
        """Appends, answers, acknowledges. False: stopped before the append, and the messages are the broker's still."""
        now = time.monotonic()
        admitted, deferred = self._within_budget(messages, now)
        verdicts = [admit(one) for one in admitted]
        if not (await self._may_take(verdicts, stopping) and await self._append(verdicts, stopping)):
            return False
        for verdict in verdicts:
            self._budgets.charge_values(verdict.vin or "", verdict.values, now)
        answers = deferred + [(one, verdict.acknowledgement) for one, verdict in zip(admitted, verdicts, strict=True)]
        self._answer(answers)
        for message, _ in messages:
            self._client.ack(message.mid, message.qos)
        for _, answer in answers:
            _count(answer)
        return True

    def _within_budget(
        self, messages: Iterable[tuple[mqtt.MQTTMessage, datetime]], now: float
    ) -> tuple[list[Received], list[Answer]]:
        """What is carried now, and what is put off with the answer that says so: nobody waits for a chatty car."""
        admitted: list[Received] = []
        deferred: list[Answer] = []
        for one in (_received(message, at) for message, at in messages if not message.retain):
            wait_seconds = self._budgets.wait_seconds(vin_of(one.topic), len(one.payload), now)
            if wait_seconds:
                deferred.append((one, defer(one, wait_seconds)))
            else:
                admitted.append(one)
        return admitted, deferred

    async def _may_take(self, verdicts: Sequence[Verdict], stopping: asyncio.Event) -> bool:
        if self._gate is None:
            return True
        heard = {verdict.vin for verdict in verdicts if verdict.vin}
        set_aside = {verdict.vin for verdict in verdicts if verdict.vin and verdict.is_set_aside}
        return await self._gate.let_through(heard, set_aside, stopping)

    async def _append(self, verdicts: Sequence[Verdict], stopping: asyncio.Event) -> bool:
        started = time.perf_counter()
        for attempt in range(10**9):
            try:
                if verdicts:
                    await self._stream.produce([verdict.record for verdict in verdicts])
            except Exception as error:  # whatever keeps the stream from us: wait, nothing has been acknowledged
                wait = _RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)]
                _log.warning("the stream does not take records; trying again", error=str(error), seconds=wait)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), wait)
                if stopping.is_set():
                    return False
            else:
                BRIDGE_APPEND_SECONDS.observe(time.perf_counter() - started)
                return True
        return False

    def _answer(self, told: Iterable[Answer]) -> None:
        """One `down/ack` per car and content type."""
        answers: dict[tuple[str, str], list[Acknowledgement]] = defaultdict(list)
        for received, acknowledgement in told:
            if acknowledgement:
                language = JSON if received.content_type.strip().lower().startswith(JSON) else PROTOBUF
                answers[vin_of(received.topic), language].append(acknowledgement)
        for (vin, language), entries in answers.items():
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.ContentType = language
            payload = encode_acknowledgements(entries, language)
            self._client.publish(down_topic(vin, Down.ACK), payload, qos=1, properties=properties)

    def _take(self) -> list[tuple[mqtt.MQTTMessage, datetime]]:
        taken: list[tuple[mqtt.MQTTMessage, datetime]] = []
        with contextlib.suppress(IndexError):  # a connection that is lost empties it meanwhile, on its own thread
            while len(taken) < self._settings.messages_at_once:
                taken.append(self._waiting.popleft())
        return taken

    async def _wait_for_messages(self, stopping: asyncio.Event) -> None:
        if self._waiting:
            return
        self._arrived.clear()
        self._signalled.clear()
        if not self._waiting and not stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), 0.5)

    def _make_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._session.client_id,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        client.username_pw_set(self._settings.broker_user, self._settings.broker_password)
        if self._settings.broker_ca_file:
            client.tls_set(str(self._settings.broker_ca_file))
        client.max_inflight_messages_set(WINDOW)
        client.reconnect_delay_set(1, 10)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = lambda *_: self._subscribed.set()
        client.on_message = self._on_message
        broker_figures.watch(client)
        return client

    async def _connect(self, stopping: asyncio.Event) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = self._session.expiry_seconds
        properties.ReceiveMaximum = WINDOW
        while not stopping.is_set():
            try:
                await asyncio.to_thread(
                    self._client.connect,
                    self._settings.broker_host,
                    self._settings.broker_port,
                    clean_start=False,
                    properties=properties,
                )
                return
            except OSError as error:
                _log.warning("the broker does not answer; trying again", error=str(error))
                await asyncio.sleep(1)

    def _on_connect(self, client: mqtt.Client, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            _log.error("the broker refuses the bridge; check INGEST_BROKER_USER and its password", reason=str(reason))
            return
        client.subscribe(self._session.topic_filter, qos=1)
        broker_figures.subscribe(client)
        _log.info("connected to the broker")

    def _on_disconnect(self, _client: mqtt.Client, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._subscribed.clear()
        self._waiting.clear()  # the broker delivers again what was not acknowledged
        _log.info("disconnected from the broker", reason=str(reason))

    def _on_message(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        self._waiting.append((message, datetime.now(UTC)))
        if not self._signalled.is_set() and self._loop:
            self._signalled.set()
            with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._arrived.set)


def _content_type(message: mqtt.MQTTMessage) -> str:
    """Without a content type a message is protobuf."""
    return getattr(message.properties, "ContentType", None) or PROTOBUF


def _received(message: mqtt.MQTTMessage, received_at: datetime) -> Received:
    correlation = getattr(message.properties, "CorrelationData", None) or b""
    return Received(message.topic, bytes(message.payload), _content_type(message), correlation, received_at)


def _count(answer: Acknowledgement | None) -> None:
    if answer is None:
        BRIDGE_MESSAGES.labels("quarantined", "unknown_topic").inc()
        return
    disposition = wire.Disposition.Name(answer.disposition).removeprefix("DISPOSITION_").lower()
    BRIDGE_MESSAGES.labels(disposition, answer.reason).inc()
