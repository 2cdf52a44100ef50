"""The way to the broker: a seam, so that a simulator can put a bad network in between, and MQTT 5 behind it."""

from __future__ import annotations

import logging
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from head_unit.settings import HeadUnitSettings
from telemetry_schema.content import PROTOBUF
from telemetry_schema.topics import Down, Up, down_topic, up_topic

_log: Final = logging.getLogger("head_unit")
_SESSION_SECONDS: Final = 24 * 3600
_KEEPALIVE_SECONDS: Final = 60
_SHORTEST_WAIT_SECONDS: Final = 0.5
_LONGEST_WAIT_SECONDS: Final = 60.0
_PACKET_OVERHEAD: Final = 200  # topic, properties and header of a publish


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One publish. Correlation lets the backend answer even for bytes that it cannot read."""

    kind: Up
    payload: bytes
    boot_id: UUID
    sequence: int

    @property
    def correlation(self) -> bytes:
        return self.boot_id.bytes + self.sequence.to_bytes(8, "big")


@dataclass(frozen=True, slots=True)
class Listener:
    """What a transport tells. `refused` names a publish that the broker did not take, with the broker's reason."""

    connected: Callable[[], None]
    heard: Callable[[Down, bytes], None]
    refused: Callable[[Outgoing, str], None]


class Transport(Protocol):
    """Driven by somebody's loop: `tick` now and then, `readable` and `writable` when the socket is."""

    listener: Listener

    @property
    def is_connected(self) -> bool: ...
    @property
    def maximum_payload_bytes(self) -> int | None:
        """What the broker said it takes; None where it named no limit or is not connected."""

    def publish(self, outgoing: Outgoing) -> None: ...
    def tick(self, now: float) -> None: ...
    def socket(self) -> socket.socket | None: ...
    def wants_write(self) -> bool: ...
    def readable(self) -> None: ...
    def writable(self) -> None: ...
    def reconnect(self) -> None:
        """Ends the connection and makes a new one soon: the car's certificate is another. From any thread."""

    def close(self) -> None: ...


class MqttTransport:
    """MQTT 5 over paho, without a thread of its own. Reconnects by itself, later and later, with jitter.

    Each connection has a fresh client: what was not acknowledged is sent again by the head unit, not by the library.
    """

    listener: Listener

    def __init__(self, settings: HeadUnitSettings, *, first_connect_after: float = 0.0) -> None:
        self._settings = settings
        self._client: mqtt.Client | None = None
        self._is_connected = False
        self._reconnects = threading.Event()
        self._published: dict[int, Outgoing] = {}
        self._attempts = 0
        self._connect_at = time.monotonic() + first_connect_after
        self._maximum_packet: int | None = None

    @property
    def is_connected(self) -> bool:
        return self._is_connected

    @property
    def maximum_payload_bytes(self) -> int | None:
        return self._maximum_packet - _PACKET_OVERHEAD if self._maximum_packet else None

    def publish(self, outgoing: Outgoing) -> None:
        """QoS 1. The broker's own acknowledgement releases nothing."""
        if self._client is None:
            return
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.ContentType = PROTOBUF
        properties.CorrelationData = outgoing.correlation
        topic = up_topic(self._settings.vin, outgoing.kind)
        sent = self._client.publish(topic, outgoing.payload, qos=1, properties=properties)
        if sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._published[sent.mid] = outgoing

    def tick(self, now: float) -> None:
        if self._reconnects.is_set():
            self._reconnects.clear()
            self.close()
            self._attempts, self._connect_at = 0, now
        if self._client is None:
            if now >= self._connect_at:
                self._connect()
        elif self._client.loop_misc() != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._lost("the connection was lost")

    def socket(self) -> socket.socket | None:
        found: socket.socket | None = self._client.socket() if self._client else None  # type: ignore[assignment]
        return found

    def wants_write(self) -> bool:
        return self._client is not None and self._client.want_write()

    def readable(self) -> None:
        """Reads what there is; over TLS also what has been decrypted already, of which no poll tells."""
        while self._client:
            if self._client.loop_read() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                self._lost("the broker closed the connection")
                return
            connection = self.socket()
            if not (isinstance(connection, ssl.SSLSocket) and connection.pending()):
                return

    def writable(self) -> None:
        if self._client and self._client.loop_write() != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._lost("the connection broke while writing")

    def reconnect(self) -> None:
        self._reconnects.set()

    def close(self) -> None:
        client, self._client, self._is_connected = self._client, None, False
        if client:
            client.disconnect()
            client.loop_write()

    def _connect(self) -> None:
        client = self._make_client()
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = _SESSION_SECONDS
        try:
            client.connect(
                self._settings.host,
                self._settings.port,
                keepalive=_KEEPALIVE_SECONDS,
                clean_start=False,
                properties=properties,
            )
        except (OSError, ssl.SSLError) as error:
            self._wait(f"no connection to {self._settings.host}:{self._settings.port}: {error}")
            return
        self._client = client
        self._published.clear()

    def _make_client(self) -> mqtt.Client:
        settings = self._settings
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=settings.vin, protocol=mqtt.MQTTv5)
        if settings.password:
            client.username_pw_set(settings.vin, settings.password)
        client.max_inflight_messages_set(0)
        if settings.tls:
            files = settings.tls
            context = ssl.create_default_context(cafile=str(files.ca_file) if files.ca_file else None)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if files.certificate_file:
                context.load_cert_chain(str(files.certificate_file), str(files.key_file) if files.key_file else None)
            client.tls_set_context(context)
        client.on_connect = self._on_connect
        client.on_disconnect = lambda *_: self._lost("disconnected") if client is self._client else None
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    def _on_connect(self, client: mqtt.Client, _user: Any, _flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self._lost(f"the broker refuses this car: {reason}; check its certificate or its password")
            return
        self._attempts = 0
        self._is_connected = True
        self._maximum_packet = getattr(properties, "MaximumPacketSize", None)
        client.subscribe(down_topic(self._settings.vin, Down.ACK).removesuffix("ack") + "#", qos=1)
        self.listener.connected()

    def _on_publish(self, _client: mqtt.Client, _user: Any, mid: int, reason: Any, _properties: Any) -> None:
        outgoing = self._published.pop(mid, None)
        if outgoing is not None and reason.is_failure:
            self.listener.refused(outgoing, str(reason))

    def _on_message(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        word = message.topic.rsplit("/", 1)[-1]
        if word in set(Down):
            self.listener.heard(Down(word), bytes(message.payload))

    def _lost(self, why: str) -> None:
        if self._client is None:
            return
        self._client, self._is_connected = None, False
        self._wait(why)

    def _wait(self, why: str) -> None:
        """Half to one and a half times an exponential wait, so that a fleet does not come back in one instant."""
        wait = min(_LONGEST_WAIT_SECONDS, _SHORTEST_WAIT_SECONDS * 2**self._attempts) * random.uniform(0.5, 1.5)
        self._attempts += 1
        self._connect_at = time.monotonic() + wait
        _log.warning("%s: %s; next attempt in %.1f s", self._settings.vin[-6:], why, wait)
