"""The bridge's connection to the broker, on the event loop of the bridge: paho without its thread, a tap before it.

paho connects, subscribes, pings and notices the end; messages and what answers them pass by it (`publish_tap`).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import deque
from datetime import UTC, datetime
from typing import Any, Final

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ingest import broker_figures
from ingest.bridge_session import BridgeSession
from ingest.mqtt_packets import write_puback, write_publish
from ingest.publish_tap import PublishTap
from ingest.received import Received
from ingest.settings import IngestSettings
from telemetry_schema.content import PROTOBUF

WINDOW: Final = 5000
"""Messages the broker may have under way to us. Several of one car among them are told to it in one `down/ack`."""

WAITING_BYTES: Final = 64 * 2**20
"""Of payloads that wait: beyond them the socket is not read until some have been taken."""

_GATHER_SECONDS: Final = 0.1
"""Between two takes in much traffic. What one append and one `down/ack` cost is shared by all messages of a take."""

_MUCH: Final = 250.0
"""Messages a second. In less traffic the next take comes sooner, after a single message at once: by their rate and not
by how many were taken, else takes that come sooner hold fewer, and so come sooner still.
"""

_READ_SECONDS: Final = 0.01
"""Between two looks at the socket: at each arrival it would be thousands a second."""

_CONNECT_SECONDS: Final = 10.0
_TICK_SECONDS: Final = 1.0
_SHORTEST_WAIT_SECONDS: Final = 0.5
_LONGEST_WAIT_SECONDS: Final = 10.0
_log: Final = structlog.get_logger("ingest.bridge")


class _Client(mqtt.Client):
    """paho with a tap in its socket's place."""

    def _create_socket(self) -> PublishTap:
        return PublishTap(super()._create_socket())


class BrokerConnection:
    """`async with` a running connection: messages gather until `take`, bounded by the window and by WAITING_BYTES.

    Reconnects by itself; what waited and what was not acknowledged is delivered again then, so `generation` says on
    which connection a message came.
    """

    def __init__(self, settings: IngestSettings, session: BridgeSession) -> None:
        self._settings = settings
        self._session = session
        self.arrived = asyncio.Event()
        self.generation = 0
        self._waiting: deque[Received] = deque()
        self._waiting_bytes = 0
        self._taken_at = self._next_take_at = time.monotonic()
        self._is_subscribed = False
        self._ended = asyncio.Event()
        self._tap: PublishTap | None = None
        self._reads = False
        self._writes = False
        self._client = self._make_client()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def is_listening(self) -> bool:
        """Whether the broker has its subscription: from then on no message passes it by."""
        return self._tap is not None and self._client.is_connected() and self._is_subscribed

    async def __aenter__(self) -> BrokerConnection:
        self._keeper = asyncio.create_task(self._keep_connected())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        self._client.disconnect()
        self._write()
        self._let_go()

    async def take(self, maximum: int, seconds: float) -> list[Received]:
        """What waits, or what comes within that time; where much came last, what has gathered since."""
        self.arrived.clear()
        if not self._waiting:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.arrived.wait(), seconds)
        while len(self._waiting) < maximum and time.monotonic() < self._next_take_at:
            await asyncio.sleep(_READ_SECONDS)
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), maximum))]
        was_full = self._waiting_bytes >= WAITING_BYTES
        self._waiting_bytes -= sum(len(message.payload) for message in taken)
        self._next_take_at = self._after(len(taken), time.monotonic())
        if was_full and self._tap is not None:
            self._start_reading(self._tap)
        return taken

    def _after(self, taken: int, now: float) -> float:
        """When the next take is due."""
        rate = taken / max(now - self._taken_at, _READ_SECONDS)
        self._taken_at = now
        return now + _GATHER_SECONDS * min(1.0, rate / _MUCH)

    def unsubscribe(self) -> None:
        self._client.unsubscribe(self._session.topic_filter)
        self._write()

    def publish(self, topic: str, payload: bytes, content_type: str) -> None:
        """With QoS 0, at the next `flush`."""
        if self._tap:
            self._tap.send(write_publish(topic, payload, content_type))

    def acknowledge(self, mid: int, generation: int) -> None:
        """At the next `flush`. What came on an earlier connection cannot be acknowledged on this one."""
        if self._tap and mid and generation == self.generation:
            self._tap.send(write_puback(mid))

    def flush(self) -> None:
        self._write()

    async def _keep_connected(self) -> None:
        attempts = 0
        while True:
            self._ended.clear()
            if await self._connect():
                attempts = 0
                await self._serve()
            self._let_go()
            wait = min(_LONGEST_WAIT_SECONDS, _SHORTEST_WAIT_SECONDS * 2**attempts) * random.uniform(0.5, 1.5)
            attempts = min(attempts + 1, 10)
            await asyncio.sleep(wait)

    async def _connect(self) -> bool:
        """True once the broker has accepted the connection."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = self._session.expiry_seconds
        properties.ReceiveMaximum = WINDOW
        address = self._settings.broker_host, self._settings.broker_port
        try:
            await asyncio.to_thread(self._client.connect, *address, clean_start=False, properties=properties)
        except OSError as error:
            _log.warning("the broker does not answer; trying again", error=str(error))
            return False
        tap = self._client.socket()
        if not isinstance(tap, PublishTap):
            return False
        self._tap = tap
        self.generation += 1
        self._start_reading(tap)
        self._write()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CONNECT_SECONDS):
                while not self._client.is_connected() and not self._ended.is_set():
                    await asyncio.sleep(0.01)
        return self._client.is_connected()

    async def _serve(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _TICK_SECONDS)
            self._client.loop_misc()
            self._write()

    def _let_go(self) -> None:
        """Of the socket; what waits comes again."""
        if self._tap is not None:
            self._unwatch(self._tap)
            self._tap.close()
        self._tap, self._is_subscribed = None, False
        self._waiting.clear()
        self._waiting_bytes = 0

    def _unwatch(self, tap: PublishTap) -> None:
        """Before it is closed: else the event loop takes the next socket of the same number for one that it watches."""
        if (descriptor := tap.fileno()) >= 0:
            loop = asyncio.get_running_loop()
            loop.remove_reader(descriptor)
            loop.remove_writer(descriptor)
        self._reads = self._writes = False

    def _start_reading(self, tap: PublishTap) -> None:
        """Also what TLS has read from the socket already, of which the socket says nothing any more."""
        if self._reads or tap is not self._tap or self._ended.is_set():
            return
        loop = asyncio.get_running_loop()
        loop.add_reader(tap.fileno(), self._read)
        loop.call_soon(self._read)
        self._reads = True

    def _read(self) -> None:
        """The socket can be read."""
        tap = self._tap
        if tap is None or not self._reads:
            return
        if found := tap.receive(WAITING_BYTES - self._waiting_bytes):
            self._waiting += found
            self._waiting_bytes += sum(len(one.payload) for one in found)
            self.arrived.set()
            self._rest(tap)
        while tap is self._tap and tap.wants_paho and not self._ended.is_set():
            self._client.loop_read()
        self._write()

    def _rest(self, tap: PublishTap) -> None:
        """Leaves the socket alone for a moment, or until what waits has become less."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(tap.fileno())
        self._reads = False
        if self._waiting_bytes < WAITING_BYTES:
            loop.call_later(_READ_SECONDS, self._start_reading, tap)

    def _write(self) -> None:
        """Hands everything to the socket, and waits for it where it takes no more."""
        tap = self._tap
        if tap is None:
            return
        if self._client.want_write():
            self._client.loop_write()
        tap.flush()
        if tap.wants_write != self._writes and not self._ended.is_set():
            self._writes = tap.wants_write
            loop = asyncio.get_running_loop()
            if self._writes:
                loop.add_writer(tap.fileno(), self._write)
            else:
                loop.remove_writer(tap.fileno())

    def _make_client(self) -> _Client:
        client = _Client(
            CallbackAPIVersion.VERSION2, client_id=self._session.client_id, protocol=mqtt.MQTTv5, manual_ack=True
        )
        client.username_pw_set(self._settings.broker_user, self._settings.broker_password)
        if self._settings.broker_ca_file:
            client.tls_set(str(self._settings.broker_ca_file))
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = lambda *_: None  # paho queues, `_write` writes
        broker_figures.watch(client)
        return client

    def _on_connect(self, client: mqtt.Client, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            _log.error("the broker refuses the bridge; check INGEST_BROKER_USER and its password", reason=str(reason))
            return
        client.subscribe(self._session.topic_filter, qos=1)
        broker_figures.subscribe(client)
        _log.info("connected to the broker")

    def _on_subscribe(self, *_: object) -> None:
        self._is_subscribed = True

    def _on_disconnect(self, _client: mqtt.Client, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._is_subscribed = False
        self._ended.set()
        _log.info("disconnected from the broker", reason=str(reason))

    def _on_socket_close(self, _client: mqtt.Client, _user: Any, socket: Any) -> None:
        if self._tap is not None and socket is self._tap:
            self._unwatch(self._tap)

    def _on_message(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        """What was published with QoS 0, which the window does not bound: the car sends again what is not answered."""
        if len(self._waiting) >= 2 * WINDOW:
            return
        content_type = getattr(message.properties, "ContentType", "") or PROTOBUF
        correlation = getattr(message.properties, "CorrelationData", b"")
        payload, now = bytes(message.payload), datetime.now(UTC)
        self._waiting.append(Received(message.topic, payload, content_type, correlation, now, 0, message.retain))
        self._waiting_bytes += len(payload)
        self.arrived.set()
